"""What signals have in common: shares, by their kind."""


def shares(**values: str) -> frozenset[str]:
    """`kind:value` of each value that is known: what nobody knows is shared with nobody."""
    return frozenset(f"{kind}:{value}" for kind, value in values.items() if value)
