"""The step of flows that gives points."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from aerostic.sdk import new_id
from aerostic.sdk.flows import (
    ERROR,
    NEXT,
    Context,
    Effect,
    Fail,
    FlowNode,
    Go,
    Length,
    NodeConfig,
    Outcome,
    Port,
    Problem,
    labelled,
)

from .models import Points

REASONS = {"purchase": "A purchase", "birthday": "A birthday", "other": "Something else"}


class Tier(NodeConfig):
    """From how many points on a contact is somebody."""

    port: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] = Field(title="Name of the way")
    points: Annotated[int, Field(ge=1)] = Field(title="From so many points")


class Giving(NodeConfig):
    """How many points, what for, and where they lead."""

    points: Annotated[int, Field(ge=1, le=1_000)] = Field(default=10, title="Points")
    reason: Literal["purchase", "birthday", "other"] = Field(
        default="purchase", title="What for", json_schema_extra=labelled(REASONS)
    )
    note: Annotated[str, Length(0, 200)] = Field(
        default="", title="Note", description="Stands among the steps of the run."
    )
    double: bool = Field(default=False, title="Twice as many today")
    tiers: Annotated[list[Tier], Field(max_length=5)] = Field(
        default=[], title="Ways by points", description="The highest first."
    )


class GivePoints(FlowNode[Giving]):
    """Once a step, however often it is tried."""

    kind, title, icon, category = "loyalty.give", "Give points", "gift", "Loyalty"
    help = "Gives the contact loyalty points, and goes the way of the tier that is reached."
    Config, effect = Giving, Effect.INSIDE
    example = {"points": 20, "tiers": [{"port": "gold", "points": 100}]}

    def ports(self, config: Giving) -> Sequence[Port]:
        """One a tier, beside the usual one."""
        return *(Port(tier.port, f"{tier.points} points") for tier in config.tiers), *NEXT, ERROR

    def problems(self, config: Giving) -> Sequence[Problem]:
        """Tiers from below."""
        points = [tier.points for tier in config.tiers]
        return (
            ()
            if points == sorted(points, reverse=True)
            else [Problem("order", "Put the highest tier first.", field="tiers")]
        )

    def run(self, context: Context, config: Giving) -> Outcome:
        """The key of the step is the event that they are given for."""
        if context.session is None or context.contact_id is None:
            return Fail("nobody", "Points are for somebody: start the flow with a contact.")
        row = {
            "id": new_id(),
            "tenant_id": context.tenant_id,
            "contact_id": context.contact_id,
            "event_id": uuid5(NAMESPACE_URL, context.key),
            "points": config.points * (2 if config.double else 1),
            "at": context.now,
        }
        given = insert(Points).values(row).on_conflict_do_nothing(index_elements=["tenant_id", "event_id"])
        context.session.execute(given)
        own = select(func.sum(Points.points)).where(Points.contact_id == context.contact_id)
        total = context.session.scalar(own) or 0
        port = next((tier.port for tier in config.tiers if total >= tier.points), "next")
        return Go(port, {"total": int(total), "note": config.note})
