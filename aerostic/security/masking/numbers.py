"""Phone numbers in running text: found as runs of digits, told from ids, times and amounts by what stands around them and by
the world's numbering plans (phonenumbers)."""

import re
import unicodedata

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget
from aerostic.security.masking.names import Kind, kind_of
from aerostic.security.masking.plans import international, national, phone_token

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
GAP = rf"[\s().\-/‐-―−－\u202a-\u202e\u2066-\u2069{ZERO_WIDTH}]"
# Shapes that are no phone come first and are given back as they are.
SHAPE = re.compile(
    rf"(?P<keep>{pseudonyms.TOKEN.pattern}"
    r"|(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
    r"|(?<![\w.])[12]\d{3}-[01]\d-[0-3]\d(?:[T _][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
    r"|(?<![\w.])(?:[12]\d{3}([/.])[01]?\d\2[0-3]?\d|[0-3]?\d([/.-])[01]?\d\3[12]\d{3})(?![\d/.-])"
    r"|(?<![\w.])[+-]?\d{1,12}\.\d{1,12}(?![\d.\-]|\s?\d)"
    r"|(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])"
    r"|(?<![0-9A-Za-z])0x[0-9a-fA-F]+)"
    rf"|(?:(?<![0-9A-Za-z])|(?<=\\[nrt])|(?<=%2B)|(?<=%20)|(?<=u002b))[+＋]?[(（]?\d(?:{GAP}{{0,4}}\d){{5,80}}(?![0-9A-Za-z])"
)
PLUS = re.compile(r"(?i)(?:[+＋]\s?[(（]?|%2B|\\u002b)$")
KEY_BEFORE = re.compile(r"([A-Za-z_][\w.\-]{0,40})(?:\[\])?\\{0,4}[\"']?\s{0,2}(?:[=:#]|=>)\s{0,2}\\{0,4}[\"'\[(]?$")
PHONE_BEFORE = re.compile(
    r"(?i)(?:\b(?:phones?|tel|telephone|mobile|cell|call(?:ed|ing)?|sms|whatsapp|wa\.me|fax|msisdn|contact|recipient|subscriber|dial(?:led|ing)?|"
    r"reach(?:ed)?|texted|text|handy|mobil|rufnummer|anruf|telefon|tel[eé]fono|celular|m[oó]vil|telefone|t[eé]l[eé]phone|portable|"
    r"cellulare|cellule|telefoon|puhelin|telefonnummer|n[uú]mero)|тел(?:ефон)?|номер|电话|電話|手机|電話番号|هاتف|جوال|फ़ोन|फोन|전화|โทร|τηλ)"
    r"\.?(?:\s{0,2}(?:numbers?|nummer|no\.?|nr\.?|n[º°]|is|was|ist|es|at|to|on|für|for|:|=|#|//?|-)){0,3}[\s:=/(\[\"']{0,4}[+＋]?[(（]?$"
)
PLAIN_BEFORE = re.compile(
    r"(?i)(?:\b(?:id|ids|job|order|invoice|ticket|pid|port|amount|balance|offset|position|seq|batch|row|line|lsn|total|took|size|"
    r"version|build|epoch|timestamp|usd|eur|gbp|inr|brl|node|shard|ref|no)[ #:=]{1,2}|[$€£¥₹#])$"
)
UNIT_AFTER = re.compile(
    r"(?i)(?:\s?(?:of|/)\s?\d{1,20})?"
    r"[ _]?(?:[µmun]?s|sec(?:onds?)?|ns|bytes?|[kmgt]i?b|rows?|lines?|messages?|credits?|micro|recipients?|contacts?|events?|"
    r"keys?|usd|eur|gbp|inr|brl|req|requests?|times|items?|tokens?)\b|\s?[€$£%]"
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([\s.])\d{3})(?:\1\d{3})*")
DIALLED = re.compile(r"\(?[2-9]\d\d\)?[\s.\-]{1,2}[2-9]\d\d[\s.\-]\d{4}|\d{5}[ -]\d{5}|\(0?\d{2,5}\)\s?[\d\s./-]{5,12}")
WORD = re.compile(r"\S+")
DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# Of this decade and the next only: Egypt's mobile numbers begin with 2010 to 2015.
COMPACT_TIME = re.compile(r"20[23]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d)?)?")
EPOCH = re.compile(r"1[4-9]\d{8}(?:\d{3}|\d{6}|\d{9})?")


def mask_numbers(text: str, budget: Budget) -> str:
    """Replace phone numbers."""
    return SHAPE.sub(lambda match: match[0] if match["keep"] else _run(match, budget), text)


def _run(match: re.Match[str], budget: Budget) -> str:
    text, start, run = match.string, match.start(), match[0]
    before = text[max(0, start - 56) : start]
    plus = run[0] in "+＋" or bool(PLUS.search(before))
    whole = _phone(run, plus, before, text[match.end() : match.end() + 40], budget)
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
    key = KEY_BEFORE.search(before)
    kind = kind_of(key[1]) if key else Kind.UNKNOWN
    if kind is Kind.PHONE or (not _is_time(digits) and PHONE_BEFORE.search(before)):
        return phone_token(digits, budget)
    if not plus and (kind is Kind.PLAIN or PLAIN_BEFORE.search(before) or UNIT_AFTER.match(after)):
        return ""
    return _by_plan(run, digits, plus, budget)


def _by_plan(run: str, digits: str, plus: bool, budget: Budget) -> str:
    if len(digits) < 7 or (not plus and (_is_time(digits) or THOUSANDS.fullmatch(run) or DATE.search(run))):
        return ""
    exit_code = digits.startswith("00")
    if len(digits) >= 8 and not digits.startswith("0" * (3 if exit_code else 1)):
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
        return "".join(char for char in run if char.isdigit())
    return "".join(str(unicodedata.digit(char)) for char in run if char.isdigit())


def _is_time(digits: str) -> bool:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970 (2014 to 2033), or a date and time without separators."""
    return any(form.fullmatch(digits) for form in (EPOCH, COMPACT_DATE, COMPACT_TIME))
