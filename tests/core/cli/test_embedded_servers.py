"""The private PostgreSQL and Valkey: their data outlives a restart and a SIGKILL; their secrets stay private."""

import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from redis import Redis

from aerostic.cli.services import Postgres, Secrets, Valkey, load_secrets
from aerostic.cli.services.children import Command, free_port, kill, start, stop
from aerostic.cli.services.postgres import ADMIN, APP, OWNER
from tests.support.processes import alive, eventually


@contextmanager
def served(server: Postgres | Valkey) -> Iterator[Command]:
    """The server, running; ended properly unless the block has done otherwise."""
    server.prepare()
    command = server.command()
    with (server.folder.parent / f"{server.name}.log").open("ab") as log:
        child = start(command, log)
    try:
        eventually(server.ready, 120, "the server does not answer")
        server.set_up()
        yield command
        if child.poll() is None:
            stop(child, command)
    finally:
        kill(child)


def process_of(server: Postgres) -> psutil.Process:
    return psutil.Process(int((server.folder / "postmaster.pid").read_text().split("\n", 1)[0]))


@pytest.fixture
def postgres(tmp_path: Path) -> Postgres:
    return Postgres(tmp_path / "var" / "postgres", load_secrets(tmp_path / "var"), free_port())


@pytest.fixture
def valkey(tmp_path: Path) -> Valkey:
    return Valkey(tmp_path / "var" / "valkey", load_secrets(tmp_path / "var"), free_port(), fsync="always")


def test_postgres_keeps_its_data_over_a_restart_and_after_a_sigkill(postgres: Postgres) -> None:
    with served(postgres), psycopg.connect(postgres.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    with served(postgres):
        with psycopg.connect(postgres.url(OWNER)) as connection:
            connection.execute("INSERT INTO kept VALUES (2)")
        process_of(postgres).kill()
    with served(postgres), psycopg.connect(postgres.url(OWNER)) as connection:
        assert connection.execute("SELECT value FROM kept ORDER BY 1").fetchall() == [(1,), (2,)]


def test_a_postgres_left_behind_is_ended_before_the_next_one_starts(postgres: Postgres) -> None:
    with served(postgres):
        left = process_of(postgres)
        later = Postgres(postgres.folder, postgres.secrets, free_port())
        with served(later), psycopg.connect(later.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not alive(left)


def test_a_stale_process_number_that_is_another_programs_stops_neither_it_nor_us(postgres: Postgres) -> None:
    with served(postgres):
        pass
    (postgres.folder / "postmaster.pid").write_text(
        f"{psutil.Process().pid}\n{postgres.folder}\n0\n{postgres.port}\n\n"
    )
    with served(postgres), psycopg.connect(postgres.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_roles_may_log_in_with_their_passwords_only_and_are_plain(postgres: Postgres) -> None:
    with served(postgres):
        with psycopg.connect(postgres.url(ADMIN, "postgres")) as connection:
            query = "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = ANY(%s)"
            roles = connection.execute(query + " ORDER BY 1", ([OWNER, APP],)).fetchall()
            methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert roles == [(APP, False, False, False, False), (OWNER, False, False, False, False)]
        assert methods == [("scram-sha-256",)]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(postgres.url().replace(postgres.secrets.postgres_app, "wrong"))
        with psycopg.connect(postgres.url()) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (value int)")


def test_valkey_keeps_its_data_over_a_restart_and_after_a_sigkill(valkey: Valkey) -> None:
    with served(valkey), Redis.from_url(valkey.url) as client:
        client.set("kept", "1")
    with served(valkey) as command, Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"1"
        client.set("kept", "2")
        assert command.stop_signal == signal.SIGTERM
        psutil.Process(int((valkey.folder / "valkey.pid").read_text())).kill()
    with served(valkey), Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"2"


def test_valkey_evicts_nothing_and_writes_everything_down(valkey: Valkey) -> None:
    with served(valkey), Redis.from_url(valkey.url) as client:
        options = ("maxmemory-policy", "appendonly", "appendfsync")
        assert {name: client.config_get(name)[name] for name in options} == {
            "maxmemory-policy": "noeviction",
            "appendonly": "yes",
            "appendfsync": "always",
        }


def test_no_secret_stands_on_a_command_line(postgres: Postgres, valkey: Valkey) -> None:
    words = " ".join((*postgres.command().argv, *valkey.command().argv))
    assert [name for name, secret in postgres.secrets if secret in words] == []


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    made = load_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert load_secrets(tmp_path) == made
    assert made.valkey not in repr(made)
    assert Secrets() != made


def test_valkeys_configuration_is_for_its_owner_only(valkey: Valkey) -> None:
    valkey.prepare()
    assert stat.S_IMODE((valkey.folder / "valkey.conf").stat().st_mode) == 0o600
