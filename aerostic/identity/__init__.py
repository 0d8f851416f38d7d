"""People: users, their sign-in, and what their roles permit."""
