"""What `mask()` and `mask_fields()` take out, and what they leave readable."""

import base64
import json
import re
import time
from uuid import UUID

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from aerostic.security.masking import LIMIT, configure, mask, mask_fields, pseudonyms
from aerostic.testing.corpus.hostile import PIECES

PHONE = "<ph:"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "_key", b"a key for tests, always the same")


@pytest.mark.parametrize(
    "line",
    [
        "call +49 151 23456789 now",
        "call +49-151-23456789",
        "call +49 (0)151 / 2345 6789",
        "sent to 4915123456789 in 12 ms",
        "sent to 004915123456789",
        "phone=015123456789",
        "phone: 0151 23456789",
        '{"phone": "4915123456789"}',
        '{"phone": 4915123456789}',
        '{"wa_id": "4915123456789"}',
        '"{\\"wa_id\\": \\"4915123456789\\"}"',
        "{'recipient_id': '4915123456789'}",
        "GET /send?phone=%2B4915123456789&x=1",
        "tel:+4915123456789",
        "https://wa.me/4915123456789",
        "Telefon 0151/23456789",
        "numbers 4915123456789, 4915123456789",
        "4 9 1 5 1 2 3 4 5 6 7 8 9",
        "+49\u200b151\u200b23456789",
        "+49\u00a0151\u00a023456789",
        "+٤٩١٥١٢٣٤٥٦٧٨٩",
        "＋４９１５１２３４５６７８９",
        "lines\\n+4915123456789",
        "4915123456789@s.whatsapp.net and 4915123456789",
        "job send:4915123456789 done",
        'GET / HTTP/1.1" 200 4915123456789',
    ],
)
def test_a_phone_in_any_form_is_masked_to_its_one_pseudonym(line: str) -> None:
    masked = mask(line)
    digits = re.sub(r"\D", "", masked.translate({0x660 + n: str(n) for n in range(10)}))
    assert "23456789" not in digits
    assert f"{pseudonyms.phone('4915123456789')}" in masked


@pytest.mark.parametrize(
    "line",
    [
        "(212) 555-2368",
        "212-555-2368",
        "1 (415) 555-2671",
        "06 12 34 56 78",
        "(11) 91234-5678",
        "98765 43210",
        "+1 212 555 0123",
    ],
)
def test_national_forms_are_masked(line: str) -> None:
    assert mask(f"reply {line}").startswith(f"reply {PHONE}")


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("a ann.lee+x@example.com b", "a {em:ann.lee+x@example.com} b"),
        ("email=ann%40example.com&x=1", "email={em:ann@example.com}&x=1"),
        ('{"email":"ann\\u0040example.com"}', '{"email":"{em:ann\\u0040example.com}"}'),
        (f"to {'a' * 64}@example.com", f"to {{em:{'a' * 64}@example.com}}"),
        ("<Ann@Example.COM>", "<{em:ann@example.com}>"),
        ("ünal@bücher.example", "{em:ünal@bücher.example}"),
        ("password=hunter2 next", "password=<secret> next"),
        ("{'password': 'hun\\'ter 2', 'a': 1}", "{'password': '<secret>', 'a': 1}"),
        ('"{\\"client_secret\\": \\"a b c\\"}"', '"{\\"client_secret\\": \\"<secret>\\"}"'),
        ("?access_token=abcdef&limit=5", "?access_token=<secret>&limit=5"),
        ("Authorization: Bearer abc123def456", "Authorization: Bearer <secret>"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic <secret>"),
        ("(b'authorization', b'Bearer abc123def456')", "(b'authorization', b'Bearer <secret>')"),
        ("Cookie: session=abc; csrf=def", "Cookie: <secret>"),
        ("got bearer abc123def456", "got bearer <secret>"),
        ("AEROSTIC_KEYS=k001:YWJj", "AEROSTIC_KEYS=<secret>"),
        ("X-Hub-Signature-256: sha256=0a1b2c", "X-Hub-Signature-256: <secret>"),
        ("postgresql://app:p@ss:w@127.0.0.1/x", "postgresql://app:<secret>@127.0.0.1/x"),
        ("redis://:secret@localhost:6379/0", "redis://:<secret>@localhost:6379/0"),
        ("key whsec_abcdefghijklmnopqrstuvwx", "key <key:whsec_..uvwx>"),
        ("EAAGm0PX4ZCpsBAKZCabcdefghijklmnop9Z1x", "<key:EAAG..9Z1x>"),
        ("card 4111 1111 1111 1111.", "card <card..1111>."),
        ("pay 5500-0000-0000-0004", "pay <card..0004>"),
        ("iban DE89 3704 0044 0532 0130 00 was paid", "iban <iban:DE..3000> was paid"),
        ("gb82west12345698765432", "<iban:GB..5432>"),
        ("NO9386011117947 (15)", "<iban:NO..7947> (15)"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S and more", "<iban:MT..001S> and more"),
        ("from 8.8.4.4 to", "from 8.8.4.* to"),
        ("from 2a00:1450:4001:81b::200e", "from 2a00:1450:4001::*"),
        ("contact_name='Ann Lee'", "contact_name='<personal>'"),
    ],
)
def test_each_kind_leaves_its_own_trace(line: str, masked: str) -> None:
    assert mask(line) == re.sub(r"\{em:([^}]*)\}", lambda m: pseudonyms.email(m[1].replace("\\u0040", "@")), masked)


