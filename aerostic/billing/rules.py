"""Asking the billing rules: in their order, the first answer holds, and an error names the plugin."""

from collections.abc import Callable, Sequence
from functools import cache

from aerostic.billing.contract import BillingRule, Chargeable, ChargeInfo, Outcome, Quote, Settlement
from aerostic.billing.errors import NoPriceError, RuleError


def quote(rules: Sequence[BillingRule], chargeable: Chargeable) -> Quote:
    """The price of one.

    Raises:
        NoPriceError: no rule has one, or one says why there can be none.
        RuleError: a rule raised, or answered with something that is no price.
    """
    for rule in rules:
        try:
            answer = rule.quote(chargeable)
        except NoPriceError:
            raise
        except Exception as error:
            raise RuleError(rule, f"failed to quote ({type(error).__name__})") from error
        if answer is not None:
            return _checked(rule, answer)
    raise NoPriceError(chargeable.category, chargeable.market)


def asking(rules: Sequence[BillingRule]) -> Callable[[ChargeInfo, Outcome], Settlement | None]:
    """How to ask what becomes of a charge's money: the rules' first answer, None where none has one.

    Each question is put once, as answers depend on nothing else. The function returned raises `RuleError` where a rule
    raised, or answered with something else than a settlement.
    """

    @cache
    def ask(info: ChargeInfo, outcome: Outcome) -> Settlement | None:
        for rule in rules:
            try:
                answer = rule.on_outcome(info, outcome)
            except Exception as error:
                raise RuleError(rule, f"failed to settle ({type(error).__name__})") from error
            if answer is not None:
                if not isinstance(answer, Settlement):
                    raise RuleError(rule, "answered with something that is no settlement")
                return answer
        return None

    return ask


def _checked(rule: BillingRule, answer: object) -> Quote:
    if not isinstance(answer, Quote) or type(answer.amount) is not int or answer.amount < 0:
        raise RuleError(rule, "answered with something that is no price in whole micro-credits")
    if type(answer.share) is not int or not 0 <= answer.share <= answer.amount:
        raise RuleError(rule, "answered with a reseller's share that is no part of the price")
    return answer
