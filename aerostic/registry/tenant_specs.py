"""Tenant hooks: moments in a tenant's life. The first argument is always the tenant's id.

They are called only through a tenant's view, so a plugin that is off for the tenant does not run. Each declares what an
error does: see `tenant_hook`.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.registry.declarations import (
    DashboardCard,
    NavigationItem,
    OnboardingStep,
    OpenedIncident,
    PageAction,
    PersonData,
    TemplateUse,
)
from aerostic.registry.markers import tenant_hook


@tenant_hook("strict")
def plugin_enabled(tenant: UUID, plugin: str) -> None:
    """A tenant has switched a plugin on; called for every plugin of the tenant, in the transaction of the change.

    An error undoes the change and is shown to the person. Since API 1.
    """


@tenant_hook("isolated")
def contact_opted_out(tenant: UUID, contact: UUID, category: str) -> None:
    """A contact must not be written to any more, for `category` ('marketing', or 'all').

    Called after the opt-out is committed, whichever way it came: a STOP word, the platform's own switch, an agent, an
    import. Since API 1.
    """


@tenant_hook("isolated")
def incident_opened(tenant: UUID, incident: OpenedIncident) -> None:
    """An incident was opened that concerns the tenant, or one that was open has come to concern it: a `sdk.OpenedIncident`.

    Called once for each tenant and incident, after the incident is written down, in the process of events
    (`aerostic stream`): what is slow there holds up no detection, only the next call of this hook. Called again where
    that process is killed meanwhile. Incidents that concern no tenant are not told. Since API 1.
    """


@tenant_hook("strict")
def contact_data(tenant: UUID, contact: UUID) -> list[PersonData]:
    """What the plugin holds of one contact: a list of `sdk.PersonData`, for the file that a person has a right to.

    Called outside of a transaction; read in one of your own. An error ends the export, so that no file looks whole and is
    not. Since API 1.
    """
    raise NotImplementedError


@tenant_hook("strict")
def contact_erased(tenant: UUID, contact: UUID, session: Session) -> None:
    """A contact is being erased for good: delete what the plugin holds of it, or take the person off it.

    Called in the transaction of the erasure, before the contact itself is locked and deleted, so rows that refer to it with
    ON DELETE CASCADE are locked in the order in which a launch takes them. Use the session that is given, keep counts and
    money, and neither commit nor call the network. An error undoes the whole erasure and is shown to the person. Plugins
    that are off are not called: refer to contacts with ON DELETE CASCADE, so that nothing is left of them either way. Since
    API 1.
    """


@tenant_hook("isolated")
def navigation_items(tenant: UUID) -> list[NavigationItem]:
    """Ways to the plugin's pages, for the rail: a list of `sdk.NavigationItem`.

    Asked for every page, so it answers from memory. Since API 1.
    """
    raise NotImplementedError


@tenant_hook("isolated")
def page_actions(tenant: UUID, page: str, subject: UUID | None) -> list[PageAction]:
    """What one can go on to from a page of the core: a list of `sdk.PageAction`.

    Asked for `home`, and for `import` with the id of an import that has finished; return an empty list for a page that is
    not known. Since API 1.
    """
    raise NotImplementedError


@tenant_hook("isolated")
def dashboard_cards(tenant: UUID) -> list[DashboardCard]:
    """Parts of the home page: a list of `sdk.DashboardCard`. Called in a request, outside of a transaction. Since API 1."""
    raise NotImplementedError


@tenant_hook("isolated")
def onboarding_steps(tenant: UUID) -> list[OnboardingStep]:
    """What a new workspace has to do with this plugin: a list of `sdk.OnboardingStep`, shown on the home page. Since API 1."""
    raise NotImplementedError


@tenant_hook("isolated")
def template_uses(tenant: UUID, template: UUID) -> list[TemplateUse]:
    """What sends a template: a list of `sdk.TemplateUse`, the newest first, for the template's page; 20 at most.

    Called in a request, outside of a transaction. Since API 1.
    """
    raise NotImplementedError
