"""Themes: looks that come as folders. What they may hold, where they are found, and how pages are drawn with them."""
