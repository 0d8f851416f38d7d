"""Imports of contacts: a file uploaded, its columns chosen, a look at what would happen, the run and what came of it."""
