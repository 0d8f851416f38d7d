"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from aerostic.cli.processes import application

app = application()
