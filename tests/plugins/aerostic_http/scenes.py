"""What the tests of requests share: a workspace with secrets, and one run of a node."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aerostic_http import secrets
from aerostic_http.asking import HttpRequest
from aerostic_http.models import Secret

from aerostic.flows import configs
from aerostic.sdk import tenant_scope, transaction
from aerostic.sdk.flows import Context, Fail, Go, Outcome

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
RUN = UUID(int=7)
TOKEN = 'tok"en/0123456789'


def ask(tenant_id: UUID, config: dict[str, Any], **values: Any) -> Outcome:
    """What the node makes of its configuration and these values."""
    node = HttpRequest()
    assert list(configs.problems(node, config)) == []
    seen = {"contact": {}, "vars": {}, **values}
    context = Context(tenant_id, RUN, "ask", "flow:run:ask:1", NOW, seen)
    return node.run(context, configs.read(node, config).with_values(seen))


def went(outcome: Outcome) -> Go:
    assert isinstance(outcome, Go), outcome
    return outcome


def failed(outcome: Outcome) -> Fail:
    assert isinstance(outcome, Fail), outcome
    return outcome


def keep_secret(
    tenant_id: UUID, name: str = "shop", value: str = TOKEN, hosts: tuple[str, ...] = ("127.0.0.1",)
) -> Secret:
    with transaction(tenant_scope(tenant_id)) as session:
        return secrets.add(session, tenant_id, name, value, hosts, None)


def secrets_of(tenant_id: UUID) -> list[str]:
    with transaction(tenant_scope(tenant_id)) as session:
        return [one.name for one in secrets.listed(session, tenant_id)]
