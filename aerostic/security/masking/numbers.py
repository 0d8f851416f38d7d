"""Phone numbers in running text: found as runs of digits, told from ids, times and amounts by what stands around them and by
the world's numbering plans (phonenumbers)."""

import re
import unicodedata

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget
from aerostic.security.masking.hints import is_after_phone_word, is_plain, kind_before
from aerostic.security.masking.names import Kind
from aerostic.security.masking.plans import international, national, phone_token

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
GAP = rf"[\s().\-/‐-―−－\u202a-\u202e\u2066-\u2069{ZERO_WIDTH}]"
# Shapes that are no phone come first and are given back as they are.
SHAPE = re.compile(
    rf"(?=[\d<+＋(（])(?:(?P<keep>{pseudonyms.TOKEN.pattern}"
    r"|(?<![\w.])[12]\d{3}-[01]\d-[0-3]\d(?:[T _][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
    r"|(?<![\w.])(?:[12]\d{3}([/.])[01]?\d\2[0-3]?\d|[0-3]?\d([/.-])[01]?\d\3[12]\d{3})(?![\d/.-])"
    r"|(?<![\w.])[+-]?\d{1,12}\.\d{1,12}(?![\d.\-]|\s?\d)"
    r"|(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])"
    r"|(?<![0-9A-Za-z])0x[0-9a-fA-F]+)"
    rf"|(?:(?<![0-9A-Za-z])|(?<=\\[nrt])|(?<=%2[0Bb])|(?<=%252[Bb])|(?<=u002b)|(?<=%3[dD])|(?<=%253[dD])|(?<=#43;))[+＋]?[(（]?\d(?:{GAP}{{0,4}}\d){{5,80}}(?![0-9A-Za-z]))"
)
UUID = re.compile(r"[0-9a-fA-F]{8}(?<![0-9A-Za-z].{8})(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")
PLUSES = "+＋"
PLUS = re.compile(r"(?i)(?:[+＋]\s?[(（]?|%(?:25)?2B|\\u002b|&#43;)$")
# Amounts with their thousands apart, and numbers of four digits beside each other.
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([\s.])\d{3})(?:\1\d{3})*|\d{4}(?: \d{4})+")
DIALLED = re.compile(
    r"\(?[2-9]\d\d\)?[\s.\-]{1,2}[2-9]\d\d[\s.\-]\d{4}|\d{5}[ -]\d{5}|\(0?\d{2,5}\)\s?[\d\s./-]{5,12}"
    r"|(?:\d{2,3}|0\d{3})(?:([ .\-])\d{2,4}(?!\d)){2,4}"
)
STATUS = re.compile(r"[1-5]\d\d ")
WORD = re.compile(r"\S+")
DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
# Seconds, milliseconds, microseconds or nanoseconds since 1970 (2014 to 2033), or a date and time without separators; these of
# this decade and the next only, since Egypt's mobile numbers begin with 2010 to 2015.
TIME = re.compile(
    r"1[4-9]\d{8}(?:\d{3}|\d{6}|\d{9})?|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|20[23]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d)?)?"
)
# So few digits without plus, key or word are a count far more often than the number of an island.
BARE = 9


def mask_numbers(text: str, budget: Budget) -> str:
    """Replace phone numbers."""
    return SHAPE.sub(lambda match: match[0] if match["keep"] else _run(match, budget), text)


def _run(match: re.Match[str], budget: Budget) -> str:
    """A run of digits, or its part before a UUID and what it took of that and behind."""
    text, start, end = match.string, match.start(), match.end()
    if "-" not in text[max(0, start - 1) : end + 1]:
        return _outside(text, start, end, budget)
    parts: list[str] = []
    for uuid in UUID.finditer(text, max(0, start - 36), end + 36):
        if uuid.end() > start and uuid.start() < end:
            if uuid.start() > start:
                parts.append(_outside(text, start, uuid.start(), budget))
            parts.append(text[max(start, uuid.start()) : min(end, uuid.end())])
            start = min(end, uuid.end())
    return "".join([*parts, _outside(text, start, end, budget) if start < end else ""])


def _outside(text: str, start: int, end: int, budget: Budget) -> str:
    run = text[start:end]
    before = text[max(0, start - 56) : start]
    plus = run[0] in PLUSES or bool(PLUS.search(before[-8:]))
    whole = (
        "" if before.endswith('" ') and STATUS.match(run) else _phone(run, plus, before, text[end : end + 40], budget)
    )
    if whole:
        return whole
    if run.isdigit():
        return run
    return WORD.sub(lambda word: _word(word, before, budget), run)


def _word(word: re.Match[str], before: str, budget: Budget) -> str:
    """One piece of a run that is no phone as a whole: a list of numbers, or one beside a status code."""
    digits = _digits(word[0])
    if len(digits) < 7:
        return word[0]
    return _phone(word[0], word[0][0] in "+＋", before if word.start() == 0 else " ", " ", budget) or word[0]


def _phone(run: str, plus: bool, before: str, after: str, budget: Budget) -> str:
    """The pseudonym of `run` when it is a phone number, else ''."""
    digits = _digits(run)
    if len(digits) > 15 + 2 * digits.startswith("00"):
        return ""
    kind = kind_before(before)
    is_time = bool(TIME.fullmatch(digits))
    if kind is Kind.PHONE or (not is_time and is_after_phone_word(before)):
        return phone_token(digits, budget)
    if not plus and (is_time or kind is Kind.PLAIN or is_plain(before, after)):
        return ""
    return _by_plan(run, digits, plus, budget)


def _by_plan(run: str, digits: str, plus: bool, budget: Budget) -> str:
    if len(digits) < (6 if plus else BARE) or (not plus and (GROUPED.fullmatch(run) or DATE.search(run))):
        return ""
    exit_code = digits.startswith("00")
    if not digits.startswith("0" * (3 if exit_code else 1)):
        number = international(digits.removeprefix("00"), lenient=plus, budget=budget)
        if number and (plus or exit_code or run.isdigit() or len(digits) >= 10):
            return pseudonyms.phone(number)
    written = digits.startswith("0") and not exit_code and 9 <= len(digits) <= 12
    if written or DIALLED.fullmatch(run.strip()):
        number = national(digits, budget)
        return pseudonyms.phone(number) if number else ""
    return ""


def _digits(run: str) -> str:
    """The digits of a run in ASCII, whatever script they are written in; the trunk zero of "+44 (0)20" is left out."""
    if run[0] in "+＋" and "(0)" in run:
        run = run.replace("(0)", "", 1)
    if run.isascii():
        return run if run.isdigit() else "".join(filter(str.isdigit, run))
    return "".join(str(unicodedata.digit(char)) for char in run if char.isdigit())