@pytest.mark.parametrize(
    "line",
    [
        "2026-10-01T00:27:57.123456Z [info] started id=0199a1b2-7c3d-7abc-8def-012345678901",
        "id 01234567-8901-7234-8567-890123456789",
        "at 1759276800 and 1759276800123 and 1759276800.123456",
        "backup 20261001002757 of 20261001",
        "[01/Oct/2026 00:27:57] on 01.10.2026 and 10/01/2026",
        "amount_micro=129900000 balance=5000000000 credits",
        "129,900,000 of 1.299.000.000 and 1 299 000 000 and 12345678.90",
        '{"phone_number_id": "106540352242922", "waba_id": "102290129340398"}',
        "offset=12345678901 lsn=0/16B3748 pid=31245678",
        "commit 468349e1f0a7c2b94d5e6f708192a3b4c5d6e7f8",
        "took 1234567 ms, 12345678 bytes, 10000000 rows, used 4582903459 of 90513621354 bytes",
        "listening on http://127.0.0.1:8800 and [::1]:8800",
        "release 1.2.3.4 of v10.20.30.40",
        "password is required; token: expired; secret=None",
        "max_tokens_count=1024 token_type=bearer password_changed_at=2026-10-01",
        "basic authentication, bearer of news",
        "test_ThatAVeryLongCamelCaseNameStaysReadable2 passed",
        "/usr/lib/python3.11/site-packages/flask/app.py line 917",
        "campaign launched recipients=2000 window=256",
        "family emoji 👨‍👩‍👧 and ünïcödé",
    ],
)
def test_ids_times_amounts_and_prose_stay_readable(line: str) -> None:
    assert mask(line) == line


def test_a_wamid_keeps_its_tail_only() -> None:
    wamid = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"
    assert b"16467043595" in base64.b64decode(wamid[6:])
    assert mask(f"status {wamid} delivered") == "status <wamid..MzAzMzQ5MkEA> delivered"
    assert mask(f"bare {wamid[6:]}") == "bare <wamid..MzAzMzQ5MkEA>"
    assert mask(f"cut {wamid[:26]}") == "cut <wamid..>"


def test_a_json_web_token_is_replaced_whole() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    assert mask(f"jwt {token} end") == "jwt <key:jwt..sR8U> end"


@pytest.mark.parametrize("newline", ["\n", "\\n"])
def test_a_private_key_is_replaced_also_when_it_is_cut(newline: str) -> None:
    body = newline.join(
        ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBg", "kqhkiG9w0BAQEF", "-----END PRIVATE KEY-----"]
    )
    assert mask(f"a {body} b") == "a <private key> b"
    assert "kqhki" not in mask(f"a {body[: -len('-----END PRIVATE KEY-----')]}")
    assert "MIIEv" not in mask(body[len("-----BEGIN PRIVATE KEY-----") :])


