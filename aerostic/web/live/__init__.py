"""Live updates: what happens is condensed into notices, and every open page hears of those that concern it."""
