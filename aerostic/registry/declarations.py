"""What process hooks return besides the contracts of the engines: plain data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

T = TypeVar("T")
Area = Literal["app", "admin", "api", "hooks"]


@dataclass(frozen=True, slots=True)
class Declared(Generic[T]):
    """A declaration with the plugin that made it."""

    plugin: str
    value: T


@dataclass(frozen=True, slots=True)
class BlueprintIn:
    """A blueprint and the area of the platform whose hosts serve it. Its name is `<plugin>_<area>`."""

    area: Area
    blueprint: Blueprint

    @property
    def name(self) -> str:
        """The blueprint's name."""
        return self.blueprint.name


Console = Literal["platform", "reseller"]


@dataclass(frozen=True, slots=True)
class ConsolePages:
    """Pages of a plugin in one of the two consoles, with the entry of the rail that leads to the first of them.

    Args:
        console: of the platform's people, or of resellers'.
        blueprint: named `<plugin>_<console>`; its page `/` is where the rail leads.
        title: what a person reads; in the catalogue of translations.
        icon: a name of frontend/icons.txt.
        order: lower ones come first; the core's are 10, 20, ...
    """

    console: Console
    blueprint: Blueprint
    title: str
    icon: str
    order: int = 100

    @property
    def name(self) -> str:
        """The blueprint's name."""
        return self.blueprint.name


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that cron starts again and again, unless no tenant has its plugin on.

    Args:
        name: unique, `<plugin>.<verb>`.
        function: runs in the default queue, in an application context; must be safe to run twice. One that works across
            tenants limits itself to `sdk.tenants_with(<plugin>)`.
        seconds: time between two starts.
        each_tenant: call the function once a tenant that has the plugin on, with the tenant's id; one that fails is
            logged, and the others follow.
    """

    name: str
    function: Callable[..., Any]
    seconds: int
    each_tenant: bool = False


@dataclass(frozen=True, slots=True)
class EventHandler:
    """A consumer of events, called in an application context with a batch of one tenant's events.

    Args:
        name: unique, `<plugin>.<what it does>`; its place in the stream is kept under this name.
        types: the event types it wants.
        function: called with `(tenant_id, events)`; at least once an event, so it must be safe to repeat.
    """

    name: str
    types: frozenset[str]
    function: Callable[[Any, list[Any]], None]


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may be allowed to do: `<area>.<verb>`, and the roles that have it from the start.

    Args:
        support: whether staff of the platform and of a reseller may do it, too, while they work in the workspace. Never for
            what shows or changes secrets or access, moves money, sends to people or takes their data along.
    """

    name: str
    title: str
    roles: frozenset[str]
    support: bool = False


Group = Literal["", "engage", "automate", "insight", "account"]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A way to a page, in the rail of every page.

    Args:
        title: what a person reads; in the catalogue of translations.
        path: where it leads, from the root of the host.
        icon: a name of frontend/icons.txt.
        group: the heading it stands under.
        permission: who sees it; '' for everybody of the workspace.
        order: lower ones come first within the group.
    """

    title: str
    path: str
    icon: str
    group: Group = "engage"
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class PageAction:
    """Something one can go on to from a page of the core.

    Args:
        title: what the button says; in the catalogue of translations.
        path: where it leads.
        icon: a name of frontend/icons.txt.
        permission: who sees it; '' for everybody of the workspace.
        order: lower ones come first.
    """

    title: str
    path: str
    icon: str
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class DashboardCard:
    """A part of the home page.

    Args:
        template: the plugin's own, such as `<plugin>/card.html`.
        context: what it is rendered with.
        permission: who sees it; '' for everybody of the workspace.
        order: lower ones come first.
    """

    template: str
    context: dict[str, Any]
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class OnboardingStep:
    """Something a new workspace still has to do; the home page lists them until all are done.

    Args:
        title, text: what to do, and why; in the catalogue of translations.
        path: where it is done.
        done: whether it is.
        order: lower ones come first.
    """

    title: str
    text: str
    path: str
    done: bool
    order: int = 100


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Something that sends a template: a campaign, a step of a flow.

    Args:
        kind: what it is; in the catalogue of translations.
        title: its name, as its makers called it.
        path: where it is seen.
        at: when it was made.
    """

    kind: str
    title: str
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is held of a contact in one place, for the file that a person has a right to.

    Args:
        name: of the place, `<plugin>.<what>`; the file has the rows under it.
        rows: JSON values, as readable as they can be: words rather than codes, times in ISO 8601.
    """

    name: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """An incident that concerns a tenant, as the hook `incident_opened` tells of it: nothing that says whom else it concerns.

    Args:
        id: of the incident.
        opened_at: when the first of its signals was.
        families: the kinds of evidence in it that concern the tenant: `credentials`, `volume`, `content`, ...
        score: of its strongest signal so far, above 0 and up to 1.
        subjects: how many keys, numbers, addresses, accounts and others it is about so far.
    """

    id: UUID
    opened_at: datetime
    families: tuple[str, ...]
    score: float
    subjects: int


@dataclass(frozen=True, slots=True)
class RetentionStep:
    """What one step of letting go came to.

    Args:
        gone: how many rows went.
        place: where the next step begins; the next night begins there, too.
        more: whether more is left to go now.
    """

    gone: int
    place: dict[str, Any]
    more: bool = False


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """A kind of data that a tenant may keep for a time of its own.

    Args:
        name: unique, `<plugin>.<what>`.
        title, text: what it is, and from when its days count; in the catalogue of translations.
        least, most: the bounds of the days.
        count: how many rows are older than a moment: `(session, tenant, before)`. Shown before a rule is saved, so it has to
            be quick; the core's stop at 100,000.
        step: lets the next of them go, a few seconds' worth: `(session, tenant, before, place)`. It runs in a transaction of
            the tenant that the caller commits; `place` is {} at first. A kind with a default keeps no place.
        default: days where the tenant has said nothing; None to keep it for ever.
        for_ever: whether the tenant may keep it for ever.
    """

    name: str
    title: str
    text: str
    least: int
    most: int
    count: Callable[[Session, UUID, datetime], int]
    step: Callable[[Session, UUID, datetime, dict[str, Any]], RetentionStep]
    default: int | None = None
    for_ever: bool = True

    def allows(self, days: int | None) -> bool:
        """Whether it may be kept for so many days, None for ever."""
        return self.for_ever if days is None else self.least <= days <= self.most


@dataclass(frozen=True, slots=True)
class PersonHolder:
    """A part of the core above messaging that holds something of contacts; plugins have hooks for the same.

    Args:
        data: what it holds of one: `(tenant, contact)`.
        erase: forgets contacts, in the transaction in which they go: `(session, tenant, contacts)`.
        merge: moves what it holds, before conversations move: `(session, tenant, the contact that stays, the one that goes)`.
        kinds: its data that tenants may keep for a time of their own.
    """

    data: Callable[[UUID, UUID], list[PersonData]]
    erase: Callable[[Session, UUID, Sequence[UUID]], None]
    merge: Callable[[Session, UUID, UUID, UUID], None]
    kinds: tuple[RetentionKind, ...] = ()
