"""Owners, purposes and kinds of movements in words."""

from aerostic.words import N_

OWNERS = {"platform": N_("Platform"), "reseller": N_("Resellers"), "tenant": N_("Workspaces")}
PURPOSES = {
    "bonus": N_("Bonus"),
    "cost": N_("Cost"),
    "held": N_("Set aside"),
    "margin": N_("Margin"),
    "outside": N_("Outside"),
    "revenue": N_("Revenue"),
    "wallet": N_("Wallet"),
}
KINDS = {
    "sale": N_("Sale"),
    "topup": N_("Credit added"),
    "allocation": N_("Allocation"),
    "clawback": N_("Taken back"),
    "hold": N_("Set aside for messages"),
    "release": N_("Given back, not spent"),
    "refund": N_("Refunded: not delivered"),
    "capture": N_("Paid"),
    "recapture": N_("Paid after all: delivered late"),
    "reversal": N_("Corrected"),
    "share": N_("Margin of messages"),
    "earning": N_("Margins taken over"),
    "repayment": N_("Paid back"),
}
