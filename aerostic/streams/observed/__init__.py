"""Observations: what detectors look at. Many, small, and never waited for; they travel on a bus of their own."""
