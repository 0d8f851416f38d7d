"""`aerostic up --ml`: the service is one more process, and the others know where."""

from aerostic.cli import up
from aerostic.settings import Settings


def test_the_service_gets_a_port_and_a_token_of_its_own_and_the_others_are_told() -> None:
    environment = {"DATABASE_URL": "postgresql://x"}
    command = up._service(environment)
    settings = Settings(
        _env_file=None, ml_url=environment["AEROSTIC_ML_URL"], ml_token=environment["AEROSTIC_ML_TOKEN"]
    )
    port = settings.ml_url.rpartition(":")[2]
    assert command.argv[-3:] == ("ml", "--port", port)
    assert environment.items() <= command.environment.items()


def test_another_start_has_another_token() -> None:
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    up._service(first)
    up._service(second)
    assert first["AEROSTIC_ML_TOKEN"] != second["AEROSTIC_ML_TOKEN"]
