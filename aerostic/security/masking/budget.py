"""How many costly checks one text may ask for."""


class Budget:
    """A count that runs down. Once spent, candidates are masked unchecked: a hostile line neither takes seconds nor leaks."""

    def __init__(self, checks: int) -> None:
        self.left = checks

    def spend(self) -> bool:
        """Take one check; False when none is left."""
        self.left -= 1
        return self.left >= 0
