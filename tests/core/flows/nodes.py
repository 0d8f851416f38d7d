"""Small nodes for tests of the engine."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aerostic.flows.contract import (
    ERROR,
    NEXT,
    TYPED,
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


class Ask(FlowNode[Nothing]):
    kind, title, Config, waits = "test.ask", "Ask", Nothing, True

    def run(self, context: Context, config: Nothing) -> Outcome:
        return Wait(event="reply")

    def resume(self, context: Context, config: Nothing, woken: Woken) -> Outcome:
        return Go(output=woken.data, values={"answer": woken.data.get("text", "")})


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


KINDS: dict[str, FlowNode[Any]] = {node.kind: node() for node in (Start, Set, Choose, Ask, Try, Finish)}
