"""What the name of a key says about its value."""

import re
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """How the value of a key is treated."""

    SECRET = "secret"  # noqa: S105 - a label
    PERSONAL = "personal"
    PHONE = "phone"
    EMAIL = "email"
    PLAIN = "plain"  # an id, a count, a time: its digits stay readable
    UNKNOWN = "unknown"


# Compared with the name in lower case and without separators.
SECRET_WORDS = re.compile(
    r"passw(?:or[dt]|d)|pwd|passphrase|secret|token|apikey|authkey|authorization|cookie|credential"
    r"|privatekey|accesskey|secretkey|signingkey|encryptionkey|accountkey|sharedkey|aerostickeys|signature|sessionid|sessionkey|csrf|xsrf"
    r"|otpcode|verificationcode|recoverycode|totp|mnemonic|xhubsignature"
    # other languages
    r"|kennwort|geheim|contrase[nñ]a|motdepasse|senha|wachtwoord|l[oö]senord|adgangskode|salasana|has[lł]o|heslo|jelsz[oó]|parol|[sş]ifre"
    r"|sandi|m[aậ]tkh[aẩ]u|пароль|секрет|κωδικός|密码|密碼|口令|パスワード|비밀번호|مرور|السر|סיסמה|पासवर्ड|รหัสผ่าน"
)
SECRET_NAMES = frozenset(
    {"auth", "otp", "pin", "cvv", "cvc", "bearer", "pass", "pw", "psk", "sid", "seed", "dsn", "jwt", "sig", "clave"}
)
SECRET_ENDS = ("_pass", "_pw", "_psk", "otp_code", "verification_code", "recovery_code")
PHONE_WORDS = re.compile(
    r"(?:phone|mobile|nationalnumber|subscribernumber|msisdn|waid|whatsapp|celular|telefon|telefone|telefono|telephone|cellphone|handy|movil|fax)"
    r"(?:number|nummer|no|nr|e164|s)?\d?$"
)
PHONE_NAMES = frozenset(
    {"tel", "cell", "nsn", "to", "from", "recipientid", "recipient", "sender", "caller", "callee", "customerphone"}
)
EMAIL_WORDS = re.compile(r"(?:e?mail|emailaddress|mailto|correo)s?$")
PERSONAL_WORDS = re.compile(
    r"^(?:(?:contact|customer|profile|push|display|user|first|last|full|family|given|middle|sur|maiden)name|surname|birthday"
    r"|dateofbirth|dob|streetaddress|messagebody|messagetext|body)$"
)
PLAIN_NAME = re.compile(
    r"(?:^|[_\-.])(?:id|ids|uuid|count|counts|version|at|type|types|status|name|ttl|expires|in|url|uri|limit|used|length|size|"
    r"bytes|kb|mb|ms|us|ns|seconds|s|offset|position|pos|lsn|seq|sequence|pid|tid|port|line|lineno|amount|balance|credits?|micro|"
    r"micros|price|cost|total|time|timestamp|ts|epoch|date|duration|elapsed|rate|order|invoice|rows?|number_of|n|partition|"
    r"revision|build|hash|digest|sha|commit|code|ok|hint|state|kind|policy|required|field|format|challenge|"
    r"cursor|(?:max|min|total|input|output|prompt|completion|used|num|n)[_-]?tokens)$"
)
PLAIN_CAMEL = re.compile(r"[a-z](?:Id|Ids|Count|Version|At|Type|Ms|Bytes|Name|Url|Status)$")
SEPARATORS = str.maketrans("", "", "_-. ")


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind:
    """The kind of value that a key of this name holds.

    `token_count` or `password_changed_at` are no secrets and `phone_number_id` is no phone; `wa_id` and `recipient_id` are.
    """
    low = name.lower()
    bare = low.translate(SEPARATORS)
    last = low.replace("-", "_").rpartition(".")[2]
    if bare in PHONE_NAMES or bare.endswith(("waid", "recipientid")):
        return Kind.PHONE
    if last.replace("_", "") in SECRET_NAMES or last.endswith(SECRET_ENDS):
        return Kind.SECRET
    if PERSONAL_WORDS.search(last.replace("_", "")):
        return Kind.PERSONAL
    if PLAIN_NAME.search(low) or PLAIN_CAMEL.search(name):
        return Kind.PLAIN
    if SECRET_WORDS.search(bare):
        return Kind.SECRET
    if PHONE_WORDS.search(bare):
        return Kind.PHONE
    return Kind.EMAIL if EMAIL_WORDS.search(bare) else Kind.UNKNOWN
