"""What starts a flow, beside messages and the clock: changes of contacts, campaigns, and other flows."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import RAW, Context, FlowNode, Go, NodeConfig

from .words import START


class Nothing(NodeConfig):
    """Nothing to choose."""


class Called(FlowNode[Nothing]):
    """Another flow."""

    kind, title, icon, category = "logic.called", N_("Called by another flow"), "transfer-out", START
    help = N_("Starts when another flow runs this one, or when it is tested.")
    Config, starts = Nothing, True

    def run(self, context: Context, config: Nothing) -> Go:
        """Its variables are there already."""
        return Go()


class OptedOut(Called):
    """A contact wants no more messages."""

    kind, title, icon = "logic.opted_out", N_("A contact opted out"), "user-off"
    help = N_("Starts when a contact wants no more marketing.")
    listens = ("contact.opted_out",)


class Labelled(NodeConfig):
    """Which tag; any where it is empty."""

    tag: Annotated[str, Field(max_length=64)] = Field(
        default="", title=N_("Tag"), description=N_("Leave it empty for any tag."), json_schema_extra=RAW
    )


class Tagged(FlowNode[Labelled]):
    """A contact is given a tag."""

    kind, title, icon, category = "logic.tagged", N_("A contact is given a tag"), "tag", START
    help = N_("Starts for each contact that is given a tag: by a person, by a flow, or with an import.")
    Config, starts, listens = Labelled, True, ("contact.tagged",)

    def wants(self, values: Mapping[str, Any], config: Labelled) -> bool:
        """The one that was chosen."""
        return not config.tag.strip() or config.tag.strip() == values["trigger"]["tag"]

    def run(self, context: Context, config: Labelled) -> Go:
        """The tag, for expressions."""
        return Go(output={"tag": context.values["trigger"].get("tag", "")})


class Importing(NodeConfig):
    """Who of those that an import brings."""

    who: Literal["new", "known", "all"] = Field(
        default="new",
        title=N_("Who"),
        json_schema_extra={"labels": {"new": N_("New contacts"), "known": N_("Known contacts"), "all": N_("All")}},
    )


class Imported(FlowNode[Importing]):
    """A contact comes with an import."""

    kind, title, icon, category = "logic.imported", N_("A contact is imported"), "file-import", START
    help = N_("Starts for each contact that an import brings, a few at a time.")
    Config, starts, listens = Importing, True, ("contact.imported",)

    def wants(self, values: Mapping[str, Any], config: Importing) -> bool:
        """New ones, known ones, or both."""
        return config.who == "all" or (config.who == "new") == values["trigger"]["new"]

    def run(self, context: Context, config: Importing) -> Go:
        """The contact is there already."""
        return Go()


class Which(NodeConfig):
    """Which campaign; any where none is given."""

    campaign: UUID | None = Field(
        default=None, title=N_("Campaign"), description=N_("Leave it empty for any campaign."), json_schema_extra=RAW
    )


class Delivered(FlowNode[Which]):
    """A message of a campaign arrived."""

    kind, title, icon, category = "logic.delivered", N_("A campaign was delivered"), "checks", START
    help = N_("Starts when a message of a campaign has arrived at a contact.")
    Config, starts, listens = Which, True, ("message.delivered",)

    def wants(self, values: Mapping[str, Any], config: Which) -> bool:
        """Only campaigns', and of these the one that was chosen."""
        told = values["trigger"]
        return bool(told.get("batch_id")) and str(config.campaign or told["source_id"]) == told["source_id"]

    def run(self, context: Context, config: Which) -> Go:
        """Which one it was."""
        return Go(output={"campaign": context.values["trigger"].get("source_id", "")})


class Read(Delivered):
    """A message of a campaign was read."""

    kind, title, icon = "logic.read", N_("A campaign was read"), "eye"
    help = N_("Starts when a contact has opened a message of a campaign.")
    listens = ("message.read",)


class Failed(Delivered):
    """A message could not be delivered."""

    kind, title, icon = "logic.failed", N_("A message failed"), "alert-triangle"
    help = N_("Starts when a message of a campaign or a person could not be delivered.")
    listens = ("message.failed",)

    def wants(self, values: Mapping[str, Any], config: Which) -> bool:
        """Not when it was a flow's own: it has an error port for that."""
        return super().wants(values, config) if config.campaign else bool(values["trigger"].get("source") != "flow")


class Replied(Delivered):
    """Somebody answered a campaign."""

    kind, title, icon = "logic.replied", N_("A campaign was answered"), "message-2"
    help = N_("Starts when a contact writes within 72 hours after a message of a campaign, once a message.")
    listens = ("campaign.replied",)

    def wants(self, values: Mapping[str, Any], config: Which) -> bool:
        """The one that was chosen."""
        return config.campaign is None or str(config.campaign) == values["trigger"]["campaign_id"]

    def run(self, context: Context, config: Which) -> Go:
        """Which one it was."""
        return Go(output={"campaign": context.values["trigger"].get("campaign_id", "")})


NODES = (Called, OptedOut, Tagged, Imported, Delivered, Read, Failed, Replied)
