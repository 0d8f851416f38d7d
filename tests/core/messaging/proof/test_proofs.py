"""The money of a message and of a batch, followed through everything that can become of it."""

import hashlib
import json

import pytest
from sqlalchemy import text

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.proof import (
    MessageProof,
    charge_lines,
    prove_batch,
    prove_message,
    written_batch,
    written_message,
)
from tests.core.messaging.proof.shop import PRICE, make_shop
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")
P = PRICE.amount


def course(proof: MessageProof) -> list[tuple[str, int, int, int]]:
    """What happened, and what was set aside, paid and given back after it."""
    return [(step.kind, step.held, step.paid, step.back) for step in proof.steps]


def test_a_delivered_message_was_set_aside_and_paid() -> None:
    shop = make_shop(2)
    shop.came(0, "delivered", "read")
    proof = shop.proof(0)
    assert course(proof) == [("hold", P, 0, 0), ("capture", 0, P, 0)]
    assert (proof.charge and proof.charge.source, proof.problems) == ("test book 1, US marketing", [])


def test_a_message_that_failed_and_was_delivered_after_all_is_paid_once() -> None:
    shop = make_shop(1)
    shop.came(0, "failed", "delivered")
    assert course(shop.proof(0)) == [("hold", P, 0, 0), ("refund", 0, 0, P), ("recapture", 0, P, 0)]
    assert shop.proof(0).problems == []


def test_a_message_that_is_tried_again_takes_its_money_once_more() -> None:
    shop = make_shop(1)
    shop.came(0, "failed")
    shop.try_again(0)
    shop.came(0, "delivered")
    proof = shop.proof(0)
    assert course(proof) == [("hold", P, 0, 0), ("refund", 0, 0, P), ("hold", P, 0, 0), ("capture", 0, P, 0)]
    assert (len(proof.holds), proof.problems) == (2, [])


def test_a_message_that_waits_has_its_money_set_aside() -> None:
    shop = make_shop(1)
    assert (course(shop.proof(0)), shop.proof(0).problems) == ([("hold", P, 0, 0)], [])


def test_a_batch_adds_up_whatever_became_of_its_messages() -> None:
    shop = make_shop(6)
    shop.came(0, "delivered")
    shop.came(1, "read")
    shop.came(2, "failed")
    shop.came(3, "delivered", "failed")
    shop.came(4, "failed")
    shop.try_again(4)
    shop.came(4, "delivered")
    proof = shop.whole()
    assert (proof.set_aside, proof.at("revenue"), proof.given_back, proof.at("held")) == (7 * P, 3 * P, 3 * P, P)
    assert {(row.state, row.count, row.amount) for row in proof.charges} == {
        ("captured", 3, 3 * P),
        ("refunded", 2, 2 * P),
        ("held", 1, P),
    }
    assert proof.problems == []


def test_a_charge_that_was_meddled_with_is_named() -> None:
    shop = make_shop(2)
    shop.came(0, "delivered")
    with transaction(tenant_scope(shop.tenant_id)) as session:
        session.execute(text("UPDATE charge SET state = 'refunded' WHERE id = :id"), {"id": shop.messages[0]})
    assert shop.proof(0).problems == [f"refunded, but held 0, paid {P}, back 0"]
    assert shop.whole().problems == [f"the charges say 0 were paid, the holds {P}"]


def test_a_document_carries_the_fingerprint_of_all_it_says() -> None:
    shop = make_shop(3)
    shop.came(0, "delivered")
    with transaction(tenant_scope(shop.tenant_id)) as session:
        lines = charge_lines(session, shop.tenant_id, shop.batch_id)
        batch = json.loads("".join(written_batch(shop.whole(), lines)))
    message = json.loads(json.dumps(written_message(shop.proof(0), provider_id=False)))
    for document in (batch, message):
        told = document.pop("sha256")
        written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(written.encode()).hexdigest() == told
    assert [(line["id"], line["charge"]) for line in batch["messages"]] == [
        (str(id_), state) for id_, state in zip(shop.messages, ("captured", "held", "held"), strict=True)
    ]
    assert [step["entries"] and len(step["entries"]) for step in message["steps"]] == [None, 2]


def test_somebody_elses_money_is_not_seen() -> None:
    shop, other = make_shop(1), make_tenant()
    with transaction(tenant_scope(other.id)) as session:
        assert prove_message(session, other.id, shop.messages[0]) is None
        assert prove_batch(session, other.id, shop.batch_id) is None
