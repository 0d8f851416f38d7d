"""The `stripe-emulator` command."""

import click


@click.command("stripe-emulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8098, show_default=True, help="Port to listen on.")
@click.option("--public", default="", help="Address at which a browser reaches it, if that is another.")
@click.option("--webhook", default="", help="Where its events go; nowhere when left out.")
def emulator(host: str, port: int, public: str, webhook: str) -> None:
    """Run a stand-in for Stripe, with the keys of AEROSTIC_STRIPE_SECRET_KEY and AEROSTIC_STRIPE_WEBHOOK_SECRET."""
    from aerostic_stripe.settings import StripeSettings

    from .server import Emulator

    settings = StripeSettings()
    if not settings.secret_key.get_secret_value():
        raise click.ClickException(
            "Set AEROSTIC_STRIPE_SECRET_KEY and AEROSTIC_STRIPE_WEBHOOK_SECRET: any text will do."
        )
    with Emulator(settings, webhook=webhook, public=public).serving(host, port) as url:
        click.echo(f"ready {url}")
        click.get_current_context().exit(_wait())


def _wait() -> int:
    """Until the process is ended."""
    import signal
    import threading

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    stop.wait()
    return 0
