"""Host names of resellers: naming one, proving that it is theirs, and whose a name is.

The proof is a TXT record, since whoever can write one controls the name; an answer over HTTP would only show that the name
leads here. A name is not served before its proof was seen.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from uuid import UUID

import dns.exception
import dns.resolver
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import once_committed, service_scope, transaction, utcnow
from aerostic.tenancy.models import Host
from aerostic.tenancy.remembered import Remembered
from aerostic.words import N_

MOST_HOSTS = 20
LOOKUP_SECONDS = 5.0
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NOT_FOUND = N_("The TXT record was not found. New records can take an hour to be seen everywhere.")
OTHER = N_("A TXT record was found, but with another value. Copy it again.")
SILENT = N_("The name servers did not answer. Try again in a few minutes.")
TAKEN = N_("This name is in use by somebody else. Write to support if it is yours.")
# Gives the TXT records of a name; an empty list when it has none.
Lookup = Callable[[str], Sequence[str]]
hosts: Remembered[UUID | None] = Remembered("hosts")


class HostError(ValueError):
    """A host name that cannot be taken; says why."""


def reseller_of_host(name: str) -> UUID | None:
    """Whose verified host this is; remembered for a minute, and so is that it is nobody's."""
    return hosts.get(name, lambda: _find(name))


def proof_name(host: str) -> str:
    """Where the TXT record of a host's proof is."""
    return f"_host-proof.{host}"


def normal_host(name: str, domain: str) -> str:
    """A host name as it is compared and kept: small letters, IDNA.

    Args:
        name: as typed; an address with scheme or path is cut down to its host.
        domain: the platform's own, below which nobody may have a name.

    Raises:
        HostError: no host name, or one of ours.
    """
    name = name.strip().rstrip(".").partition("://")[2] or name.strip().rstrip(".")
    name = re.split(r"[/?#:]", name)[0]
    try:
        host = name.encode("idna").decode().lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253 or not all(map(LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise HostError(N_("A host name looks like chat.example.org."))
    if host == domain or host.endswith(f".{domain}"):
        raise HostError(N_("Choose a name of a domain of your own."))
    return host


def add_host(session: Session, reseller_id: UUID, name: str) -> Host:
    """A new host of a reseller, to be proven. The session has the reseller's scope.

    Args:
        name: from `normal_host`.

    Raises:
        HostError: the reseller has it already, or too many.
    """
    own = session.scalars(select(Host.name).where(Host.reseller_id == reseller_id)).all()
    if name in own:
        raise HostError(N_("You have added this name already."))
    if len(own) >= MOST_HOSTS:
        raise HostError(N_("There are 20 names already. Remove one first."))
    host = Host(name=name, reseller_id=reseller_id, proof=secrets.token_hex(16))
    session.add(host)
    session.flush()
    _note(session, host, "added")
    return host


def check_host(session: Session, host: Host, lookup: Lookup) -> bool:
    """Look for the proof, and write down what was found. A proven host stays so until it is removed.

    Returns:
        Whether the host is served.
    """
    host.checked_at = utcnow()
    try:
        found = lookup(proof_name(host.name))
    except (OSError, dns.exception.DNSException):
        host.trouble = SILENT
        return host.verified_at is not None
    proven = bool(host.proof) and any(secrets.compare_digest(text.encode(), host.proof.encode()) for text in found)
    host.trouble = "" if proven else OTHER if found else NOT_FOUND
    session.flush()
    if proven and host.verified_at is None:
        _serve(session, host)
    return host.verified_at is not None


def remove_host(session: Session, host: Host) -> None:
    """Serve a host no more, once this is committed."""
    session.delete(host)
    _note(session, host, "removed")
    forget_when_committed(session)


def forget_when_committed(session: Session) -> None:
    """Let every process look anew for hosts, once what the session changed is there to be seen."""
    once_committed(session, hosts.forget)


def system_lookup(name: str) -> Sequence[str]:
    """The TXT records of a name, as the machine's own resolver finds them."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def _serve(session: Session, host: Host) -> None:
    try:
        with session.begin_nested():
            host.verified_at = utcnow()
    except IntegrityError:
        # Somebody proved it before; a domain that changed hands is for people to sort out.
        session.refresh(host)
        host.trouble = TAKEN
    else:
        _note(session, host, "verified")
        forget_when_committed(session)


def _note(session: Session, host: Host, verb: str) -> None:
    record(session, Act(None, f"domain.{verb}", f"domain:{host.name}", after={"reseller": str(host.reseller_id)}))


def _find(name: str) -> UUID | None:
    with transaction(service_scope("hosts")) as session:
        return session.scalar(select(Host.reseller_id).where(Host.name == name, Host.verified_at.is_not(None)))
