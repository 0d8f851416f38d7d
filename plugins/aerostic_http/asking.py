"""The step that asks another system. It goes through the guard for addresses that people enter."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.sdk import N_, http
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, Fail, FlowNode, Given, Need, Offer, Outcome, Port, Problem

from .answers import LONGEST_PAUSE, pause_of, succeeded, taken, without
from .configs import READING, Asking
from .requests import Credentials, address, body, headers
from .secrets import KIND, MISSING, SecretError, listed, named, reveal

# Certainly not taken, and perhaps not: what may have been taken is tried again only where it reads.
UNTAKEN, UNREACHED = frozenset({425, 429, 503}), frozenset({"unknown", "unreachable", "certificate"})
BUSY = UNTAKEN | {408, 500, 502, 504}
REFUSED = N_("The other system refused. The code tells the status that it answered with.")
NO_SECRET = N_("Choose the secret that is to be sent.")
BAD_SCHEME = N_("An address begins with https:// and the name of a host.")
USERINFO = N_("Leave name and password out of the address. Keep them as a secret, and choose it below.")
BAD_HEADER = N_("This header cannot be sent: we set it, or its name or value has signs that headers cannot have.")
TWICE = N_("This header is the one that the secret is sent in. Leave it out.")


class HttpRequest(FlowNode[Asking]):
    """One request. What certainly was not taken is tried again, and what only reads; the key is the same each time."""

    kind, title, icon, category = "http.request", N_("Ask another system"), "world", N_("Other systems")
    help = N_("Sends a request to an address on the internet, and keeps parts of the answer as variables.")
    Config, effect = Asking, Effect.OUTSIDE
    example = {"url": "https://example.com/price.json", "keep": [{"variable": "price", "path": "price"}]}

    def ports(self, config: Asking) -> Sequence[Port]:
        """It answered, or did not as it should."""
        return *NEXT, ERROR

    def problems(self, config: Asking) -> Sequence[Problem]:
        """An address, headers or a way to sign in that no run could use."""
        return [*_about_address(config), *_about_headers(config), *_about_secret(config)]

    def requires(self, config: Asking) -> Sequence[Need]:
        """Its secret."""
        return [Need(KIND, config.secret, "secret")] if config.auth != "none" else []

    def lacks(self, session: Session, tenant_id: UUID, need: Need) -> str:
        """One that the workspace does not have."""
        return "" if named(session, tenant_id, need.name) else MISSING

    def offers(self, session: Session, tenant_id: UUID) -> Mapping[str, Sequence[Offer]]:
        """The workspace's secrets, by name."""
        return {"secret": [Offer(one.name, {"secret": one.name}) for one in listed(session, tenant_id)]}

    def gives(self, config: Asking) -> Given:
        """Status, headers, and the variables or the text."""
        values = {one.variable: one.otherwise for one in config.keep}
        more = {"values": values} if config.keep else {"text": ""}
        return Given({"status": 200, "headers": {"content-type": "application/json"}, **more}, values)

    def patience(self, config: Asking) -> tuple[int, float]:
        """As the configuration says."""
        return config.retries, float(config.pause)

    def repeatable(self, config: Asking) -> bool:
        """What only reads may be read again."""
        return config.method in READING

    def run(self, context: Context, config: Asking) -> Outcome:
        """Ask."""
        reads = config.method in READING
        limits = http.Limits(config.kilobytes * 1_000, float(config.seconds), follow=config.redirects)
        try:
            url = address(config)
            credentials = _credentials(context, config, url)
            sent = headers(context, config, credentials)
            answer = http.fetch(url, method=config.method, headers=sent, body=body(config), limits=limits)
        except SecretError as error:
            return Fail(error.code, str(error))
        except http.OutboundError as error:
            again = isinstance(error, http.NoAnswerError) if reads else error.reason in UNREACHED
            unsure = not (again or reads or isinstance(error, http.AddressError))
            return Fail(error.reason, str(error), again=again, unsure=unsure)
        if not succeeded(config, answer.status):
            return _refused(context, answer, reads=reads)
        return taken(config, without(answer, credentials.hidden))


def _credentials(context: Context, config: Asking, url: str) -> Credentials:
    """Resolved here and now, and only for a host that the secret is meant for."""
    if config.auth == "none":
        return Credentials()
    return Credentials.of(config, reveal(context.tenant_id, config.secret, http.host_of(url)))


def _refused(context: Context, answer: http.Answer, *, reads: bool) -> Fail:
    pause, passing = pause_of(answer, context.now), BUSY if reads else UNTAKEN
    again = answer.status in passing and pause <= LONGEST_PAUSE
    unsure = not reads and answer.status in BUSY - UNTAKEN
    return Fail(f"status_{answer.status}", REFUSED, again=again, after=pause if again else 0.0, unsure=unsure)


def _about_address(config: Asking) -> Iterator[Problem]:
    """What can be told of it before its expressions are worked out."""
    if not config.url.startswith(("https://", "http://", "{{")):
        yield Problem("address", BAD_SCHEME, field="url")
    elif "@" in config.url.partition("://")[2].partition("{{")[0].partition("/")[0]:
        yield Problem("address", USERINFO, field="url")


def _about_headers(config: Asking) -> Iterator[Problem]:
    for name, value in config.headers.items():
        if not http.sendable(name, "" if "{{" in value else value):
            yield Problem("header", BAD_HEADER, field="headers", about=name)
        elif name.lower() == _secret_header(config):
            yield Problem("header", TWICE, field="headers", about=name)


def _about_secret(config: Asking) -> Iterator[Problem]:
    if config.auth != "none" and not config.secret:
        yield Problem(KIND, NO_SECRET, field="secret")
    if config.auth == "header" and not http.sendable(config.auth_header, ""):
        yield Problem("header", BAD_HEADER, field="auth_header")


def _secret_header(config: Asking) -> str:
    names = {"bearer": "authorization", "basic": "authorization", "header": config.auth_header.lower()}
    return names.get(config.auth, "")
