"""Connecting an account, and connecting it again: the form is made from what its channel asks for."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field, SecretStr, create_model
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.connecting import Connection, connect
from aerostic.messaging.contract import Channel, ChannelError
from aerostic.messaging.models import ChannelAccount
from aerostic.registry import runtime
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.numbers.blueprint import views
from aerostic.web.pages.access import allowed, tenant_view
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

OWN = ("name", "external_id")


@views.route("/numbers/connect", methods=["GET", "POST"])
@allowed("channels.edit")
def connect_account() -> ResponseReturnValue:
    """Connect an account of the channel that the address names; of the only one there is, where it names none."""
    channels = tenant_view().channels
    channel = channels.get(request.args.get("channel", next(iter(channels), "")))
    if channel is None:
        return render("app/numbers/channels.html", channels=channels.values())
    form = Form(_model(channel, None), request.form if request.method == "POST" else None)
    return _answer(channel, form, None)


@views.route("/numbers/accounts/<uuid:account_id>/connect", methods=["GET", "POST"])
@allowed("channels.edit")
def reconnect(account_id: UUID) -> ResponseReturnValue:
    """Connect an account again; secrets that are left empty stay as they are."""
    with transaction(tenant_scope(current_tenant())) as session:
        own = (ChannelAccount.tenant_id == current_tenant(), ChannelAccount.id == account_id)
        account = session.scalar(select(ChannelAccount).where(*own)) or abort(404)
    channel = tenant_view().channels.get(account.channel) or abort(404)
    initial = {"name": account.name, "external_id": account.external_id, **account.settings}
    form = Form(_model(channel, account), request.form if request.method == "POST" else None, initial=initial)
    return _answer(channel, form, account)


def _answer(channel: Channel, form: Form[Any], account: ChannelAccount | None) -> ResponseReturnValue:
    if form.valid:
        try:
            connect(current_tenant(), _connection(channel, form.value, account), _hooks())
        except ChannelError as error:
            form.fail("", _(str(error)))
        else:
            toast(_("The account is connected. Its numbers and templates are here."))
            return redirect("/numbers", 303)
    secrets, settings = channel.credentials.model_fields, channel.settings.model_fields
    page = render(
        "app/numbers/connect.html",
        channel=channel,
        form=form,
        account=account,
        secrets=secrets,
        settings=settings,
        advanced=bool(form.errors.keys() & settings.keys()),
    )
    return page, form.status


def _model(channel: Channel, account: ChannelAccount | None) -> type[BaseModel]:
    """What the form takes: a name, the provider's id, and the channel's secrets and settings."""
    fields: dict[str, Any] = {
        "name": (str, Field(min_length=1, max_length=200)),
        "external_id": (str, Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")),
    }
    if account:
        fields["external_id"] = (str, account.external_id)
    for name, info in channel.credentials.model_fields.items():
        needed = info.is_required() and account is None
        fields[name] = (SecretStr, Field(max_length=2000)) if needed else (SecretStr, SecretStr(""))
    fields |= {name: (info.annotation, info) for name, info in channel.settings.model_fields.items()}
    return create_model("ConnectForm", **fields)


def _connection(channel: Channel, given: BaseModel, account: ChannelAccount | None) -> Connection:
    kept = dict(account.credentials or {}) if account else {}
    typed = {name: getattr(given, name).get_secret_value().strip() for name in channel.credentials.model_fields}
    secrets = channel.credentials.model_validate({**kept, **{name: value for name, value in typed.items() if value}})
    settings = {name: getattr(given, name) for name in channel.settings.model_fields}
    return Connection(
        channel=channel.kind,
        name=given.name,  # type: ignore[attr-defined]
        external_id=account.external_id if account else given.external_id,  # type: ignore[attr-defined]
        credentials={name: getattr(secrets, name).get_secret_value() for name in channel.credentials.model_fields},
        settings=channel.settings.model_validate(settings).model_dump(mode="json"),
    )


def _hooks() -> str:
    return runtime().settings.hooks_base
