"""`python -m aerostic_stripe.emulator`."""

from .cli import emulator

emulator()
