"""Imports of contacts from CSV files: as a job, with a verdict for every row that was not taken."""
