"""Templates as the provider has them: fetched, kept up to date by its events, with the history of what changed."""
