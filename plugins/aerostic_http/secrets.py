"""Secrets of a workspace: kept sealed, and given to nobody but a request to one of their hosts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Act, ActArea, new_id, record_act, register_acts, tenant_scope, transaction, utcnow
from aerostic.sdk.flows import named_by

from .hosts import allows
from .models import Secret

NAME = r"^[a-z][a-z0-9_]{0,39}$"
MOST = 100
# How exactly it is told when a secret was used last.
USED = timedelta(minutes=1)
KIND = "secret"
MISSING = N_("There is no secret of this name here. Add it in the settings, under Secrets, or choose another one.")
ELSEWHERE = N_(
    "This secret may not be sent to the host of this address. Add the host to the secret, or mend the address."
)
TAKEN = N_("There is a secret of this name already. Replace its value, or choose another name.")
FULL = N_("A workspace has at most 100 secrets. Delete one that is not needed any more.")
IN_USE = N_("Published flows use this secret. Change or pause them first.")

register_acts(
    ActArea(
        "http_secret",
        N_("Secrets"),
        {
            "added": N_("Added a secret"),
            "replaced": N_("Replaced the value of a secret"),
            "changed": N_("Changed where a secret may be sent"),
            "deleted": N_("Deleted a secret"),
        },
    )
)


class SecretError(ValueError):
    """Something cannot be done with a secret; says why. `code` is for programs."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def listed(session: Session, tenant_id: UUID) -> list[Secret]:
    """The secrets of a workspace by name."""
    return list(session.scalars(select(Secret).where(Secret.tenant_id == tenant_id).order_by(Secret.name)))


def named(session: Session, tenant_id: UUID, name: str) -> Secret | None:
    """The secret of a name."""
    return session.scalar(select(Secret).where(Secret.tenant_id == tenant_id, Secret.name == name))


def add(session: Session, tenant_id: UUID, name: str, value: str, hosts: Sequence[str], user_id: UUID | None) -> Secret:
    """Keep a new one.

    Raises:
        SecretError: its name is taken, or there are too many.
    """
    known = {one.name for one in listed(session, tenant_id)}
    if name in known:
        raise SecretError("taken", TAKEN)
    if len(known) >= MOST:
        raise SecretError("full", FULL)
    secret = Secret(id=new_id(), tenant_id=tenant_id, name=name, hosts=list(hosts), set_by=user_id)
    secret.value = value
    session.add(secret)
    session.flush()
    _note(session, secret, "added", {"name": name, "hosts": secret.hosts})
    return secret


def change(session: Session, secret: Secret, hosts: Sequence[str], value: str, user_id: UUID | None) -> None:
    """Let it be sent to other hosts, and replace its value; '' leaves that as it is."""
    if list(hosts) != secret.hosts:
        before, secret.hosts = {"hosts": secret.hosts}, list(hosts)
        act = Act(
            secret.tenant_id, "http_secret.changed", _subject(secret), before=before, after={"hosts": secret.hosts}
        )
        record_act(session, act)
    if value:
        secret.value, secret.set_at, secret.set_by = value, utcnow(), user_id
        _note(session, secret, "replaced", {"name": secret.name})


def users(session: Session, tenant_id: UUID) -> dict[str, list[str]]:
    """The published flows that use secrets, by the names of these."""
    return named_by(session, tenant_id, KIND)


def delete(session: Session, secret: Secret) -> None:
    """Let it go for good.

    Raises:
        SecretError: a published flow uses it.
    """
    if users(session, secret.tenant_id).get(secret.name):
        raise SecretError("used", IN_USE)
    session.delete(secret)
    _note(session, secret, "deleted", {"name": secret.name})


def reveal(tenant_id: UUID, name: str, host: str) -> str:
    """The value of a secret, for a request to a host that is about to be sent. Notes that it was used.

    Raises:
        SecretError: the workspace has no such secret, or it may not be sent there.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        secret = named(session, tenant_id, name)
        if secret is None:
            raise SecretError("no_secret", MISSING)
        if not allows(secret.hosts, host):
            raise SecretError("secret_elsewhere", ELSEWHERE)
        now = utcnow()
        if secret.used_at is None or secret.used_at < now - USED:
            secret.used_at = now
        return str(secret.value)


def _subject(secret: Secret) -> str:
    return f"http_secret:{secret.id}"


def _note(session: Session, secret: Secret, verb: str, after: dict[str, object]) -> None:
    record_act(session, Act(secret.tenant_id, f"http_secret.{verb}", _subject(secret), after=after))
