"""Passkeys (WebAuthn): signing in with what a device or password manager keeps, unlocked by its owner's finger, face or PIN.

A passkey belongs to one host: a browser shows it on no other, and neither do we. What comes from the browser is checked by
the library `webauthn`; whatever it refuses is one kind of refusal here, which says no more.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from aerostic.db import transaction, utcnow
from aerostic.identity.factor_models import Passkey
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sign_ins import note

MOST = 20
# The library's refusals, and what its parsers of JSON and CBOR make of texts that are neither.
UNUSABLE = (WebAuthnException, ValueError, TypeError, LookupError, RecursionError)
# Found on the device by the host alone, and unlocked by its owner each time.
KIND = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)


class PasskeyError(ValueError):
    """What the browser sent is no passkey of ours, or not in answer to what was asked."""


def options_to_add(user: User, host: str, brand: str, challenge: bytes) -> str:
    """What a browser needs to make a passkey, as JSON.

    Args:
        host: where it will be good.
        brand: the product's name there.
        challenge: random bytes that its answer has to hold.
    """
    known = [PublicKeyCredentialDescriptor(id=row.credential_id) for row in list_passkeys(user.id, host)]
    options = generate_registration_options(
        rp_id=host,
        rp_name=brand,
        user_id=user.id.bytes,
        user_name=user.email or "",
        user_display_name=user.name,
        challenge=challenge,
        authenticator_selection=KIND,
        exclude_credentials=known,
    )
    return options_to_json(options)


def options_to_enter(host: str, challenge: bytes) -> str:
    """What a browser needs to find a passkey, as JSON."""
    options = generate_authentication_options(
        rp_id=host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)


def add_passkey(user_id: UUID, answer: str, *, name: str, host: str, origin: str, challenge: bytes) -> None:
    """Keep a passkey that a browser has made.

    Args:
        answer: what the browser says, as JSON.
        origin: address of the pages on the host, as browsers know it.

    Raises:
        PasskeyError: see there; or there are too many.
    """
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except UNUSABLE:
        raise PasskeyError("unusable") from None
    if len(list_passkeys(user_id, host)) >= MOST:
        raise PasskeyError("too many")
    row = Passkey(
        user_id=user_id,
        host=host,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    try:
        with transaction(SIGN_IN) as session:
            session.add(row)
            note(session, user_id, "passkey_added", name=name)
    except IntegrityError:
        raise PasskeyError("known already") from None


def recognise(answer: str, *, host: str, origin: str, challenge: bytes) -> User:
    """Who comes with a passkey; its use is noted, so that a copy of an older state is refused.

    Args: as for `add_passkey`.

    Raises:
        PasskeyError: see there; or the account is off.
    """
    with transaction(SIGN_IN) as session:
        row = session.scalar(
            select(Passkey).where(Passkey.credential_id == _id_of(answer), Passkey.host == host).with_for_update()
        )
        user = session.get(User, row.user_id) if row else None
        if row is None or user is None or not user.active:
            raise PasskeyError("unknown")
        try:
            used = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=host,
                expected_origin=origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except UNUSABLE:
            raise PasskeyError("unusable") from None
        row.sign_count, row.used_at = used.new_sign_count, utcnow()
        return user


def list_passkeys(user_id: UUID, host: str) -> Sequence[Passkey]:
    """A person's passkeys of a host, the newest first."""
    mine = select(Passkey).where(Passkey.user_id == user_id, Passkey.host == host)
    with transaction(SIGN_IN) as session:
        return session.scalars(mine.order_by(Passkey.id.desc())).all()


def remove_passkey(user_id: UUID, passkey_id: UUID) -> bool:
    """Let a passkey in no more; False where the person has no such one."""
    gone = delete(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
    with transaction(SIGN_IN) as session:
        found = session.scalar(gone.returning(Passkey.id)) is not None
        if found:
            note(session, user_id, "passkey_removed")
        return found


def _id_of(answer: str) -> bytes:
    try:
        return parse_authentication_credential_json(answer).raw_id
    except UNUSABLE:
        raise PasskeyError("unusable") from None
