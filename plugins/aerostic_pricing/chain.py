"""The chain of price books: from the card's rate to what the reseller pays, and on to what its workspace pays."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from uuid import UUID

from aerostic.sdk import N_

from .books import LEVELS, Asked, Book, BookError, Price


@dataclass(frozen=True, slots=True)
class Chain:
    """The books in force for one workspace.

    Args:
        currency: of its wallet; '' where the books are those of no workspace.
        ours: those that the platform writes, from the top down.
        resellers: those that its reseller writes, below them.
    """

    currency: str
    reseller_id: UUID | None
    ours: tuple[Book, ...] = ()
    resellers: tuple[Book, ...] = ()

    def cost(self, rate: Price, asked: Asked, operator: Book) -> Price:
        """What the platform asks: of the reseller where there is one, else of the workspace.

        Args:
            operator: stands for the platform's books where none of them has a rule.

        Raises:
            BookError: a currency would have to be converted, and there is no exchange rate for that.
        """
        price = _down(rate, self.ours, asked)
        return price if price.ruled else _down(rate, (operator, *self.ours), asked)

    def price(self, rate: Price, asked: Asked, operator: Book) -> tuple[Price, int]:
        """What the workspace pays, and which part of it its reseller earns. Never below what the reseller pays.

        Raises:
            BookError: no exchange rate where one is needed, or prices that are not in the currency of the wallet.
        """
        price = self.cost(rate, asked, operator)
        cost = price.amount
        for book in self.resellers:
            cost, price = book.converted(cost, price.currency), book.apply(price, asked)
        if price.amount < cost:
            *before, last = price.trail
            price = replace(price, amount=cost, trail=(*before, f"{last}, raised to what the reseller pays"))
        if price.amount and self.currency and price.currency != self.currency:
            advice = N_(
                "The wallet is in %(wallet)s, and prices come out in %(currency)s. Put a book in %(wallet)s in force, with an"
                " exchange rate."
            )
            raise BookError(advice, wallet=self.currency, currency=price.currency)
        return replace(price, currency=self.currency or price.currency), price.amount - cost

    def with_book(self, book: Book) -> "Chain":
        """The same, with another version of one of its books."""
        if book.level in ("platform", "reseller") or self.reseller_id is None:
            return replace(self, ours=_placed(self.ours, book))
        return replace(self, resellers=_placed(self.resellers, book))


def _placed(books: Iterable[Book], book: Book) -> tuple[Book, ...]:
    others = (one for one in books if one.level != book.level)
    return tuple(sorted((*others, book), key=lambda one: LEVELS.index(one.level)))


def _down(price: Price, books: Iterable[Book], asked: Asked) -> Price:
    return reduce(lambda above, book: book.apply(above, asked), books, price)
