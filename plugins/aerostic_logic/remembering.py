"""Variables of a run."""

from typing import Annotated, Any

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import TYPED, Context, FlowNode, Given, Go, NodeConfig

from .words import DATA, FOUND_AS, NAME, VARIABLE


class Setting(NodeConfig):
    """A name, and what it stands for from now on."""

    name: Annotated[str, Field(pattern=NAME)] = Field(title=VARIABLE, description=FOUND_AS)
    value: Any = Field(
        default="",
        title=N_("Value"),
        description=N_("A single expression keeps its kind: a number stays a number."),
        json_schema_extra=TYPED,
    )


class SetVariable(FlowNode[Setting]):
    """For later steps."""

    kind, title, icon, category = "logic.set", N_("Set a variable"), "code", DATA
    help = N_("Remembers a value for later steps, which find it as vars.name.")
    Config = Setting
    example = {"name": "city", "value": "{{ message.text }}"}

    def gives(self, config: Setting) -> Given:
        """The variable; what an expression gives is not known before."""
        example = "" if "{" in str(config.value) else config.value
        return Given({config.name: example}, {config.name: example})

    def run(self, context: Context, config: Setting) -> Go:
        """Remember it."""
        return Go(output={config.name: config.value}, values={config.name: config.value})


NODES = (SetVariable,)
