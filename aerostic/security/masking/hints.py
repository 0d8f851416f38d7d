"""What stands around digits, and what it says of them: the word before a phone, the key, the unit of an amount."""

import re
from itertools import islice

from aerostic.security.masking.names import Kind, kind_of

WORD = re.compile(r"[^\W\d_]+|[\d,;|<>{}]")
# English and what logs say of calls; German, Dutch, Nordic; Romance; Slavic, Turkish, Hungarian, Greek; Arabic, Hebrew, Persian,
# Hindi, Bengali, Thai, Indonesian, Vietnamese, Korean.
WORDS = """
phone phones tel telephone mobile cell cellphone call called calling sms whatsapp wa fax msisdn contact recipient subscriber
dial dialled dialling reach reached texted text caller hotline
handy mobil rufnummer anruf telefon telefonnummer rückruf durchwahl telefoon telefoonnummer mobiel telefonnumret puhelin
puhelinnumero mobilnummer
teléfono telefono celular móvil movil llámame llamar telefone telemóvel téléphone portable cellulare cellule numéro número
numero appelez chiamare
тел телефон номер звоните komórka komórkowy numer číslo telefonu telefonum numaram mobilom telefonszám τηλ τηλέφωνο
هاتف الهاتف جوال رقم طلفون טלפון تلفن شماره फ़ोन फोन मोबाइल নম্বর ফোন โทร เบอร์ hp telp telepon ponsel nomor thoại máy
전화 전화번호 휴대폰
"""
PHONE_WORDS = frozenset(WORDS.split())
# Words that may stand between such a word and its number.
JOINING_WORDS = """
number numbers nummer no nr n º ª is was ist lautet est es é on at to of auf unter für for me my le la el al au les seri you him
her us them our the von yang di via and und y et o ou or not с по на мой die
"""
JOINING = frozenset(JOINING_WORDS.split())
UNSPACED = (
    "电话",
    "電話",
    "手机",
    "手機",
    "电话号码",
    "電話番号",
    "携帯",
    "号码",
    "電話番号は",
    "は",
    "번호",
    "번호는",
)
KEY_BEFORE = re.compile(
    r"([^\W\d][\w.\-]{0,40}+)(?:\[\])?\\{0,4}[\"']?\s{0,2}(?:[=:#]|=>|%3[dD])\s{0,2}\\{0,4}[\"'\[(]?(?:%2[bB])?[+＋]?$"
)
KEY_ENDS = "=:#>"
LEADS = " \\\"'[(+＋"
PLAIN_BEFORE = re.compile(
    r"(?i)(?:(?:\b|_)(?:id|ids|job|order|invoice|ticket|pid|port|amount|balance|offset|position|seq|batch|row|line|lsn|total|took|size|"
    r"version|build|epoch|timestamp|usd|eur|gbp|inr|brl|node|shard|ref|no|read|count|memory)[ #:=]{1,2}|[$€£¥₹#]|[A-Za-z]-)$"
)
UNIT_AFTER = re.compile(
    r"(?i)(?:\s?(?:of|/)\s?\d{1,20})?"
    r"[ _]?(?:[µmun]?s|sec(?:onds?)?|ns|bytes?|[kmgt]i?b|rows?|lines?|messages?|credits?|micro|recipients?|contacts?|events?|"
    r"keys?|usd|eur|gbp|inr|brl|kr|req|requests?|times|items?|tokens?|ops)\b|\s?[$€£%]"
)


def kind_before(before: str) -> Kind:
    """The kind of value that the key right before it names, if there is a key."""
    if (before.rstrip(LEADS) or " ")[-1] not in KEY_ENDS and not before.lower().endswith(("%3d", "%3d%2b")):
        return Kind.UNKNOWN
    key = KEY_BEFORE.search(before)
    return kind_of(key[1]) if key else Kind.UNKNOWN


def is_after_phone_word(before: str) -> bool:
    """Whether a word for phones and calls stands before, in one of the languages of the world's most written."""
    # Backwards, as the nearest word decides most of the time.
    for match in islice(WORD.finditer(before[-40:].casefold()[::-1]), 4):
        word = match[0][::-1]
        if word in PHONE_WORDS:
            return True
        if word not in JOINING:
            return word.endswith(UNSPACED)
    return False


def is_plain(before: str, after: str) -> bool:
    """Whether it is an id, an amount or a measure by what stands around it."""
    return bool(PLAIN_BEFORE.search(before[-12:]) or UNIT_AFTER.match(after))
