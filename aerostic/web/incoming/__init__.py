"""The process of webhooks: what providers and other systems send, answered before Flask, since it needs no page machinery."""
