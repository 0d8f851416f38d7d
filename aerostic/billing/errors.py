"""What billing refuses. Nothing was charged; each message tells the person what to do."""

NO_RULE = "Switch on a plugin that brings prices, such as `pricing`, or have its rate card completed."


class BillingError(Exception):
    """Something cannot be priced or settled."""


class NoPriceError(BillingError):
    """No billing rule has a price. A rule may raise it itself, to say in `advice` why, and what to do."""

    def __init__(self, category: str, market: str, advice: str = NO_RULE) -> None:
        super().__init__(
            f"No price is known for category {category or '(none)'!r} in market {market or '(unknown)'!r}. {advice}"
        )


class RuleError(BillingError):
    """A billing rule of a plugin failed. Money fails closed, so nothing is sent or moved on its account."""

    def __init__(self, rule: object, problem: str) -> None:
        plugin = type(rule).__module__.partition(".")[0]
        name = getattr(rule, "name", type(rule).__name__)
        super().__init__(
            f"The billing rule {name!r} of {plugin} {problem}. Nothing was charged: switch the plugin off, or have it mended."
        )
