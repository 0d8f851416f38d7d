"""`aerostic flow hooks`."""

import pytest
from click.testing import CliRunner

from aerostic.cli.flows import flow
from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")


def test_addresses_are_told_and_secrets_only_when_asked_for() -> None:
    tenant = make_tenant(plugins=("http",))
    with transaction(tenant_scope(tenant.id)) as session:
        document = Document.of({"nodes": [{"id": "in", "kind": "http.webhook"}]})
        made = drafts.create(session, tenant.id, "Flow", document)
        drafts.publish(session, made.id, user_id=None)
        (hook,) = keeping.of_flow(session, made.id)
        token, secret = hook.token, (hook.secrets or {})["now"]

    def call(*more: str) -> tuple[int, str]:
        result = CliRunner().invoke(flow, ["hooks", str(made.id), "--tenant", tenant.slug, *more])
        return result.exit_code, result.output

    address = f"in  https://hooks.localhost/flows/{token}"
    assert call() == (0, f"{address}\n")
    assert call("--reveal") == (0, f"{address}  {secret}\n")
    assert call("--rotate", "out") == (1, "Error: The flow has no webhook at this node.\n")
    code, output = call("--rotate", "in", "--reveal")
    assert (code, output.startswith(address), secret in output) == (0, True, False)
