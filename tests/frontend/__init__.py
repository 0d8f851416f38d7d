"""Tests of what the page bundle does without a browser."""
