"""Where the windows are: a server or cluster of their own, or the main Redis."""

import pytest
from redis import Redis

from aerostic.detection.windows.connecting import connect_windows
from aerostic.settings import Settings


def test_without_a_server_of_their_own_they_are_on_the_main_one(settings: Settings) -> None:
    with connect_windows(settings) as client:
        assert isinstance(client, Redis)
        assert client.ping() is True


def test_their_own_server_comes_first(settings: Settings) -> None:
    with connect_windows(settings.model_copy(update={"redis_windows_url": "redis://127.0.0.1:6399/5"})) as client:
        where = client.connection_pool.connection_kwargs
        assert (where["host"], where["port"], where["db"]) == ("127.0.0.1", 6399, 5)


def test_with_none_at_all_it_says_what_to_set() -> None:
    with pytest.raises(ValueError, match="Neither REDIS_WINDOWS_URL nor REDIS_URL"):
        connect_windows(Settings(_env_file=None, redis_url=""))
