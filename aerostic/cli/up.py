"""`aerostic up`: private servers where none are named, migrations, the demo's data, then every process under one supervisor."""

import socket
import sys
from contextlib import suppress
from dataclasses import astuple
from secrets import token_urlsafe

import click

from aerostic.cli import standin
from aerostic.cli.log import announce, log_line
from aerostic.cli.ports import Ports, local_url
from aerostic.cli.running import AlreadyRunningError, publish, sole
from aerostic.cli.services import Postgres, Valkey, load_secrets
from aerostic.cli.services.children import Command, free_port
from aerostic.cli.services.postgres import OWNER
from aerostic.cli.supervisor import Child, NotReadyError, StoppedError, Supervisor
from aerostic.settings import Settings

# All processes begin at once: on a small machine that is busy besides, the slowest takes a minute or two.
START_SECONDS = 180.0
PREPARE_SECONDS = 600.0


@click.command()
@click.option("--seed/--no-seed", default=True, show_default=True, help="Put the demo's data in, once.")
@click.option("--ml", is_flag=True, help="Score and train in a process of its own, `aerostic ml`.")
def up(seed: bool, ml: bool) -> None:
    """Start everything and watch over it until Ctrl-C. A second start keeps the data."""
    settings = Settings()
    try:
        with sole(settings.var), Supervisor(log_line) as supervisor, suppress(StoppedError):
            logins = bring_up(supervisor, settings, seed=seed, ml=ml)
            announce(addresses(settings, seed=seed), logins)
            supervisor.watch()
    except (AlreadyRunningError, NotReadyError) as error:
        raise click.ClickException(str(error)) from error


def bring_up(supervisor: Supervisor, settings: Settings, *, seed: bool, ml: bool = False) -> list[str]:
    """Start all stages and wait until every one answers.

    Args:
        ml: whether the machine-learning service is one of the processes.

    Returns:
        The lines the seeding printed: whom to log in as.
    """
    environment, owner = start_servers(supervisor, settings)
    supervisor.run(aerostic("migrate", environment=environment | owner), PREPARE_SECONDS)
    ports = Ports.of(settings)
    if settings.domain == "localhost" and not settings.hooks_url:
        environment["AEROSTIC_HOOKS_URL"] = local_url(ports.hooks)
    if settings.domain == "localhost":
        # The demo's account is at the emulator.
        emulator = f"127.0.0.1:{ports.emulator}"
        environment["AEROSTIC_OUTBOUND_ALLOWED"] = ",".join((*settings.outbound_allowed, emulator))
        if "staff_second_step" not in settings.model_fields_set:
            environment["AEROSTIC_STAFF_SECOND_STEP"] = "false"
    environment["AEROSTIC_PROXIES"] = "1"  # the front door
    stand_in = standin.keys(settings, ports)
    environment |= stand_in
    service = [_service(environment)] if ml else []
    _refuse_taken(ports)
    supervisor.keep([Child(command) for command in (*processes(ports, settings, environment), *service)])
    if stand_in:
        supervisor.keep([Child(standin.process(settings, ports, environment))])
    supervisor.keep([Child(aerostic("front", environment=environment))])
    for name in ("web", "hooks", "emulator", "live", "front", *(("stripe",) if stand_in else ())):
        port = getattr(ports, name)
        supervisor.wait(lambda port=port: _listens(port), START_SECONDS, f"{name} does not answer: see its lines above")  # type: ignore[misc]
    publish(settings.var, environment | owner)
    # The demo's account is connected to the emulator, which therefore has to answer.
    return supervisor.run(aerostic("seed", environment=environment), PREPARE_SECONDS) if seed else []


def start_servers(supervisor: Supervisor, settings: Settings) -> tuple[dict[str, str], dict[str, str]]:
    """Private servers for what the settings do not name.

    Returns:
        What every process has to find in its environment, and what only a migration may: the owner's address.
    """
    secrets = load_secrets(settings.var)
    environment = {"AEROSTIC_VAR": str(settings.var.resolve()), "DATABASE_OWNER_URL": ""}
    owner = {"DATABASE_OWNER_URL": settings.database_owner_url}
    if not settings.keys.get_secret_value() and not settings.keys_file and settings.key_provider == "local":
        environment["AEROSTIC_KEYS"] = secrets.keys
    if not settings.secret_key.get_secret_value():
        environment["AEROSTIC_SECRET_KEY"] = secrets.secret_key
    servers: list[Postgres | Valkey] = []
    if not settings.database_url:
        postgres = Postgres(settings.var / "postgres", secrets, free_port())
        environment["DATABASE_URL"] = postgres.url()
        owner["DATABASE_OWNER_URL"] = postgres.url(OWNER)
        servers.append(postgres)
    if not settings.redis_url:
        valkey = Valkey(settings.var / "valkey", secrets, free_port())
        environment["REDIS_URL"] = valkey.url
        servers.append(valkey)
    for server in servers:
        server.prepare()
    supervisor.keep([Child(server.command(), prepare=server.prepare) for server in servers])
    for server in servers:
        supervisor.wait(server.ready, START_SECONDS, f"{server.name} does not answer: see its lines above")
        server.set_up()
    return environment, owner


def processes(ports: Ports, settings: Settings, environment: dict[str, str]) -> list[Command]:
    """The processes behind the front door."""
    record = settings.var.resolve() / "emulator.sqlite"
    emulator = (sys.executable, "-m", "aerostic_emulator", "--port", str(ports.emulator), "--record", str(record))
    return [
        Command("emulator", emulator),
        aerostic("web", environment=environment),
        aerostic("hooks", environment=environment),
        aerostic("live", environment=environment),
        aerostic("worker", "--queues", "lanes", name="lanes", environment=environment),
        aerostic("worker", "--queues", "default", name="jobs", environment=environment),
        aerostic("worker", "--queues", "imports", name="imports", environment=environment),
        aerostic("stream", environment=environment),
        aerostic("detect", "run", environment=environment),
        aerostic("cron", environment=environment),
    ]


def addresses(settings: Settings, *, seed: bool) -> dict[str, str]:
    """What a person opens in a browser; with the demo's data, its reseller's host, too."""
    hosts = {"Pages": "app", "Platform": "admin", "API": "api", "Webhooks": "hooks", "Emulator": "emulator"}
    if seed:
        hosts["Reseller"] = "northwind"
    return {title: f"http://{host}.{settings.domain}:{settings.port}" for title, host in hosts.items()}


def aerostic(*arguments: str, environment: dict[str, str], name: str = "") -> Command:
    """`aerostic ARGUMENTS` as a process."""
    argv = (sys.executable, "-m", "aerostic.cli", *arguments)
    return Command(name or arguments[0], argv, environment | {"PYTHONUNBUFFERED": "1"}, stop_seconds=25)


def _service(environment: dict[str, str]) -> Command:
    """The machine-learning service, on a port of its own; the other processes are told where it is."""
    port, token = free_port(), token_urlsafe(32)
    environment |= {"AEROSTIC_ML_URL": local_url(port), "AEROSTIC_ML_TOKEN": token}
    return aerostic("ml", "--port", str(port), environment=environment)


def _refuse_taken(ports: Ports) -> None:
    taken = [port for port in astuple(ports) if _listens(port)]
    if taken:
        raise NotReadyError(
            f"Port {taken[0]} is in use by another program. Set AEROSTIC_PORT to the first of six free ports, say"
            f" AEROSTIC_PORT={ports.front + 100}."
        )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
