"""What a plugin needs to bring steps of flows: `from aerostic.sdk.flows import FlowNode, Go`."""

from pydantic import BaseModel, ConfigDict

from aerostic.flows.contract import (
    ADDRESS,
    ERROR,
    JSON,
    NEXT,
    RAW,
    TYPED,
    Call,
    Context,
    Effect,
    Fail,
    FlowNode,
    Given,
    Go,
    Need,
    Outcome,
    Port,
    Problem,
    Stop,
    Wait,
    Woken,
)
from aerostic.flows.needs import is_published, named_by
from aerostic.messaging.conversations.handling import hand_over


class NodeConfig(BaseModel):
    """The configuration of a step: refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


__all__ = [
    "ADDRESS",
    "ERROR",
    "JSON",
    "NEXT",
    "RAW",
    "TYPED",
    "Call",
    "Context",
    "Effect",
    "Fail",
    "FlowNode",
    "Given",
    "Go",
    "Need",
    "NodeConfig",
    "Outcome",
    "Port",
    "Problem",
    "Stop",
    "Wait",
    "Woken",
    "hand_over",
    "is_published",
    "named_by",
]
