"""Tests of the plugin of flows."""
