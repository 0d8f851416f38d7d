"""Tests of what is held back where people and programs come in."""
