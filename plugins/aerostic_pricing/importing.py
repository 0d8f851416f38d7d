"""What a price book says, from a CSV file: market, category, price, percent, fixed, floor, above, free.

`*` stands for any market or category. A line has either a price, or a margin (percent, fixed, or both) on the price from
above; amounts are in units of the currency, with up to six decimals. With `above`, it holds from the message on that follows so
many of a month. A line with `free` alone says how many messages of its category a number has free each month. Files without the
last two columns are taken as well.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from aerostic.sdk import N_

from .books import ANY, BookError, Rule, Sheet
from .card import CATEGORIES, CURRENCY, MICROS, RateCard

COLUMNS = ("market", "category", "price", "percent", "fixed", "floor", "above", "free")
FEWER = COLUMNS[:6]
MOST_PERCENT = 1_000
MOST = 1_000 * MICROS
MOST_MESSAGES = 10**9
LARGEST = 250_000
LEAST_RATE, MOST_RATE = Decimal("0.00000001"), Decimal(10**9)
Line = Mapping[str, str]


def read_sheet(data: bytes, card: RateCard, currency: str = CURRENCY, exchange: Decimal | None = None) -> Sheet:
    """What a file says.

    Args:
        currency, exchange: see `books.Sheet`.

    Raises:
        BookError: names the line, and what to write there.
    """
    check_currency(currency, exchange)
    rules: dict[tuple[str, str, int], Rule] = {}
    free: dict[str, int] = {}
    for number, line in _lines(data):
        market, category = _place(number, line, card)
        if line["free"]:
            if category in free:
                raise BookError(
                    N_("Line %(line)s: there is an allowance for %(category)s before. Keep one of them."),
                    line=number,
                    category=category,
                )
            free[category] = _allowance(number, line)
            continue
        rule = _rule(number, line, market, category)
        if (key := (market, category, rule.above)) in rules:
            raise BookError(
                N_("Line %(line)s: there is a rule for %(rule)s before. Keep one of them."), line=number, rule=rule
            )
        rules[key] = rule
    if not rules:
        raise BookError(N_("The file has no rule. Write at least one line, such as %(example)s"), example="*,*,,10,,,,")
    _whole(rules.values(), card)
    return Sheet(tuple(rules.values()), free, currency, exchange)


def check_currency(currency: str, exchange: Decimal | None) -> None:
    """See that a book can be in a currency.

    Raises:
        BookError: it is none, or the exchange rate is none, or there is one without need.
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise BookError(
            N_("%(currency)s is no currency. Write its three capital letters, such as EUR."), currency=repr(currency)
        )
    if exchange is not None and not (exchange.is_finite() and LEAST_RATE <= exchange < MOST_RATE):
        raise BookError(
            N_("An exchange rate is more than 0. Write how many units of the book's currency one of the card's is.")
        )
    if exchange is not None and currency == CURRENCY:
        raise BookError(N_("The rate card is in %(currency)s as well. Leave the exchange rate out."), currency=CURRENCY)


def _lines(data: bytes) -> Iterator[tuple[int, Line]]:
    if len(data) > LARGEST:
        raise BookError(N_("The file is too large for a price book. Send at most 250 KB."))
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if tuple(reader.fieldnames or ()) not in (COLUMNS, FEWER):
            raise BookError(
                N_("Line 1: the columns are %(columns)s. The last two may be left out."), columns=", ".join(COLUMNS)
            )
        for line in reader:
            if None in line or None in line.values():
                raise BookError(
                    N_("Line %(line)s: there is one value for each column. Leave empty what does not apply."),
                    line=reader.line_num,
                )
            yield reader.line_num, {column: (line.get(column) or "").strip() for column in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise BookError(N_("The file cannot be read. Save it as CSV in UTF-8, and send it again.")) from error


def _place(number: int, line: Line, card: RateCard) -> tuple[str, str]:
    market, category = line["market"], line["category"]
    if market not in card.names() | {ANY}:
        raise BookError(
            N_("Line %(line)s: %(market)s is no market of the rate card. Write one of its markets, or *."),
            line=number,
            market=repr(market),
        )
    if category not in (*CATEGORIES, ANY):
        raise BookError(
            N_("Line %(line)s: %(category)s is no category. Write one of %(known)s, or *."),
            line=number,
            category=repr(category),
            known=", ".join(CATEGORIES),
        )
    return market, category


def _rule(number: int, line: Line, market: str, category: str) -> Rule:
    above = _count(number, line["above"] or "0")
    is_margin = bool(line["percent"] or line["fixed"])
    if bool(line["price"]) == is_margin:
        raise BookError(N_("Line %(line)s: give either a price, or a margin (percent, fixed)."), line=number)
    if line["price"]:
        if line["floor"]:
            raise BookError(
                N_("Line %(line)s: a floor goes with a margin, not with a price. Leave it out."), line=number
            )
        return Rule(market, category, _micros(number, line["price"]), above=above)
    percent = _decimal(number, line["percent"] or "0")
    if not -100 <= percent <= MOST_PERCENT or percent != round(percent, 4):
        raise BookError(
            N_("Line %(line)s: a margin is from -100 to %(most)s per cent, with up to four decimals."),
            line=number,
            most=MOST_PERCENT,
        )
    fixed, floor = _micros(number, line["fixed"] or "0"), _micros(number, line["floor"] or "0")
    return Rule(market, category, None, percent, fixed, floor, above)


def _allowance(number: int, line: Line) -> int:
    if line["market"] != ANY or line["category"] == ANY:
        raise BookError(
            N_("Line %(line)s: free messages are those of one category in any market. Write * and a category."),
            line=number,
        )
    if any(line[column] for column in COLUMNS[2:-1]):
        raise BookError(
            N_("Line %(line)s: free messages stand on a line of their own. Leave its other columns empty."), line=number
        )
    return _count(number, line["free"])


def _whole(rules: Iterable[Rule], card: RateCard) -> None:
    """See that prices leave out no market by mistake: where some markets of a category have one, the others have a rule."""
    base = [rule for rule in rules if not rule.above]
    ruled = {rule.place for rule in base}
    priced = {rule.category for rule in base if rule.amount is not None and rule.market != ANY}
    for category in CATEGORIES:
        if not priced & {category, ANY} or (ANY, category) in ruled or (ANY, ANY) in ruled:
            continue
        left_out = sorted(card.names() - {market for market, of in ruled if of in (category, ANY)})
        if left_out:
            raise BookError(
                N_(
                    "There are prices for %(category)s in some markets, and nothing for %(market)s. Add a line for it, or"
                    " %(example)s where all other markets keep the price from above."
                ),
                category=category,
                market=left_out[0],
                example=f"*,{category},,0,,,,",
            )


def _count(number: int, written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 11 and int(written) <= MOST_MESSAGES):
        raise BookError(
            N_("Line %(line)s: %(written)s is no count of messages. Write 1000."), line=number, written=repr(written)
        )
    return int(written)


def _micros(number: int, written: str) -> int:
    micros = _decimal(number, written) * MICROS
    if micros < 0 or micros != int(micros):
        raise BookError(
            N_("Line %(line)s: %(written)s is no amount. Write 0.0625, with up to six decimals."),
            line=number,
            written=repr(written),
        )
    if micros > MOST:
        raise BookError(
            N_("Line %(line)s: %(written)s is too much for one message. Write at most %(most)s."),
            line=number,
            written=repr(written),
            most=MOST // MICROS,
        )
    return int(micros)


def _decimal(number: int, written: str) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 20:
        raise BookError(N_("Line %(line)s: %(written)s is no number. Write 12.5."), line=number, written=repr(written))
    return found
