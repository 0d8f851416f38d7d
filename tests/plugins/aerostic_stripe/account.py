"""An account at the stand-in, a provider that speaks to it, and payments begun there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests
from aerostic_stripe.emulator.server import Emulator
from aerostic_stripe.provider import Stripe
from aerostic_stripe.settings import StripeSettings
from pydantic import SecretStr

from aerostic.billing.payments.settling import settle
from aerostic.billing.payments.starting import start
from aerostic.db import new_id
from aerostic.tenancy.models import Tenant
from tests.core.billing.payments.till import ONE, balance, request
from tests.support.factories import make_tenant

KEY, SECRET = "sk_test_key", "whsec_secret"


@dataclass
class Account:
    """A stand-in with its address, and the provider that is tested."""

    emulator: Emulator
    url: str
    provider: Stripe

    def begin(self, amount: int = 20 * ONE, tenant: Tenant | None = None, **values: Any) -> "Visit":
        """A workspace begins to pay, and its person is on the payment page."""
        tenant = tenant or make_tenant(**values)
        wanted = request(amount, tenant.currency)
        return Visit(self, tenant.id, wanted.id, start(tenant.id, self.provider, wanted, new_id()))

    def deliver(self) -> list[str]:
        """Have the intake's part done with every event that was sent; what was not believed of each."""
        self.emulator.postman.settle()
        problems = []
        for _, body, headers in self.emulator.postman.sent:
            events = self.provider.webhook(body, headers)
            problems += [settle("stripe", event) for event in events]
        return problems


@dataclass
class Visit:
    """A person on a payment page."""

    account: Account
    tenant_id: UUID
    payment_id: UUID
    page: str

    @property
    def session_id(self) -> str:
        """Stripe's id of it."""
        return self.page.rpartition("/")[2]

    def act(self, act: str) -> requests.Response:
        """Pay, decline, or pay later."""
        return requests.post(f"{self.page}/{act}", timeout=5, allow_redirects=False)

    def change(self, act: str) -> None:
        """What happens to it in the dashboard."""
        done = requests.post(f"{self.account.url}/sessions/{self.session_id}/{act}", timeout=5, allow_redirects=False)
        assert done.status_code == 303

    @property
    def balance(self) -> int:
        """What is in the wallet."""
        return balance(self.tenant_id)


def settings(url: str = "https://api.stripe.com") -> StripeSettings:
    """The account's."""
    return StripeSettings(_env_file=None, secret_key=SecretStr(KEY), webhook_secret=SecretStr(SECRET), api_base=url)


@contextmanager
def account(webhook: str = "") -> Iterator[Account]:
    """An account for the length of a block."""
    emulator = Emulator(settings(), webhook)
    with emulator.serving() as url:
        yield Account(emulator, url, Stripe(settings(url)))
