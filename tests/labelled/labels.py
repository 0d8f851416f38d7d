"""What is true of a stream: attacks with their culprits, and honest things that look like one."""

from dataclasses import dataclass

Subjects = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Label:
    """An attack.

    Args:
        family: one of the ten families.
        way: which form of it this one takes.
        subjects: (kind, id) of whom an action may hit: who attacks, and what has to be protected.
        begin, end: seconds since 1970.
    """

    family: str
    way: str
    subjects: Subjects
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Calm:
    """Something honest that should not be acted on, such as a sale day; the fields as in `Label`."""

    kind: str
    subjects: Subjects
    begin: float
    end: float
