"""Signals and decisions as JSON and as rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from aerostic.detection.contract import Signal, Subject
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.judging.risk import signal_id
from aerostic.detection.models import moment


def signal_row(signal: Signal, version: int, incident_id: UUID | None) -> dict[str, Any]:
    """The columns of `risk_signal`."""
    return {
        "id": signal_id(signal),
        "tenant_id": signal.subject.tenant_id,
        "incident_id": incident_id,
        "time": moment(signal.time),
        "detector": signal.detector,
        "version": version,
        "family": signal.family,
        "subject_kind": signal.subject.kind,
        "subject": signal.subject.id,
        "score": signal.score,
        "says": signal.says,
        "evidence": dict(signal.evidence),
        "shares": sorted(signal.shares),
    }


def decision_row(decision: Decision, began: datetime, incident_id: UUID | None) -> dict[str, Any]:
    """The columns of `risk_decision`."""
    return {
        "id": decision.id,
        "tenant_id": decision.subject.tenant_id,
        "incident_id": incident_id,
        "subject_kind": decision.subject.kind,
        "subject": decision.subject.id,
        "action": decision.action,
        "score": decision.score,
        "families": list(decision.families),
        "signals": [str(row) for row in decision.signals],
        "policy_version": decision.policy_version,
        "shadow": decision.shadow,
        "began_at": began,
        "until": moment(decision.until),
    }


def decision_json(decision: Decision) -> bytes:
    """A decision on its way to the database."""
    subject = decision.subject
    names = (
        "action",
        "score",
        "families",
        "until",
        "policy_version",
        "shadow",
        "time",
        "prolongs",
        "replaces",
        "id",
        "signals",
    )
    said = {name: getattr(decision, name) for name in names}
    return orjson.dumps(
        said | {"subject": [subject.kind, subject.id, subject.tenant_id], "shares": sorted(decision.shares)}
    )


def read_decision(raw: bytes) -> Decision:
    """Read what `decision_json` wrote."""
    said: Mapping[str, Any] = orjson.loads(raw)
    kind, name, tenant = said["subject"]
    return Decision(
        **{
            **said,
            "subject": Subject(kind, name, UUID(tenant) if tenant else None),
            "families": tuple(said["families"]),
            "signals": tuple(map(UUID, said["signals"])),
            "shares": frozenset(said["shares"]),
            "replaces": UUID(said["replaces"]) if said["replaces"] else None,
            "id": UUID(said["id"]),
        }
    )
