"""Which published node an address leads to."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Effect
from aerostic.flows.hooks.contract import HookTrigger
from aerostic.flows.hooks.keeping import good_secrets
from aerostic.flows.hooks.models import FlowHook
from aerostic.flows.limits import Limits
from aerostic.flows.models import Flow
from aerostic.flows.plan import KindError, Plan, Step
from aerostic.flows.runs.beginnings import Published
from aerostic.flows.runs.plans import plans
from aerostic.tenancy.models import Tenant

# How long the answer may be remembered: what was published, paused or switched off is seen then.
KEPT_SECONDS = 1.0
LONGEST_TOKEN = 64
FLOWS = service_scope("flows")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook that is ready to be called. Never log it: `secrets` are.

    Args:
        quick: whether nothing that it leads to can change anything but the run itself, or wait.
    """

    id: UUID
    published: Published
    step: Step
    plan: Plan = field(repr=False)
    limits: Limits = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    quick: bool = False


def find(token: str) -> Hook | None:
    """Ask the database; None also where the flow is not published, one of its plugins is off, or the tenant is suspended. Needs
    an application context.
    """
    if len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        return None
    with transaction(FLOWS) as session:
        hook = session.scalar(select(FlowHook).where(FlowHook.token == token))
    if hook is None:
        return None
    with transaction(tenant_scope(hook.tenant_id)) as session:
        flow, tenant = session.get(Flow, hook.flow_id), session.get(Tenant, hook.tenant_id)
        if flow is None or flow.published_id is None or tenant is None or tenant.status != "active":
            return None
        try:
            plan = plans().of(session, hook.tenant_id, flow.published_id)
        except KindError:
            return None
        step = plan.steps.get(hook.node)
        if step is None or not isinstance(step.node, HookTrigger):
            return None
        limits = limits_of(session, hook.tenant_id).narrowed(plan.limits)
        published = Published(hook.tenant_id, flow.id, flow.published_id)
        return Hook(hook.id, published, step, plan, limits, good_secrets(hook), _quick(plan, step))


def _quick(plan: Plan, start: Step) -> bool:
    """Whether every step that can be reached is of the run alone, and none waits or asks for more than what came."""
    if "workspace" in plan.names:
        return False
    reached, ahead = set[str](), [start.id]
    while ahead:
        step = plan.steps[ahead.pop()]
        if step.node.effect is not Effect.NONE or step.node.waits:
            return False
        if step.id not in reached:
            reached.add(step.id)
            ahead.extend(step.ways.values())
    return start.node.about(start.config.model) is None  # type: ignore[attr-defined]
