"""A small stand-in for Stripe: its API as far as top-ups need it, its payment page, and its signed webhooks."""
