"""Ann and her workspace, as people's pages have them."""

from tests.core.web.people.conftest import ann, own, shop

__all__ = ["ann", "own", "shop"]
