"""Why a row or a file was not taken: stable codes, and for each what the person can do."""

from typing import NamedTuple

from aerostic.messaging.contacts.phones import Trouble
from aerostic.words import N_

ROWS: dict[str, str] = {
    Trouble.MISSING: N_("There is no phone number. Fill in the phone column."),
    Trouble.NOT_A_NUMBER: N_("This is not one phone number. Leave only digits, with + and the country code in front."),
    Trouble.ROUNDED: N_("A spreadsheet has rounded the number. Format the column as text and enter the number again."),
    Trouble.NO_COUNTRY: N_("The country code is missing or does not exist. Write the number as +44 7911 123456."),
    Trouble.TOO_SHORT: N_("Digits are missing. Compare the number with its source."),
    Trouble.TOO_LONG: N_("There are too many digits. Compare the number with its source."),
    Trouble.IMPOSSIBLE: N_("Nobody can have this number: its area or operator code does not exist. Check it."),
    Trouble.SPECIAL: N_("This is a service number (free, premium or shared cost). Enter the person's own number."),
    "too_many_columns": N_(
        "The row has more columns than the header. Put values that contain the delimiter in quotes."
    ),
    "bad_email": N_("The e-mail address is not complete. Write it as name@example.com, or leave it empty."),
    "duplicate_in_file": N_("An earlier row has the same phone. Keep the row that is right."),
    "suppressed": N_("This person opted out, and an import cannot take that back. They can write START to you."),
    "erased": N_("This person was erased after the file had been uploaded. The row was left out."),
    "unknown_consent": N_("This is no answer about consent. Write yes or no, or leave it empty."),
    "bad_consent_time": N_("This is no date in the past. Write it as 2026-05-31 or 2026-05-31T14:00:00Z."),
    "field_too_long": N_("The value is too long. Shorten it (names to 256 characters, other values to 1,024)."),
    "too_many_tags": N_("The row has more than 20 tags. Keep those you use."),
    "bad_locale": N_("This is no language. Write a code such as en, pt_BR or zh_CN, or leave it empty."),
    "undecodable": N_("Characters were damaged. Enter them again and save the file as CSV UTF-8."),
    "nul_bytes": N_("The row has invisible NUL characters. Enter it again."),
    "unclosed_quote": N_('A quotation mark is opened and not closed. Close it, or write "" for a mark inside a value.'),
}

FILES: dict[str, str] = {
    "missing": N_("The file is no longer there. Upload it again."),
    "empty": N_("The file is empty. Export it again from where it comes from."),
    "too_large": N_("The file is larger than {limit} MB. Split it into several files."),
    "spreadsheet": N_("This is a spreadsheet file. Open it and save it as CSV UTF-8."),
    "binary": N_("This is not a text file. Save your list as CSV UTF-8."),
    "no_header": N_("The first line has to name the columns, for example: phone,name,tags."),
    "no_phone_column": N_("No column holds phone numbers. Name it phone, or choose it. Found: {columns}."),
    "unknown_columns": N_("The chosen columns are not in the file: {columns}. Choose them again."),
    "too_many_columns": N_("The file has more than {limit} columns. Keep those you need."),
    "no_rows": N_("There are no rows below the header. Export the file again from where it comes from."),
}


class RefusedFileError(ValueError):
    """A whole file cannot be imported; the text says what to do. `words` are what stands in the text's brackets."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(FILES[code].format(**words))
        self.code, self.words = code, words


class Refusal(NamedTuple):
    """Why a row is not taken: a code of `ROWS`, and the header of the column it is about ('' for the whole row)."""

    code: str
    column: str = ""
