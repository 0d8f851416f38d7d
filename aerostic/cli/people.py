"""`aerostic people`: what only the operator can do for somebody who cannot sign in any more."""

import click
from pydantic import ValidationError

from aerostic.cli.processes import in_application


@click.group()
def people() -> None:
    """People who sign in."""


@people.command("reset-second-step")
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
def reset_second_step(email: str, reason: str) -> None:
    """Take somebody's second step away: app, recovery codes and passkeys. They are signed out everywhere, and told by mail.

    Only for the platform's own people and those of resellers, whom nobody else can reset. The exit status is 1 where there
    is nothing to reset.
    """
    from aerostic.db import transaction
    from aerostic.identity import second_steps
    from aerostic.identity.people import find_user
    from aerostic.tenancy.brands import brand_of_reseller
    from aerostic.web.people import mailing
    from aerostic.web.people.resetting import Why, reset

    try:
        why = Why(reason=reason.strip())
    except ValidationError:
        raise click.UsageError("--reason takes 5 to 300 characters: who asked, and how you know them.") from None
    with in_application():
        with transaction(second_steps.SCOPE) as session:
            user = find_user(session, email)
            if user is None or not second_steps.has_second_step(session, user.id):
                raise click.ClickException("Nobody with this address has a second step. Check the address.")
            if not user.staff:
                # The mail would bear the platform's name, which a reseller's clients may not know.
                raise click.ClickException("Owners, admins and the console help the people of a workspace: ask them.")
            reset(session, user, brand_of_reseller(user.reseller_id), why.reason)
        mailing.wake()
    click.echo("Done. They sign in with the password alone now, and have been told by mail.")
