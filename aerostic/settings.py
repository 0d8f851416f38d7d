"""Every setting of the platform, typed, read once from the environment (and `.env`), never from anywhere else."""

import os
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Settings(BaseSettings):
    """What an operator may set.

    The names of services (`DATABASE_URL`, `REDIS_URL`, `KAFKA_BOOTSTRAP`) are the usual ones; everything of our own
    starts with `AEROSTIC_`. With no database and Redis given, `aerostic up` starts private ones and fills these in.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    database_url: str = Field("", alias="DATABASE_URL", description="PostgreSQL, as the role that may not own tables.")
    database_owner_url: str = Field(
        "", alias="DATABASE_OWNER_URL", description="PostgreSQL, as the role that migrates."
    )
    redis_url: str = Field(
        "", alias="REDIS_URL", description="Redis or Valkey: queues and streams; AOF on, noeviction."
    )
    redis_prefix: str = Field(
        "aerostic", alias="AEROSTIC_REDIS_PREFIX", description="First part of every key we write."
    )
    redis_windows_url: str = Field(
        "",
        alias="REDIS_WINDOWS_URL",
        description="Server of detection's windows; redis+cluster://host:port,host:port for a cluster. REDIS_URL if unset.",
    )
    kafka_bootstrap: str = Field("", alias="KAFKA_BOOTSTRAP", description="Kafka brokers, host:port, comma separated.")
    kafka_replication: int = Field(
        0,
        alias="KAFKA_REPLICATION",
        ge=0,
        description="Copies of each event on Kafka, all but one in sync before it counts as kept; 0 leaves it to the brokers.",
    )
    event_bus: Literal["redis", "kafka"] = Field("redis", alias="AEROSTIC_EVENT_BUS", description="Carrier of events.")
    keys: SecretStr = Field(
        SecretStr(""),
        alias="AEROSTIC_KEYS",
        description="Root keys, `id:base64` separated by commas, 32 bytes each; the first one wraps the data keys.",
    )
    keys_file: Path | None = Field(
        None, alias="AEROSTIC_KEYS_FILE", description="A file with the root keys, instead of AEROSTIC_KEYS."
    )
    key_provider: str = Field(
        "local",
        alias="AEROSTIC_KEY_PROVIDER",
        description="Who wraps the data keys: `local` (the root keys), or a key provider of a plugin.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        alias="AEROSTIC_SECRET_KEY",
        description="Signs session cookies and makes the pseudonyms in logs.",
    )
    domain: str = Field("localhost", alias="AEROSTIC_DOMAIN", description="Hosts are app.<domain>, hooks.<domain>, ...")
    hooks_url: str = Field(
        "",
        alias="AEROSTIC_HOOKS_URL",
        description="Where providers reach the webhook intake; https://hooks.<domain> when left out.",
    )
    brand_name: str = Field(
        "Aerostic",
        alias="AEROSTIC_BRAND_NAME",
        min_length=1,
        max_length=60,
        description="The product's name on the platform's own hosts.",
    )
    port: int = Field(8800, alias="AEROSTIC_PORT", ge=1, le=65535, description="The one port of the front door.")
    smtp_url: SecretStr = Field(
        SecretStr(""),
        alias="AEROSTIC_SMTP_URL",
        description="Mail server: smtp://user:password@host:587, or smtps:// on 465. Unset, mail stays in the outbox.",
    )
    mail_from: str = Field("", alias="AEROSTIC_MAIL_FROM", description="Address that mail comes from.")
    proxies: int = Field(
        0, alias="AEROSTIC_PROXIES", ge=0, description="Proxies in front that add to X-Forwarded-For, all of them ours."
    )
    country_header: str = Field(
        "",
        alias="AEROSTIC_COUNTRY_HEADER",
        description="Header in which a proxy in front, of ours, says which country a request comes from (ISO 3166); it has to"
        " replace what clients send. Detectors look at it.",
    )
    plugin_path: Annotated[list[Path], NoDecode] = Field(
        [], alias="AEROSTIC_PLUGIN_PATH", description="Folders whose packages are plugins, separated as in PATH."
    )
    plugins: list[str] | None = Field(
        None, alias="AEROSTIC_PLUGINS", description="If given, only these installed plugins load (JSON list)."
    )
    plugin_errors: Literal["quarantine", "raise"] = Field(
        "quarantine", alias="AEROSTIC_PLUGIN_ERRORS", description="What a plugin that fails to load does to start-up."
    )
    plugin_import_seconds: float = Field(
        30.0, alias="AEROSTIC_PLUGIN_IMPORT_SECONDS", gt=0, description="Longest time a plugin may take to import."
    )
    var: Path = Field(
        Path("var"), alias="AEROSTIC_VAR", description="Where embedded servers and logs keep their files."
    )
    log_format: Literal["console", "json"] = Field("console", alias="AEROSTIC_LOG_FORMAT", description="Log lines.")
    log_level: str = Field("INFO", alias="AEROSTIC_LOG_LEVEL", description="Least level that is logged.")
    intake_limit_bytes: int = Field(
        3 * 1024 * 1024, alias="AEROSTIC_INTAKE_LIMIT", description="Largest webhook body taken (Meta: 3 MB)."
    )
    intake_stream_limit: int = Field(
        1_000_000, alias="AEROSTIC_INTAKE_STREAM_LIMIT", description="Unprocessed webhooks past which intake says 503."
    )
    hook_pace: int = Field(
        100,
        alias="AEROSTIC_HOOK_PACE",
        ge=1,
        description="Calls a second that one webhook of a flow may get in each process; ten seconds' worth may come at once.",
    )
    hook_threads: int = Field(
        64,
        alias="AEROSTIC_HOOK_THREADS",
        ge=1,
        description="Threads of each process of webhooks: what asks the database, and waits for its commit, does so in them.",
    )

    outbound_allowed: Annotated[list[str], NoDecode] = Field(
        [],
        alias="AEROSTIC_OUTBOUND_ALLOWED",
        description="Hosts inside your network that configured addresses may lead to, also without https: `host` or "
        "`host:port`, separated by commas; an IPv6 address in brackets.",
    )
    api_per_minute: int = Field(
        600, alias="AEROSTIC_API_PER_MINUTE", ge=1, description="Requests a minute that one API key may make."
    )
    session_idle_minutes: int = Field(
        720,
        alias="AEROSTIC_SESSION_IDLE_MINUTES",
        ge=5,
        description="Minutes without a request after which a person has to sign in again.",
    )
    session_hours: int = Field(
        336,
        alias="AEROSTIC_SESSION_HOURS",
        ge=1,
        description="Hours after which a person has to sign in again, however active.",
    )
    staff_second_step: bool = Field(
        True,
        alias="AEROSTIC_STAFF_SECOND_STEP",
        description="Whether the platform's console opens only to who signs in with a second step or a passkey. "
        "`aerostic up` leaves it out under the domain localhost.",
    )
    credit_approval: int = Field(
        10_000,
        alias="AEROSTIC_CREDIT_APPROVAL",
        ge=0,
        description="Credits, in whole units of their currency; who gives more at once needs a second person to approve.",
    )
    topup_least: int = Field(
        5,
        alias="AEROSTIC_TOPUP_LEAST",
        ge=1,
        description="Smallest payment into a wallet, in whole units of its currency.",
    )
    topup_most: int = Field(
        50_000,
        alias="AEROSTIC_TOPUP_MOST",
        ge=1,
        le=1_000_000,
        description="Largest payment into a wallet, in whole units of its currency.",
    )
    seller_name: str = Field(
        "", alias="AEROSTIC_SELLER_NAME", description="Who sells credit, on invoices; the brand's name when left out."
    )
    seller_address: str = Field(
        "", alias="AEROSTIC_SELLER_ADDRESS", description=r"Address on invoices; \n between its lines."
    )
    seller_tax_id: str = Field("", alias="AEROSTIC_SELLER_TAX_ID", description="Tax number on invoices.")
    seller_tax_percent: Decimal = Field(
        Decimal(0),
        alias="AEROSTIC_SELLER_TAX_PERCENT",
        ge=0,
        lt=100,
        description="Tax that is part of what is paid, in per cent of the amount without it.",
    )
    flow_steps: int = Field(
        10_000,
        alias="AEROSTIC_FLOW_STEPS",
        ge=1,
        description="Most steps that a workspace may allow a run of a flow, waits and retries included.",
    )
    flow_visits: int = Field(
        1_000,
        alias="AEROSTIC_FLOW_VISITS",
        ge=1,
        description="Most visits of one node that a workspace may allow a run.",
    )
    flow_depth: int = Field(
        20,
        alias="AEROSTIC_FLOW_DEPTH",
        ge=1,
        description="Most flows that call each other that a workspace may allow.",
    )
    flow_chain: int = Field(
        100,
        alias="AEROSTIC_FLOW_CHAIN",
        ge=1,
        description="Most automations that set each other off in a row that a workspace may allow.",
    )
    flow_spend: int = Field(
        100,
        alias="AEROSTIC_FLOW_SPEND",
        ge=0,
        description="Most that a workspace may let a run spend, in whole units of its currency.",
    )
    flow_contact_spend: int = Field(
        100,
        alias="AEROSTIC_FLOW_CONTACT_SPEND",
        ge=0,
        description="Most that a workspace may let flows spend on one contact in a day, in whole units.",
    )
    flow_tenant_spend: int = Field(
        10_000,
        alias="AEROSTIC_FLOW_TENANT_SPEND",
        ge=0,
        description="Most that a workspace may let its flows spend in a day, in whole units.",
    )
    ml_url: str = Field(
        "",
        alias="AEROSTIC_ML_URL",
        description="Where `aerostic ml` answers, to have rows scored and models trained there; unset, it is done in process.",
    )
    ml_token: SecretStr = Field(
        SecretStr(""),
        alias="AEROSTIC_ML_TOKEN",
        description="Bearer token of the machine-learning service, 32 characters or more, the same on both sides.",
    )
    takeover_seconds: float = Field(
        15.0,
        alias="AEROSTIC_TAKEOVER_SECONDS",
        ge=1,
        description="Silence after which another process takes over the numbers, and in twice that the webhooks, of one.",
    )

    @field_validator("keys_file", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        return value or None  # an empty text would be the folder we are in

    @field_validator("key_provider")
    @classmethod
    def _some_provider(cls, value: str) -> str:
        return value or "local"

    @property
    def hooks_base(self) -> str:
        """The address of the host of webhooks, without a slash at its end."""
        return (self.hooks_url or f"https://hooks.{self.domain}").rstrip("/")

    @field_validator("plugin_path", mode="before")
    @classmethod
    def _split_path(cls, value: object) -> object:
        if isinstance(value, str):
            return [part for part in value.split(os.pathsep) if part]
        return value

    @field_validator("outbound_allowed", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return [part for part in re.split(r"[,\s]+", value.lower()) if part]
        return value

    @field_validator("outbound_allowed")
    @classmethod
    def _only_hosts(cls, value: list[str]) -> list[str]:
        if not all(map(HOST.fullmatch, value)):
            raise ValueError("AEROSTIC_OUTBOUND_ALLOWED has to look like crm.internal,10.0.0.5:8080,[fd12::1]:443.")
        return value

    @model_validator(mode="after")
    def _whole_service(self) -> Self:
        parts = urlsplit(self.ml_url)
        if self.ml_url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("AEROSTIC_ML_URL has to look like http://127.0.0.1:8810 or https://ml.internal.")
        token = self.ml_token.get_secret_value()
        if (self.ml_url or token) and not (len(token) >= 32 and token.isascii() and token.isprintable()):
            raise ValueError("AEROSTIC_ML_TOKEN has to have 32 plain characters or more, the same on both sides.")
        return self

    @model_validator(mode="after")
    def _whole_mail(self) -> Self:
        parts = urlsplit(self.smtp_url.get_secret_value())
        if parts.scheme and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("AEROSTIC_SMTP_URL has to look like smtp://user:password@host:587 or smtps://...")
        if parts.scheme and "@" not in self.mail_from.strip("@"):
            raise ValueError("AEROSTIC_MAIL_FROM is not set: give it the address that mail comes from.")
        return self


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings. Read once; tests build their own `Settings(...)` and pass it on."""
    return Settings()
