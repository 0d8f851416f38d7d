"""The events of billing."""

from aerostic.streams.catalogue import EventType, register

COUNTS = "how many"
AMOUNT = "micro-credits of them"

SETTLED = EventType(
    "charges.settled",
    "The money of charges of a tenant has moved: one event a batch.",
    {
        "captured": COUNTS,
        "captured_amount": AMOUNT,
        "refunded": COUNTS,
        "refunded_amount": AMOUNT,
        "released": COUNTS,
        "released_amount": AMOUNT,
    },
    "wallet.view",
)
UNCOLLECTED = EventType(
    "charge.uncollected",
    "A message was delivered after its money went back, and the wallet has too little to pay for it again.",
    {"charge_id": "which, also the message", "amount": "micro-credits", "currency": "of the amount"},
    "wallet.view",
)

UNBALANCED = EventType(
    "ledger.unbalanced",
    "The books were verified, and something in them is off. An event of the platform.",
    {"report_id": "the report that names it", "findings": "how many rules found something"},
)

for _event_type in (SETTLED, UNCOLLECTED, UNBALANCED):
    register(_event_type)
