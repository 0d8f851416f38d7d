"""What an act changed, as people read it."""

from flask import Flask

from aerostic.web.audit.changes import changes


def test_each_field_is_a_line_with_what_was_and_what_is(app: Flask) -> None:
    before = {"role": "agent", "zone": ""}
    after = {"role": "admin", "zone": "UTC", "new_device": True, "changed": ["name", "phone"], "places": {"a": 1}}
    with app.test_request_context():
        assert list(changes(before, after)) == [
            ("role", "agent", "admin"),
            ("zone", "–", "UTC"),
            ("new device", "–", "yes"),
            ("changed", "–", "name, phone"),
            ("places", "–", '{"a":1}'),
        ]


def test_an_amount_is_money_where_its_currency_stands_beside_it(app: Flask) -> None:
    with app.test_request_context():
        assert next(changes({}, {"amount": 1_500_000, "currency": "USD"})) == ("amount", "–", "$1.50")
        assert list(changes({}, {"amount": 1_500_000})) == [("amount", "–", "1500000")]
