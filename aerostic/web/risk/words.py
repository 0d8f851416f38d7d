"""Signals, actions and subjects in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from aerostic.detection.models import RiskDecision, RiskSignal
from aerostic.web.pages.formats import number
from aerostic.words import N_

KINDS = {
    "tenant": N_("Workspace"),
    "user": N_("Person"),
    "key": N_("API key"),
    "account": N_("Sign-in account"),
    "address": N_("Network address"),
    "number": N_("Number"),
    "template": N_("Template"),
}
ENDED = {
    "expired": N_("Ended by itself"),
    "replaced": N_("Another action took its place"),
    "lifted": N_("Lifted by a person"),
    "appeal": N_("Lifted after an appeal"),
    "override": N_("Lifted by an override"),
}
# How an incident stands, with the colour of its badge.
INCIDENTS = {
    "open": (N_("Open"), "danger"),
    "acknowledged": (N_("Being looked at"), "warning"),
    "closed": (N_("Closed"), "secondary"),
}
# Families of evidence that are known by name; another one is shown as it calls itself.
FAMILIES = {
    "content": N_("The same text elsewhere"),
    "coordination": N_("Coordinated wave"),
    "delivery": N_("Failures"),
    "forgery": N_("Forged webhooks"),
    "guessing": N_("Guessed passwords"),
    "keys": N_("Use of a key"),
    "money": N_("Money"),
    "multivariate": N_("Unusual pattern"),
    "scraping": N_("Scraping"),
    "stuffing": N_("Stolen passwords"),
    "volume": N_("Volume"),
}


# What signals have in common.
SHARES = {
    **KINDS,
    "address": N_("Address"),
    "account": N_("Account"),
    "subnet": N_("Network"),
    "content": N_("Text"),
    "link": N_("Link"),
    "batch": N_("Batch"),
    "stuffing": N_("Attack"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """An action for people.

    Args:
        title: what it is called.
        effect: what it means for whom it is taken on.
        color: of its badge.
        icon: beside it.
    """

    title: str
    effect: str
    color: str
    icon: str


ACTIONS = {
    "watch": Action(N_("Watched"), N_("Nothing is held back. It is only looked at more closely."), "secondary", "eye"),
    "slow": Action(N_("Slowed down"), N_("It goes on, at a tenth of its usual pace."), "info", "clock-pause"),
    "challenge": Action(
        N_("Asked for a second step"),
        N_("Who signs in has to prove with a second step that it is them."),
        "info",
        "shield-lock",
    ),
    "pause": Action(
        N_("Campaigns paused"), N_("Campaigns do not go on. Replies and flows do."), "warning", "player-pause"
    ),
    "disable": Action(N_("Key disabled"), N_("Programs that use this key are refused."), "warning", "key"),
    "block": Action(N_("Blocked"), N_("Whatever comes from there is refused."), "danger", "ban"),
    "freeze": Action(
        N_("Frozen"),
        N_("Nothing is sent, and programs cannot change anything. All pages can be read."),
        "danger",
        "lock",
    ),
}
# What the person of a workspace can do, by the kind of subject.
REMEDIES = {
    "tenant": N_(
        "Look at the campaigns, flows and keys that were at work at that time. If it was you and all is well, appeal: say"
        " what you did and why."
    ),
    "user": N_("Ask this person whether it was them. If not, have them change the password and end their sessions."),
    "key": N_("Look at which program uses the key. If you do not know, revoke it and make another one."),
    "number": N_("Look at the campaigns that this number sent at that time, and at how many of its messages failed."),
    "template": N_("Look at the text of this template and at who uses it."),
    "account": N_("Sign in with a device that you have used before, or with the second step."),
    "address": N_("Sign in from another network, or wait until it ends by itself."),
}


def said(signal: RiskSignal) -> str:
    """What a signal says, in the reader's language, with the values of its evidence."""
    words = _(signal.says)
    try:
        return str(words % _values(signal.evidence))
    except (KeyError, ValueError, TypeError):
        return str(words)


def family(name: str) -> str:
    """A family of evidence."""
    return str(_(FAMILIES[name])) if name in FAMILIES else name


def kind(name: str) -> str:
    """A kind of subject."""
    return str(_(KINDS[name])) if name in KINDS else name


def share(name: str) -> str:
    """A kind of thing that signals have in common."""
    return str(_(SHARES[name])) if name in SHARES else name


def action(name: str) -> Action:
    """An action; one that is not known by its name."""
    return ACTIONS.get(name) or Action(name, "", "secondary", "help")


def ended(how: str) -> str:
    """How a decision ended."""
    return ENDED.get(how, ENDED["expired"])


def remedy(decision: RiskDecision) -> str:
    """What its subject can do about a decision."""
    return str(_(REMEDIES.get(decision.subject_kind, REMEDIES["tenant"])))


def level(score: float) -> tuple[str, str]:
    """How sure a signal is, in a word and on a colour."""
    if score >= 0.9:
        return _("Strong"), "danger"
    return (_("Medium"), "warning") if score >= 0.5 else (_("Weak"), "secondary")


def _values(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in evidence.items()
    }


def init_risk_words(app: Flask) -> None:
    """Let templates speak of them."""
    app.add_template_filter(said, "said")
    app.add_template_global(family, "family_words")
    app.add_template_global(kind, "kind_words")
    app.add_template_global(share, "share_words")
    app.add_template_global(action, "action_words")
    app.add_template_global(remedy, "remedy_words")
    app.add_template_global(ended, "ended_words")
    app.add_template_global(level, "level_words")
