"""However much is sent, the phone keeps the newest messages only."""

from aerostic_emulator import phone_view
from aerostic_emulator.chats import Chats
from aerostic_emulator.record import Message


def send(chats: Chats, person: str, times: int = 1) -> None:
    for _ in range(times):
        wamid = f"wamid.{person}.{len(chats)}"
        message = Message(wamid, "p", person, "text", None, None, 1.0, "service", "read", person, "", person)
        chats.sent(person, message, b'{"text": {"body": "x"}}', None)


def write(chats: Chats, person: str, wamid: str) -> None:
    chats.wrote(("p", person), {"id": wamid, "type": "text", "text": {"body": "x"}}, 1.0, True)


def test_a_chat_keeps_its_newest_messages() -> None:
    chats = Chats(in_chat=3, in_all=100)
    send(chats, "49", 10)
    kept = chats.find(("p", "49"))
    assert kept is not None
    assert [entry.place for entry in kept.entries] == [8, 9, 10]


def test_all_chats_together_keep_a_number_of_messages_and_empty_ones_go() -> None:
    chats = Chats(in_chat=10, in_all=5)
    for person in ("1", "2", "3"):
        send(chats, person, 2)
    assert (len(chats), [(chat.person, len(chat.entries)) for chat in chats.newest_first()]) == (
        5, [("3", 2), ("2", 2), ("1", 1)]
    )  # fmt: skip
    send(chats, "4")
    assert [chat.person for chat in chats.newest_first()] == ["4", "3", "2"]


def test_one_long_chat_does_not_cost_the_others_more_than_their_turn() -> None:
    chats = Chats(in_chat=2, in_all=6)
    send(chats, "1", 4)
    send(chats, "2")
    send(chats, "1", 4)
    assert [(chat.person, len(chat.entries)) for chat in chats.newest_first()] == [("1", 2), ("2", 1)]
    send(chats, "3", 3)
    assert [(chat.person, len(chat.entries)) for chat in chats.newest_first()] == [("3", 2), ("1", 2)]


def test_what_is_forgotten_can_still_be_read_by_the_business() -> None:
    chats = Chats(in_chat=1, in_all=2)
    for wamid in ("a", "b", "c"):
        write(chats, wamid, wamid)
    chats.read_by_business("a", 0.0)
    chats.read_by_business("c", 0.0)
    assert [(chat.person, chat.entries[0].ticks) for chat in chats.newest_first()] == [
        ("c", "read"),
        ("b", "delivered"),
    ]


def test_an_open_chat_without_messages_stays() -> None:
    chats = Chats(in_all=1)
    opened = chats.open(("p", "new"))
    send(chats, "1", 2)
    assert chats.open(("p", "new")) is opened
    assert phone_view.unread(opened) == 0
