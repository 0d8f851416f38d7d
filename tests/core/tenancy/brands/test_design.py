"""What a reseller may choose: plain texts, hex colours, https addresses, known fonts."""

import pytest
from pydantic import ValidationError

from aerostic.tenancy.brands.design import Design


def test_values_are_kept_in_one_form():
    design = Design(
        name="  Tern ", primary="#ABC", support_email="help@tern.example", terms_url="https://tern.example/t"
    )
    assert (design.name, design.primary, design.theme) == ("Tern", "#aabbcc", "default")


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "<b>Tern</b>"},
        {"name": "Tern\u202e"},
        {"primary": "red"},
        {"primary": "#123456;}body{"},
        {"radius": 17},
        {"font": "Comic Sans"},
        {"theme": "../default"},
        {"terms_url": "javascript:alert(1)"},
        {"terms_url": "http://tern.example"},
        {"terms_url": 'https://tern.example/"onclick='},
        {"support_email": "no address"},
        {"support_email": "a@b.example\nBcc: x@y.example"},
        {"logo": "not an id"},
        {"css": "body{}"},
    ],
)
def test_anything_else_is_refused(values):
    with pytest.raises(ValidationError):
        Design.model_validate({"name": "Tern", **values})
