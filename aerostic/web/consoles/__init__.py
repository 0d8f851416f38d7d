"""What the consoles of the platform and of resellers share: their rails, and how they show workspaces."""
