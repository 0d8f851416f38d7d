"""Brands on the web: which one a host shows, its stylesheet and pictures."""
