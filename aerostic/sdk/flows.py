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
    Offer,
    Outcome,
    Port,
    Problem,
    Stop,
    Wait,
    Woken,
)
from aerostic.flows.fields import Length, is_unworked, labelled
from aerostic.flows.hooks.chain import HEADER as CHAIN_HEADER
from aerostic.flows.hooks.chain import written as signed_chain
from aerostic.flows.hooks.contract import About, Answer, Answering, HookTrigger
from aerostic.flows.needs import is_published, named_by, published_flows
from aerostic.flows.timetable import Timetable
from aerostic.messaging.conversations.handling import hand_over


class NodeConfig(BaseModel):
    """The configuration of a step: refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


__all__ = [
    "ADDRESS",
    "CHAIN_HEADER",
    "ERROR",
    "JSON",
    "NEXT",
    "RAW",
    "TYPED",
    "About",
    "Answer",
    "Answering",
    "Call",
    "Context",
    "Effect",
    "Fail",
    "FlowNode",
    "Given",
    "Go",
    "HookTrigger",
    "Length",
    "Need",
    "NodeConfig",
    "Offer",
    "Outcome",
    "Port",
    "Problem",
    "Stop",
    "Timetable",
    "Wait",
    "Woken",
    "hand_over",
    "is_published",
    "is_unworked",
    "labelled",
    "named_by",
    "published_flows",
    "signed_chain",
]
