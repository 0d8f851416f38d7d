"""Under which headings the steps stand in the palette, and what several of their forms say."""

from aerostic.sdk import N_

START, SEND, ASK = N_("Start"), N_("Send"), N_("Ask")
NAME = r"^[a-z][a-z0-9_]{0,39}$"
TEXT, FOOTER, HEADER = N_("Text"), N_("Small print"), N_("Heading")
EXPRESSIONS = N_("May hold expressions, such as {{ contact.first_name }}.")
