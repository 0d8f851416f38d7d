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
CREDITED = EventType(
    "wallet.credited",
    "A wallet got credit: a payment came in, or credits were allocated.",
    {"account_id": "the wallet", "amount": "micro-credits", "currency": "of the amount"},
    "wallet.view",
)
PAYMENT = {
    "payment_id": "which",
    "provider": "through whom; `manual` for a bank transfer",
    "amount": "micro-credits paid",
    "currency": "of the amount",
    "refunded": "micro-credits the payer got back so far",
    "shortfall": "micro-credits of those that were spent before",
}
PAID = EventType("payment.paid", "A payment came in and was credited.", PAYMENT, "wallet.view")
REFUNDED = EventType(
    "payment.refunded", "A payer got money back; the wallet was reduced as far as it went.", PAYMENT, "wallet.view"
)
REFUSED = EventType(
    "payment.refused",
    "A provider said something of a payment that is not as it was started; nothing was credited.",
    {"payment_id": "which", "problem": "what differs: reference, currency or amount"},
    "wallet.view",
)

for _event_type in (SETTLED, UNCOLLECTED, UNBALANCED, CREDITED, PAID, REFUNDED, REFUSED):
    register(_event_type)
