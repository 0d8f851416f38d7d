"""How long a tenant keeps what, and the nightly job that lets the rest go."""
