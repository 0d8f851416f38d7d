"""The applications for a WSGI server: `granian --interface wsgi wsgi:app`, and `wsgi:ml`, the machine-learning service.

Each is made when it is asked for by its name, so that the one does not load the other.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "app":
        from aerostic.cli.processes import application

        made: Any = application()
    elif name == "ml":
        from aerostic.web.ml.service import create_service

        made = create_service()
    else:
        raise AttributeError(name)
    globals()[name] = made
    return made
