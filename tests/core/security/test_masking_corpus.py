"""The masker on the labelled corpus, and the corpus' own honesty. Seeds here are below the ones that `bench masking` takes."""

from random import Random

import phonenumbers
import pytest
from phonenumbers import NumberParseException

from aerostic.cli.bench import naive_masking
from aerostic.security.masking import mask, plans
from aerostic.security.masking.budget import Budget
from aerostic.testing.corpus import Line, Secret, hard, harmless, leaks, ordinary, score

COUNT = 1_500


@pytest.mark.parametrize("seed", [11, 12])
def test_secrets_in_ordinary_forms_are_found(seed: int) -> None:
    found = score(mask, ordinary(seed, COUNT))
    assert found.secrets > COUNT
    assert found.recall >= 0.998, found.examples


def test_secrets_in_hard_forms_are_mostly_found() -> None:
    assert score(mask, hard(11, COUNT)).recall >= 0.85


def test_harmless_lines_stay_as_they_are() -> None:
    found = score(mask, harmless(11, COUNT))
    assert found.false_positive_rate <= 0.005, found.examples


def test_ids_and_times_beside_secrets_stay_readable() -> None:
    found = score(mask, [*ordinary(11, COUNT), *hard(11, COUNT)])
    assert found.lost / found.lines <= 0.002, found.examples


def test_five_usual_expressions_do_far_worse() -> None:
    assert score(naive_masking.mask, ordinary(11, COUNT)).recall < 0.8
    assert score(naive_masking.mask, harmless(11, COUNT)).false_positive_rate > 0.05


def test_a_seed_makes_the_same_corpus_again_and_another_one_another() -> None:
    assert ordinary(1, 50) == ordinary(1, 50)
    assert ordinary(1, 50) != ordinary(2, 50)


@pytest.mark.parametrize("make", [ordinary, hard])
def test_every_secret_is_a_leak_while_nothing_is_masked(make: object) -> None:
    lines: list[Line] = make(3, 600)
    written = ("foreign", "b64", "spelled", "hidden", "entity", "split", "percent", "escaped", "unicode_at", "wide")
    plain = [line for line in lines if not any(f"«{place}" in line.form for place in written)]
    assert [line.text for line in plain for secret in line.secrets if not leaks(secret, line.text)] == []


@pytest.mark.parametrize(
    ("secret", "masked", "leaking"),
    [
        (Secret("phone", "15123456789"), "to <ph:12345678..6789>", False),
        (Secret("phone", "15123456789"), "to +49 151-2345 ***", True),
        (Secret("phone", "15123456789"), "to ٠١٥١٢٣٤٥", True),
        (Secret("email", "ann.lee@example.com"), "<em:12345678> and else.test", False),
        (Secret("email", "ann.lee@example.com"), "***@example.com", True),
        (Secret("key", "sk_live_abcdefghijklmnop"), "<key:sk_live_..mnop>", False),
        (Secret("key", "sk_live_abcdefghijklmnop"), "sk_live_***cdefghij", True),
    ],
)
def test_what_counts_as_a_leak(secret: Secret, masked: str, leaking: bool) -> None:
    assert leaks(secret, masked) is leaking


def test_the_plans_answer_as_phonenumbers_does() -> None:
    rng, codes = Random(5), [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    for _ in range(3_000):
        digits = rng.choice(codes) + "".join(rng.choices("0123456789", k=rng.randint(5, 11)))
        answer = plans.international(digits, lenient=False, budget=Budget(99))
        assert (digits, bool(answer)) == (digits, _is_valid(digits))


def _is_valid(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}", None))
    except NumberParseException:
        return False
