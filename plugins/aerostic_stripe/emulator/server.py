"""The stand-in as a whole: its state, its pages and API, and the thread that serves them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from aerostic_stripe.settings import StripeSettings

from . import api, pages
from .state import KEY, State
from .webhooks import Postman


class Emulator:
    """One stand-in with nothing in it.

    Args:
        settings: the keys that its clients have.
        webhook: where events go; '' for nowhere.
        public: its address in a browser; '' where it is the one it listens on.
    """

    def __init__(self, settings: StripeSettings, webhook: str = "", public: str = "") -> None:
        self.postman = Postman(webhook, settings.webhook_secret.get_secret_value())
        self.state = State(self.postman.post, public)
        self._key = settings.secret_key.get_secret_value()

    def application(self) -> Flask:
        """The Flask application."""
        app = Flask("aerostic_stripe.emulator")
        app.extensions[KEY] = self.state
        app.register_blueprint(api.views)
        app.register_blueprint(pages.views)
        api.Guard(self._key).watch(app)
        return app

    @contextmanager
    def serving(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve while the block runs, and yield the address."""
        server = make_server(host, port, self.application(), threaded=True)
        url = f"http://{host}:{server.server_port}"
        self.state.public = self.state.public or url
        thread = threading.Thread(target=server.serve_forever, name="stripe", daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.postman.close()
