"""Under which headings the steps stand in the palette."""

from aerostic.sdk import N_

START, DECIDE, WAIT, DATA, END = N_("Start"), N_("Decide"), N_("Wait"), N_("Contact and data"), N_("Go elsewhere")
