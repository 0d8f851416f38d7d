"""`python -m aerostic_emulator`."""

from .cli import emulator

emulator()
