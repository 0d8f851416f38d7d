"""What a plugin says to the people of a workspace: `from aerostic.sdk import people`.

with transaction(tenant_scope(tenant)) as session:
    people.tell(session, tenant, "wallet.view", "replies.limit", every=timedelta(hours=24), left=left)
"""

from aerostic.web.people.team_mail import tell

__all__ = ["tell"]
