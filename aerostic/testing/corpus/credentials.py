"""Keys, tokens and passwords in the forms that their makers document."""

import base64
import json
import string
from random import Random

LOWER = string.ascii_lowercase
HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
URLSAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"
WORDS = (
    "maple",
    "Summer",
    "dragon",
    "Berlin",
    "kitten",
    "Falke",
    "correo",
    "tiger",
    "sunset",
    "Winter",
    "office",
    "Lagos",
)
# Maker, what stands before the secret part, its letters, its length, what stands behind.
FORMS: tuple[tuple[str, str, str, int, str], ...] = (
    ("stripe", "sk_live_", ALNUM, 24, ""),
    ("stripe", "sk_test_", ALNUM, 99, ""),
    ("stripe", "rk_live_", ALNUM, 99, ""),
    ("webhook", "whsec_", ALNUM, 32, ""),
    ("webhook", "whsec_", BASE64, 43, "="),
    ("meta", "EAAG", ALNUM, 180, ""),
    ("meta", "EAAJZ", ALNUM, 160, "ZD"),
    ("github", "ghp_", ALNUM, 36, ""),
    ("github", "github_pat_", ALNUM, 82, ""),
    ("gitlab", "glpat-", URLSAFE, 20, ""),
    ("slack", "xoxb-2345678901-3456789012345-", ALNUM, 24, ""),
    ("aws", "AKIA", string.ascii_uppercase + "234567", 16, ""),
    ("google", "AIza", URLSAFE, 35, ""),
    ("google", "ya29.", URLSAFE, 120, ""),
    ("google", "GOCSPX-", URLSAFE, 28, ""),
    ("sendgrid", "SG.", URLSAFE, 66, ""),
    ("openai", "sk-proj-", URLSAFE, 80, ""),
    ("anthropic", "sk-ant-api03-", URLSAFE, 93, "AA"),
    ("shopify", "shpat_", HEX, 32, ""),
    ("twilio", "SK", HEX, 32, ""),
    ("mailgun", "key-", HEX, 32, ""),
    ("mailchimp", "", HEX, 32, "-us14"),
    ("digitalocean", "dop_v1_", HEX, 64, ""),
    ("npm", "npm_", ALNUM, 36, ""),
    ("pypi", "pypi-AgEIcHlwaS5vcmc", URLSAFE, 120, ""),
    ("huggingface", "hf_", string.ascii_letters, 34, ""),
    ("telegram", "7012345678:AA", URLSAFE, 33, ""),
    ("square", "sq0csp-", URLSAFE, 43, ""),
    ("vault", "hvs.", URLSAFE, 95, ""),
    ("notion", "ntn_", ALNUM, 46, ""),
    ("linear", "lin_api_", ALNUM, 40, ""),
    ("postman", "PMAK-", HEX, 58, ""),
    ("paystack", "sk_live_", HEX, 40, ""),
    ("flutterwave", "FLWSECK-", HEX, 32, "-X"),
    ("mollie", "live_", ALNUM, 30, ""),
    ("supabase", "sbp_", HEX, 40, ""),
    ("atlassian", "ATATT3xFfGF0", URLSAFE, 170, ""),
    ("doppler", "dp.pt.", ALNUM, 43, ""),
    ("aerostic", "ak_0123456789ab_", URLSAFE, 43, ""),
)


class Credentials:
    """Secrets from one seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def some(self, alphabet: str, length: int) -> str:
        """Letters at random."""
        return "".join(self.rng.choices(alphabet, k=length))

    def key(self) -> str:
        """A key whose maker shows by its form."""
        _, before, alphabet, length, after = self.rng.choice(FORMS)
        return before + self.some(alphabet, length) + after

    def token(self) -> str:
        """A token without any form, as Python's `secrets` makes them."""
        return self.some(URLSAFE, 43)

    def hexes(self) -> str:
        """32 or 64 hexadecimal digits."""
        return self.some(HEX, self.rng.choice((32, 64)))

    def base64(self) -> str:
        """Random bytes in Base64."""
        return base64.b64encode(self.rng.randbytes(32)).decode()

    def jwt(self) -> str:
        """A signed JSON web token."""
        head = {"alg": self.rng.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
        claims = {"sub": self.some(ALNUM, 12), "iat": self.rng.randint(1_700_000_000, 1_800_000_000)}
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, claims)]
        return ".".join([*parts, self.some(URLSAFE, 43)])

    def password(self) -> str:
        """As people make them: a word or two, a number, a sign; now and then random."""
        if self.rng.random() < 0.2:
            return self.some(ALNUM + "!$%*", 14) + "7"
        word = self.rng.choice(WORDS) + self.rng.choice(("", *WORDS))
        return word + str(self.rng.randint(10, 9999)) + self.rng.choice(("", "!", "$", "*", "_"))

    def basic(self) -> str:
        """User and password in Base64."""
        return base64.b64encode(f"{self.some(LOWER, 6)}:{self.password()}".encode()).decode()

    def pem(self) -> str:
        """A private key."""
        body = "\n".join(self.some(BASE64, 64) for _ in range(4))
        kind = self.rng.choice(("", "RSA ", "EC ", "OPENSSH "))
        return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"
