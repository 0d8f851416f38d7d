"""Plugins of a workspace: which there are, how they do, switching them on and off, their settings."""
