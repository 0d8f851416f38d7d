"""Tests of the books being proved."""
