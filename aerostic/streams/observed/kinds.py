"""The catalogue of observations: their types, and what each field says.

Observations travel in the envelope of events (`aerostic.db.Event`), on a bus of their own, since they are many, are not
promised to anybody, and must not wait for a database. Of events, detectors hear those of `HEARD`.

No field holds personal data. Addresses, accounts and paths are pseudonyms keyed by the platform: the same for all tenants, so
that who works across tenants is seen, and useless outside.
"""

from aerostic.streams.catalogue import EventType, register

WHERE = {
    "address": "pseudonym of the network address, '' where it is not known",
    "subnet": "pseudonym of its network: /24 of IPv4, /48 of IPv6",
    "country": "ISO 3166 code, where a proxy of ours tells it, else ''",
}
ASKED = WHERE | {
    "endpoint": "the route's name",
    "object": "digest of the ids in its path, '' without any",
    "status": "HTTP status of the answer",
    "referred": "whether it named a page of ours as its referrer, or was asked by a page's script",
}
OBSERVATIONS = (
    EventType("page.asked", "A page was asked for by somebody who is signed in.", ASKED | {"user": "user id"}),
    EventType("api.asked", "A program asked the API.", ASKED | {"key": "API key id", "method": "HTTP method"}),
    EventType(
        "signin.tried",
        "Somebody tried to sign in.",
        WHERE
        | {
            "account": "digest of what they signed in as, '' where it is not known",
            "outcome": "right, wrong, or refused (made to wait)",
            "factor": "password, totp, recovery or passkey",
            "known": "whether they brought a device that this account had signed in with",
            "user": "user id, where it was right",
        },
    ),
    EventType(
        "messages.planned",
        "Messages were taken for sending: one reply, or a slice of a campaign.",
        {
            "number": "the sending number's id",
            "source": "what planned them: campaigns, flows, api or person",
            "source_id": "which one",
            "batch": "the batch's id, or ''",
            "template": "template id, or ''",
            "count": "how many",
            "new": "how many of their recipients were never written to before",
            "cost": "micro-credits held for them",
            "balance": "micro-credits left in the wallet, where known, else -1",
            "exact": "digest of the normalised text, '' without one",
            "print": "MinHash of the normalised text: 32 values of 16 bits, little endian, in Base64; '' without one",
            "links": "digests of the domains it links to",
        },
    ),
    EventType(
        "webhook.refused",
        "A webhook was not taken.",
        WHERE
        | {
            "channel": "which kind",
            "endpoint": "digest of where it was sent",
            "reason": "signature, unknown or unreadable",
        },
    ),
)
HEARD = frozenset(
    (
        "message.accepted",
        "message.delivered",
        "message.failed",
        "message.received",
        "template.status_changed",
        "batch.changed",
    )
)

for _event_type in OBSERVATIONS:
    register(_event_type)
