"""Every column of core and plugins is declared; what is personal or secret is encrypted, or cannot be turned back."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, Uuid

from aerostic.db.base import Base
from aerostic.db.privacy import Privacy
from aerostic.security.columns import Encrypted

SILENT = (int, bool, float, Decimal, UUID, datetime.date, datetime.datetime)
WORDS = ("public", "searchable", "personal", "secret", "digest")
# What the platform promises to encrypt, by its place.
PROMISED = {
    "api_request.body",
    "authenticator.seed",
    "channel_account.credentials",
    "contact.email",
    "contact.phone",
    "contact_erasure.sought",
    "contact_identifier.value",
    "flow_hook.secrets",
    "flow_run.going",
    "flow_run.journal",
    "flow_stretch.journal",
    "http__secret.value",
    "import_verdict.row",
    "invitation.email",
    "mail.content",
    "mail.recipient",
    "message.content",
    "message.provider_id",
    "tenant_plugin.secrets",
    "user_account.email",
    "webhook_rejection.body",
    "work.options",
}


def problems(table: Table, privacy: Privacy | None) -> list[str]:
    """What is wrong with a table's declaration."""
    if privacy is None:
        return [f"{table.name}: has no __privacy__"]
    named = [(word, name) for word in WORDS for name in getattr(privacy, word)]
    names = [name for _, name in named]
    found = [f"{table.name}.{name}: there is no such column" for name in names if name not in table.columns]
    found += [f"{table.name}.{name}: declared twice" for name in {name for name in names if names.count(name) > 1}]
    declared = {name: word for word, name in named}
    for column in table.columns:
        word = declared.get(column.name, "")
        sealed = isinstance(column.type, Encrypted)
        if not word and not _silent(column):
            found.append(f"{table.name}.{column.name}: say in __privacy__ what it holds")
        if sealed is not (word in ("personal", "secret")):
            found.append(f"{table.name}.{column.name}: {word or 'not declared'}, and encrypted is {sealed}")
        if word == "digest" and not isinstance(column.type, LargeBinary | Text):
            found.append(f"{table.name}.{column.name}: a digest is bytes, or a text of them")
    return found


def ours() -> dict[Table, Privacy | None]:
    """The tables of core and plugins with their declarations; other tests may have loaded plugins of their own."""
    classes = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("aerostic")]
    return {model.__table__: getattr(model, "__privacy__", None) for model in classes}


def _silent(column: Column[Any]) -> bool:
    try:
        return column.type.python_type in SILENT
    except NotImplementedError:
        return False


def test_every_column_of_every_model_is_declared(app: Flask) -> None:
    assert len(ours()) > 60
    assert [problem for table, privacy in ours().items() for problem in problems(table, privacy)] == []


def test_what_is_promised_is_encrypted(app: Flask) -> None:
    sealed = {
        f"{table.name}.{column.name.removesuffix('_sealed')}"
        for table in ours()
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }
    assert sealed == PROMISED


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        (None, ["t: has no __privacy__"]),
        (Privacy(personal=("sealed",)), ["t.name: say in __privacy__ what it holds"]),
        (
            Privacy(public=("name",)),
            ["t.sealed: say in __privacy__ what it holds", "t.sealed: not declared, and encrypted is True"],
        ),
        (Privacy(personal=("name", "sealed")), ["t.name: personal, and encrypted is False"]),
        (Privacy(secret=("name", "sealed")), ["t.name: secret, and encrypted is False"]),
        (Privacy(public=("name", "sealed")), ["t.sealed: public, and encrypted is True"]),
        (Privacy(public=("name",), digest=("name",), secret=("sealed",)), ["t.name: declared twice"]),
        (Privacy(public=("name", "gone"), secret=("sealed",)), ["t.gone: there is no such column"]),
        (Privacy(public=("name",), secret=("sealed",)), []),
    ],
)
def test_what_is_forgotten_or_plain_is_named(privacy: Privacy | None, said: list[str]) -> None:
    table = Table("t", MetaData(), Column("id", Uuid), Column("name", Text), Column("sealed", Encrypted))
    assert problems(table, privacy) == said
