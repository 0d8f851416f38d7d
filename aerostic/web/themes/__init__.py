"""Themes: placeholder of the founder, to be replaced by THEMES."""
