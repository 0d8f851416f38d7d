"""Crossing from one tenant into another, by every route there is."""
