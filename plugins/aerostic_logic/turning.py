"""Steps that lead out of a flow: another flow, a person, the end."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from aerostic.sdk import N_
from aerostic.sdk.flows import (
    ERROR,
    TYPED,
    Call,
    Context,
    Effect,
    Fail,
    FlowNode,
    Go,
    Length,
    Need,
    NodeConfig,
    Offer,
    Outcome,
    Port,
    Stop,
    Woken,
    hand_over,
    is_published,
    published_flows,
)

from .words import END

NO_TALK = Fail("no_conversation", N_("This run belongs to no conversation. Start it with a message."))
MOST_OFFERED = 200
NOT_PUBLISHED = N_("The flow that is called is not published here. Publish it first, or choose another one.")


class Calling(NodeConfig):
    """Which flow, and the variables it begins with."""

    flow: UUID = Field(title=N_("Flow"), description=N_("Its published version is run."))
    values: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default={}, title=N_("Variables"), description=N_("What it finds under vars."), json_schema_extra=TYPED
    )


class CallFlow(FlowNode[Calling]):
    """As a step of this one."""

    kind, title, icon, category = "logic.call", N_("Run another flow"), "transfer-in", END
    help = N_("Runs another flow, and goes on with what it gives when it has ended.")
    Config = Calling
    example = {"flow": "00000000-0000-0000-0000-000000000000"}

    def ports(self, config: Calling) -> Sequence[Port]:
        """It ends, or fails."""
        return Port("next", N_("It has ended")), ERROR

    def requires(self, config: Calling) -> Sequence[Need]:
        """The flow that is called."""
        return [Need("flow", str(config.flow), "flow")]

    def lacks(self, session: Session, tenant_id: UUID, need: Need) -> str:
        """One that nobody has published."""
        return "" if is_published(session, tenant_id, UUID(need.name)) else NOT_PUBLISHED

    def offers(self, session: Session, tenant_id: UUID) -> Mapping[str, Sequence[Offer]]:
        """The published ones."""
        known = published_flows(session, tenant_id, MOST_OFFERED)
        return {"flow": [Offer(name, {"flow": str(id_)}) for id_, name in known]}

    def run(self, context: Context, config: Calling) -> Outcome:
        """Begin it."""
        return Call(config.flow, config.values)

    def resume(self, context: Context, config: Calling, woken: Woken) -> Outcome:
        """With what it gave."""
        if woken.event == "failed":
            return Fail("called", N_("The flow that was called did not come to its end."))
        return Go(output=woken.data)


class Handing(NodeConfig):
    """Why, for whoever looks at the run."""

    note: Annotated[str, Length(0, 500)] = Field(
        default="", title=N_("Why"), description=N_("Stands among the steps of the run, where your team finds it.")
    )


class HandOver(FlowNode[Handing]):
    """To a person; bots keep silent until it is handed back."""

    kind, title, icon, category = "logic.hand_over", N_("Hand over to a person"), "headset", END
    help = N_("Puts the conversation before your team. Bots keep silent until somebody hands it back.")
    Config, effect = Handing, Effect.INSIDE

    def run(self, context: Context, config: Handing) -> Outcome:
        """Hand it over."""
        if context.session is None or context.conversation_id is None:
            return NO_TALK
        hand_over(context.session, context.tenant_id, context.conversation_id)
        return Go(output={"note": config.note} if config.note else {})


class Ending(NodeConfig):
    """What the flow that called this one is given."""

    output: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default={},
        title=N_("Result"),
        description=N_("What a flow that called this one finds at its step."),
        json_schema_extra=TYPED,
    )


class End(FlowNode[Ending]):
    """Here and now."""

    kind, title, icon, category = "logic.end", N_("End"), "player-stop", END
    help = N_("Ends the run. A flow that called this one goes on.")
    Config = Ending

    def ports(self, config: Ending) -> Sequence[Port]:
        """None."""
        return ()

    def run(self, context: Context, config: Ending) -> Stop:
        """Give the output."""
        return Stop(config.output)


NODES = (CallFlow, HandOver, End)
