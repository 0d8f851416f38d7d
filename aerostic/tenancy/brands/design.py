"""What a reseller chooses for a brand, as it is kept: a draft, or one of the versions that were published."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from aerostic.tenancy.brands import colours
from aerostic.words import N_

# Stacks of fonts that machines have; nothing is fetched from elsewhere. The first one is the product's own.
FONTS = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", Georgia, serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, "Arial Rounded MT Bold", sans-serif',
    "mono": 'ui-monospace, "Cascadia Code", "Source Code Pro", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}
Font = Literal["", "system", "serif", "rounded", "mono"]


def is_plain(text: str) -> bool:
    """Whether a text has no marks that could be taken for HTML, and nothing that cannot be seen."""
    return all(sign not in "<>" and (sign.isprintable() or sign in "\r\n") for sign in text)


def _plain(text: str) -> str:
    if not is_plain(text):
        raise ValueError(N_("Only plain text is taken here, without < and >."))
    return text


def _colour(value: str) -> str:
    return colours.normal(value) if value else ""


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_plain)]
Colour = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_colour)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")]
# Nothing that runs as a script when it is clicked.
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^(https://[^\s<>\"']+)?$")]


class Design(BaseModel):
    """A brand's values. What is empty comes from the theme, or is left out.

    Args:
        primary, accent, sidebar: colours of buttons, of charts' second series, and of the rail.
        radius: of cards, in pixels.
        logo, logo_dark, mark: ids of files.
        options: of its theme, by key; switches are `yes` or empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[Text, Field(min_length=1, max_length=60)]
    short_name: Annotated[Text, Field(max_length=20)] = ""
    primary: Colour = ""
    accent: Colour = ""
    sidebar: Colour = ""
    radius: Annotated[int, Field(ge=0, le=16)] | None = None
    font: Font = ""
    logo: UUID | None = None
    logo_dark: UUID | None = None
    mark: UUID | None = None
    theme: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")] = "default"
    options: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")], Annotated[Text, Field(max_length=500)]] = {}
    support_email: Email = ""
    terms_url: Url = ""
    privacy_url: Url = ""
    imprint_url: Url = ""
    help_url: Url = ""
    legal: Annotated[Text, Field(max_length=1000)] = ""
    locale: Annotated[str, Field(pattern=r"^[a-z]{0,3}$")] = ""

    def files(self) -> set[UUID]:
        """The ids of the files it shows."""
        return {file for file in (self.logo, self.logo_dark, self.mark) if file}
