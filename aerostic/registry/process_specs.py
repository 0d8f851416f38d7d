"""Process hooks: called once at start-up, over every installed plugin. Each returns a list of declarations.

What a plugin declares here is stamped with its name and seen only by the tenants that have it switched on. An error in
one of these hooks puts the plugin in quarantine (or stops start-up, where AEROSTIC_PLUGIN_ERRORS is `raise`).
"""

from typing import Any

from aerostic.registry.markers import hookspec


@hookspec
def register_channels() -> list[Any]:
    """The ways to send and receive this plugin brings: a list of `sdk.Channel`, each with a `kind` of its own.

    Called by the loader. The lanes send through the channel whose `kind` an account names; webhook intake asks it to
    verify and to parse. Return an empty list, or leave the hook out, to bring none. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_flow_nodes() -> list[Any]:
    """The kinds of steps this plugin brings for flows: a list of `sdk.FlowNode`, each with a `kind` named `<plugin>.<step>`.

    Called by the loader. Their forms, icons, ports and rules appear in the builder; the engine runs them in the flows of
    tenants that have the plugin on. A run that comes to a step whose plugin was switched off waits until it is on again, or
    for 30 days. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_billing_rules() -> list[Any]:
    """The rules this plugin adds to quoting and settling: a list of `sdk.BillingRule`.

    Rules are asked in plugin order; the first that quotes, or that decides on an outcome, wins. An error while quoting
    refuses the send: money fails closed. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_payment_providers() -> list[Any]:
    """The ways to pay this plugin brings: a list of `sdk.PaymentProvider`, each named as the plugin, or `<plugin>-...`.

    The wallet page offers them for top-ups; what a provider sends to `https://hooks.<domain>/payments/<name>` goes to its
    `webhook`, also for tenants that have switched the plugin off meanwhile: what was paid counts. Leave out what the operator
    has not set up. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_key_providers() -> list[Any]:
    """Who may hold the key-encryption keys: a list of `sdk.KeyProvider`, each named as the plugin, or `<plugin>-...`.

    The operator chooses one with `AEROSTIC_KEY_PROVIDER`; every process asks it to wrap and to unwrap data keys. It belongs
    to the installation, whatever tenants have switched on. Leave out what the operator has not set up. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_blueprints() -> list[Any]:
    """Pages and endpoints: a list of `sdk.BlueprintIn`, the blueprint named `<plugin>_<area>`.

    Pages stand under `/p/<plugin>` on the hosts of their area; a part of the API is made with `sdk.api.Blueprint` and stands
    under `/api/v1/<plugin>`. For a tenant that has the plugin off, every route of it answers 404, static files too. Since
    API 1.
    """
    raise NotImplementedError


@hookspec
def register_console_pages() -> list[Any]:
    """Pages in the consoles of the platform and of resellers: a list of `sdk.ConsolePages`, the blueprint named
    `<plugin>_<console>`.

    They stand under `/platform/p/<plugin>` and `/reseller/p/<plugin>`, are there as long as the plugin is installed, whatever
    tenants have switched on, and open for the console's own people only: the platform's, or those of a reseller, whose id
    `sdk.own_reseller` tells. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_permissions() -> list[Any]:
    """What roles may be allowed to do with this plugin: a list of `sdk.Permission`, named `<plugin>.<verb>`. Since API 1."""
    raise NotImplementedError


@hookspec
def register_jobs() -> list[Any]:
    """Recurring jobs: a list of `sdk.Schedule`, named `<plugin>.<verb>`.

    A job only wakes a state machine in the database; it must be safe to run twice and to be killed. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_retention() -> list[Any]:
    """Kinds of data of this plugin that a tenant may keep for a time of its own: a list of `sdk.RetentionKind`, named
    `<plugin>.<what>`.

    They stand on the page "Data and retention" of the workspace, and a nightly job lets go what is older than its owners and
    admins want. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_event_handlers() -> list[Any]:
    """Consumers of events: a list of `sdk.EventHandler`, named `<plugin>.<what it does>`.

    A handler gets events of the tenants that have the plugin on, at least once each, in order of their key. One that
    keeps failing has its events set aside as dead letters. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_detectors() -> list[Any]:
    """Judges of what the platform observes: a list of `sdk.detection.Detector` objects, each named `<plugin>.<what>`.

    The detection process asks them with batches of observations of all tenants; signals add up to actions by the platform's
    policy. They belong to the installation, whatever tenants have switched on. An error in one is logged and counted, and the
    others go on. Since API 1.
    """
    raise NotImplementedError


@hookspec
def register_commands() -> list[Any]:
    """Commands of `aerostic`: a list of `click.Command`. Since API 1."""
    raise NotImplementedError
