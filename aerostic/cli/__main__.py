"""`python -m aerostic.cli`."""

from aerostic.cli.main import main

main()
