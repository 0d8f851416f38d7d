"""Taking a log along: signed as of now, with the program that verifies it."""

from uuid import UUID

from flask import Response, stream_with_context

from aerostic.audit import Act, record
from aerostic.audit.checkpoints import checkpoint
from aerostic.audit.proof import VERIFIER, proof
from aerostic.audit.sealing import seal_pending
from aerostic.db import Scope, transaction


def whole_log(scope: Scope, tenant_id: UUID | None, name: str) -> Response:
    """A whole log with its proof as a file; that it was taken is in it."""
    with transaction(scope) as session:
        record(session, Act(tenant_id, "audit.downloaded"))
    seal_pending()
    checkpoint(tenant_id)
    answer = Response(stream_with_context(proof(scope, tenant_id)), mimetype="application/jsonl")
    return _file(answer, f"audit-{name}.jsonl")


def verifier() -> Response:
    """The program, for any computer."""
    return _file(Response(VERIFIER.read_bytes(), mimetype="text/x-python"), VERIFIER.name)


def _file(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
