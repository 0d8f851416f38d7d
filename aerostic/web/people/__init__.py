"""People: signing in, choosing a workspace, the team, one's own profile."""
