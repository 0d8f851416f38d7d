"""Small nodes for tests of the engine."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aerostic.flows.contract import (
    ERROR,
    NEXT,
    TYPED,
    Call,
    Context,
    Effect,
    Fail,
    FlowNode,
    Go,
    Outcome,
    Port,
    Stop,
    Wait,
    Woken,
)
from aerostic.messaging.contacts.tags import put_on, tag_named


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Start(FlowNode[Nothing]):
    kind, title, Config, starts = "test.start", "Start", Nothing, True

    def run(self, context: Context, config: Nothing) -> Outcome:
        return Go(output=context.values.get("trigger", {}))


class Setting(Nothing):
    name: str
    value: Any = Field(default="", json_schema_extra=TYPED)


class Set(FlowNode[Setting]):
    kind, title, Config = "test.set", "Set", Setting

    def run(self, context: Context, config: Setting) -> Outcome:
        return Go(values={config.name: config.value})


class Choosing(Nothing):
    value: str
    ways: list[str] = []


class Choose(FlowNode[Choosing]):
    kind, title, Config = "test.choose", "Choose", Choosing

    def ports(self, config: Choosing) -> list[Port]:
        return [*(Port(way) for way in config.ways), Port("other")]

    def run(self, context: Context, config: Choosing) -> Outcome:
        return Go(config.value if config.value in config.ways else "other")


class Asking(Nothing):
    seconds: int = 0


class Ask(FlowNode[Asking]):
    kind, title, Config, waits = "test.ask", "Ask", Asking, True

    def run(self, context: Context, config: Asking) -> Outcome:
        return Wait(context.now + timedelta(seconds=config.seconds) if config.seconds else None, "reply")

    def resume(self, context: Context, config: Asking, woken: Woken) -> Outcome:
        return Go(output=woken.data, values={"answer": woken.data.get("text", "late")})


class Trying(Nothing):
    fails: int = 0
    how: Literal["fail", "again", "raise"] = "again"


class Try(FlowNode[Trying]):
    """Fails so often, counted by the class: an effect on another system."""

    kind, title, Config, effect, retries = "test.try", "Try", Trying, Effect.OUTSIDE, 2
    calls: list[str] = []

    def ports(self, config: Trying) -> list[Port]:
        return [*NEXT, ERROR]

    def run(self, context: Context, config: Trying) -> Outcome:
        self.calls.append(context.key)
        if len(self.calls) > config.fails:
            return Go()
        if config.how == "raise":
            raise RuntimeError("broken")
        return Fail("down", "It is down.", again=config.how == "again")


class Finish(FlowNode[Nothing]):
    kind, title, Config = "test.end", "End", Nothing

    def run(self, context: Context, config: Nothing) -> Outcome:
        return Stop({"done": True})


class Heard(Start):
    kind, listens = "test.heard", ("message.received",)

    def wants(self, values: Any, config: Nothing) -> bool:
        return bool(values["message"]["text"] != "ignore")


class Tag(FlowNode[Choosing]):
    """Puts a tag on the contact, in the run's own transaction."""

    kind, title, Config, effect = "test.tag", "Tag", Choosing, Effect.INSIDE

    def run(self, context: Context, config: Choosing) -> Outcome:
        assert context.session is not None and context.contact_id is not None
        tag = tag_named(context.session, context.tenant_id, config.value)
        put_on(context.session, context.tenant_id, tag.id, [context.contact_id])
        return Go()


class TagThenFail(Tag):
    kind = "test.tag_then_fail"

    def run(self, context: Context, config: Choosing) -> Outcome:
        super().run(context, config)
        if config.value == "raise":
            raise RuntimeError("broken")
        return Fail("no", "No.")


class Sleeping(Nothing):
    seconds: int = 60


class Sleep(FlowNode[Sleeping]):
    kind, title, Config, waits = "test.sleep", "Sleep", Sleeping, True

    def run(self, context: Context, config: Sleeping) -> Outcome:
        return Wait(context.now + timedelta(seconds=config.seconds))


class Calling(Nothing):
    flow: UUID


class Sub(FlowNode[Calling]):
    kind, title, Config = "test.sub", "Sub", Calling

    def run(self, context: Context, config: Calling) -> Outcome:
        return Call(config.flow, {"n": 1})

    def resume(self, context: Context, config: Calling, woken: Woken) -> Outcome:
        return Go(output=woken.data, values={"how": woken.event})


class Asked(FlowNode[Choosing]):
    """Asks another system, and keeps a part of the answer."""

    kind, title, Config, effect = "test.asked", "Asked", Choosing, Effect.OUTSIDE
    calls: list[str] = []

    def run(self, context: Context, config: Choosing) -> Outcome:
        self.calls.append(context.key)
        return Go(output={"status": 200}, values={"got": f"got_{config.value}"})


class SubOrFail(Sub):
    kind = "test.sub_or_fail"

    def resume(self, context: Context, config: Calling, woken: Woken) -> Outcome:
        return Fail("called", "It failed.") if woken.event == "failed" else super().resume(context, config, woken)


class TryTwice(Try):
    kind = "test.try_twice"

    def repeatable(self, config: Trying) -> bool:
        return True


class Mark(FlowNode[Trying]):
    """Fails at first, in the run's own transaction."""

    kind, title, Config, effect, retries = "test.mark", "Mark", Trying, Effect.INSIDE, 1

    def ports(self, config: Trying) -> list[Port]:
        return [*NEXT, ERROR]

    def run(self, context: Context, config: Trying) -> Outcome:
        if config.how == "raise":
            raise RuntimeError("broken")
        return Fail("no", "No.", again=config.how == "again") if config.fails else Go()


ALL = (Start, Set, Choose, Ask, Try, Finish, Heard, Tag, TagThenFail, Sleep, Sub, SubOrFail, TryTwice, Asked, Mark)
KINDS: dict[str, FlowNode[Any]] = {node.kind: node() for node in ALL}