def test_opaque_tokens_are_replaced_and_digests_are_not() -> None:
    assert mask("got Zk3v9QpX7sLw2NfT8bRy5HcJ4mGd6VaE") == "got <key:..6VaE>"
    assert mask("sha 9f86d081884c7d659a2feaa0c55ad015") == "sha 9f86d081884c7d659a2feaa0c55ad015"


def test_pseudonyms_need_the_key_and_are_stable_under_it() -> None:
    before = mask("phone=4915123456789")
    assert mask("phone=4915123456789") == before
    configure(b"another key, long enough for it")
    after = mask("phone=4915123456789")
    assert (after != before, after[-6:]) == (True, before[-6:])
    with pytest.raises(ValueError, match="16 bytes"):
        configure(b"short")


def test_fields_are_masked_by_name_at_any_depth() -> None:
    event = {
        "event": "x",
        "phone": "+4915123456789",
        "password": "hunter2",
        "phone_number_id": "106540352242922",
        "headers": {"Authorization": "Bearer abc", "Accept": "json"},
        "contacts": [{"email": "ann@example.com", "id": 7}],
        "setting": SecretStr("hunter2"),
        "value": 4915123456789,
        "amount_micro": 4915123456789,
        "token": None,
        "otp": 123456,
    }
    assert mask_fields(event) == {
        "event": "x",
        "phone": pseudonyms.phone("4915123456789"),
        "password": "<secret>",
        "phone_number_id": "106540352242922",
        "headers": {"Authorization": "<secret>", "Accept": "json"},
        "contacts": [{"email": pseudonyms.email("ann@example.com"), "id": 7}],
        "setting": "<secret>",
        "value": pseudonyms.phone("4915123456789"),
        "amount_micro": 4915123456789,
        "token": None,
        "otp": "<secret>",
    }
    assert event["password"] == "hunter2"


def test_fields_that_contain_themselves_end() -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    assert "<personal>" in str(mask_fields(loop))


def test_a_long_text_is_cut_in_the_middle_and_whole_words_are_left() -> None:
    masked = mask("head " + "+4915123456789 " * 3000 + "tail")
    assert masked.startswith("head ")
    assert masked.endswith(" tail")
    assert "characters left out]" in masked
    assert "23456" not in masked


numbers = st.sampled_from(["US", "DE", "GB", "IN", "BR", "ZA", "ID", "MX", "FR", "EG"]).map(
    lambda region: phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
)
forms = st.sampled_from([phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL])
words = st.text(st.characters(codec="ascii", categories=["Ll", "Zs"]), max_size=20)


@given(numbers, forms, words, words)
def test_every_country_s_number_is_found_between_any_words(number: object, form: int, before: str, after: str) -> None:
    written = phonenumbers.format_number(number, form)
    masked = mask(f"{before} {written} {after}")
    assert PHONE in masked
    assert written not in masked


@settings(max_examples=300)
@given(st.text(max_size=300))
@example("password=<secret>x")
def test_any_text_can_be_masked_and_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=40) | st.integers() | st.none(), max_size=5))
def test_json_stays_json(value: dict[str, object]) -> None:
    json.loads(mask(json.dumps(mask_fields(value))))


@given(st.uuids(), st.datetimes())
def test_uuids_and_times_are_never_touched(row: UUID, moment: object) -> None:
    line = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ} row {row} done"
    assert mask(line) == line


def seconds(line: str) -> float:
    """CPU seconds, the better of two."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        mask(line)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize("piece", PIECES)
def test_no_line_takes_long(piece: str) -> None:
    assert seconds((piece * LIMIT)[:LIMIT]) < 0.15  # three times the 50 ms of a quiet machine


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.text(max_size=4))
def test_no_mixture_takes_long(pieces: list[str], other: str) -> None:
    assert seconds(("".join([*pieces, other]) * LIMIT)[:LIMIT]) < 0.15
