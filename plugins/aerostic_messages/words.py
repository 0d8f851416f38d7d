"""Under which headings the steps stand in the palette."""

from aerostic.sdk import N_

START, SEND, ASK = N_("Start"), N_("Send"), N_("Ask")
