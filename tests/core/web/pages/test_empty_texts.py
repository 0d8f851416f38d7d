"""An empty text is never translated: what a catalogue has for it is its header."""

import pytest

from aerostic.messaging.models import ChannelAccount
from tests.core.messaging.conversations.talk import Talk
from tests.core.web.app.conversations import visit

GERMAN = {"Accept": "text/html", "Accept-Language": "de"}


@pytest.mark.parametrize("page", ["numbers", "number", "conversation", "contact"])
def test_where_a_text_may_be_empty_no_header_is_shown(app, page):
    talk = Talk.begin()
    talk.hear({"type": "system", "system": {"type": "unheard_of"}})
    talk.hear({"type": "image", "image": {"id": "1", "mime_type": "image/png"}})
    with talk.scope() as session:
        session.get_one(ChannelAccount, talk.account.id).status = "blocked"
    paths = {"numbers": "/numbers", "number": f"/numbers/{talk.number.id}", "conversation": f"/conversations/{talk.id}",
             "contact": f"/contacts/{talk.contact.id}"}  # fmt: skip
    answer = visit(app, talk.tenant_id).get(paths[page], headers=GERMAN)
    assert answer.status_code == 200 and 'lang="de"' in answer.text and "Nummern" in answer.text
    assert "Project-Id-Version" not in answer.text
