"""Movements, accounts and moments in words."""

from aerostic.words import N_

STEPS = {
    "hold": N_("Set aside"),
    "capture": N_("Paid: delivered"),
    "release": N_("Given back, not spent"),
    "refund": N_("Refunded: not delivered"),
    "recapture": N_("Paid after all: delivered late"),
    "reversal": N_("Corrected"),
}
PLACES = {"wallet": N_("Wallet"), "held": N_("Set aside"), "revenue": N_("Paid")}
MOMENTS = {
    "created": N_("Planned"),
    "sending": N_("Left for WhatsApp"),
    "accepted": N_("Taken by WhatsApp"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "read": N_("Read"),
    "failed": N_("Failed"),
}
CHARGES = {
    "held": N_("Set aside"),
    "captured": N_("Paid"),
    "refunded": N_("Refunded"),
    "released": N_("Given back"),
}
CHARGE_COLORS = {"held": "warning", "captured": "success", "refunded": "secondary", "released": "secondary"}
CATEGORIES = {
    "marketing": N_("Marketing"),
    "utility": N_("Utility"),
    "authentication": N_("Authentication"),
    "service": N_("Service"),
}
