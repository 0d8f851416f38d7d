"""Under which headings the steps stand in the palette, and what several of their forms say."""

from aerostic.sdk import N_

START, DECIDE, WAIT, DATA, END = N_("Start"), N_("Decide"), N_("Wait"), N_("Contact and data"), N_("Go elsewhere")
PORT = r"^[A-Za-z0-9_-]{1,40}$"
NAME = r"^[a-z][a-z0-9_]{0,39}$"
TWICE = N_(
    "Two ways have the same name. Give each one of its own; other is taken already where it is for anything else."
)
VARIABLE = N_("Variable")
FOUND_AS = N_("Later steps find it as vars and this name. Small letters, digits and underscores.")
