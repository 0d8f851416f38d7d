"""Flows that come ready to be used: each is a file that any workspace imports, and makes its own."""

from dataclasses import dataclass
from pathlib import Path

from aerostic.sdk import N_
from aerostic.sdk.automation import Document

FOLDER = Path(__file__).parent / "ready"


@dataclass(frozen=True, slots=True)
class Ready:
    """A flow that comes ready.

    Args:
        name: of its file, without the ending.
        title, description: what people read, marked for translation.
        templates: what its steps send beside free words, each with the number of its values; to be made and approved first.
    """

    name: str
    title: str
    description: str
    templates: tuple[tuple[str, int], ...] = ()

    def document(self) -> Document:
        """The flow."""
        return Document.read((FOLDER / f"{self.name}.json").read_bytes())


READY = (
    Ready(
        "welcome",
        N_("Welcome"),
        N_("Greets who says hello, and leads to offers, to an order, or to a person."),
    ),
    Ready(
        "opt_in",
        N_("Opt-in"),
        N_("Asks who wants to hear of offers, writes the consent down, and asks what for."),
    ),
    Ready(
        "cart_reminder",
        N_("Cart reminder"),
        N_(
            "Your shop calls when a basket is left behind: who agreed to offers and has not bought in two hours is reminded once."
        ),
        (("cart_reminder", 2),),
    ),
    Ready(
        "appointment",
        N_("Appointment"),
        N_("Finds a day and a time, books them, and reminds the day before."),
        (("appointment_reminder", 3),),
    ),
    Ready(
        "support_triage",
        N_("Support triage"),
        N_(
            "Asks what it is about, answers what it can, and hands everything else to your team, with what it has learnt."
        ),
    ),
    Ready(
        "survey",
        N_("Survey"),
        N_("Asks for a rating and for words, and puts before your team who is unhappy."),
    ),
)


def ready(name: str) -> Ready:
    """The flow of this name.

    Raises:
        LookupError: there is none.
    """
    found = next((one for one in READY if one.name == name), None)
    if found is None:
        raise LookupError(name)
    return found
