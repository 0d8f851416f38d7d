"""Which process answers where: the front door has the port of the settings, the others those after it."""

from dataclasses import dataclass

from aerostic.settings import Settings


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on the loopback address. They stay the same over restarts, since addresses are kept in the database."""

    front: int
    web: int
    hooks: int
    emulator: int
    live: int
    stripe: int

    @classmethod
    def of(cls, settings: Settings) -> "Ports":
        """The ports that go with a front door's."""
        return cls(*range(settings.port, settings.port + 6))


def local_url(port: int) -> str:
    """The address of a process on this machine."""
    return f"http://127.0.0.1:{port}"
