"""The sample: bounded, each row with the same chance, nothing in it but numbers."""

import numpy as np
import pytest
from redis import Redis

from aerostic.detection.forest import sample as module
from aerostic.detection.forest.features import WIDTH
from aerostic.detection.forest.sample import ROW, Gathering, Sample
from aerostic.settings import Settings
from tests.core.detection.forest.rows import ordinary


@pytest.fixture
def sample(redis: Redis, settings: Settings) -> Sample:
    return Sample(redis, settings.redis_prefix, seed=1)


def gathered(number: int, now: float = 0.0, most: int = 256) -> list[bytes]:
    gathering = Gathering(most, seed=1)
    gathering.offer(ordinary(number), now)
    return gathering.take()


def test_each_row_has_the_same_chance_to_be_gathered() -> None:
    rows, kept = np.zeros((100, WIDTH), np.float32), np.zeros(100)
    rows[:, 0] = np.arange(100)
    gathering = Gathering(most=10, seed=1)
    for _ in range(2_000):
        for part in np.split(rows, (3, 50)):
            gathering.offer(part, 0.0)
        taken = np.frombuffer(b"".join(gathering.take()), ROW)["row"][:, 0].astype(int)
        assert len(set(taken.tolist())) == 10
        kept[taken] += 1
    assert 150 < kept.min() <= kept.max() < 250  # 200 each


def test_what_was_given_away_is_forgotten() -> None:
    gathering = Gathering()
    gathering.offer(ordinary(3), 0.0)
    assert (len(gathering.take()), gathering.take()) == (3, [])


def test_rows_come_back_as_they_were_the_oldest_first(sample: Sample) -> None:
    sample.put(gathered(5, now=20.0))
    sample.put(gathered(5, now=10.0))
    times, rows = sample.read()
    assert times.tolist() == [10.0] * 5 + [20.0] * 5
    assert sorted(rows[:5].tolist()) == sorted(ordinary(5).tolist())


def test_it_never_grows_beyond_its_size_and_takes_less_once_it_is_full(
    sample: Sample, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIZE", 300)
    for now in range(40):
        sample.put(gathered(256, float(now)))
    times, _ = sample.read()
    assert 270 <= len(times) <= 300
    before = times
    sample.put(gathered(256, now=99.0))
    times, _ = sample.read()
    assert 0 < np.count_nonzero(times == 99.0) <= module.KEPT
    assert len(before) <= len(times) <= 300


def test_it_goes_when_nothing_comes_any_more(sample: Sample, redis: Redis, settings: Settings) -> None:
    sample.put(gathered(1))
    [key] = redis.keys(f"{settings.redis_prefix}:*")
    assert 0 < redis.ttl(key) <= module.SECONDS


def test_what_is_no_row_of_these_features_is_left_out(sample: Sample, redis: Redis, settings: Settings) -> None:
    nan = np.zeros(1, ROW)
    nan["row"][0, 2] = np.nan
    sample.put([*gathered(2), b"short", nan.tobytes()])
    assert len(sample.read()[1]) == 2


def test_an_empty_sample_has_no_rows(sample: Sample) -> None:
    sample.put([])
    assert [part.shape for part in sample.read()] == [(0,), (0, WIDTH)]
