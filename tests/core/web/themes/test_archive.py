"""Themes as ZIP files: what wants to be somewhere or something else is refused before anything is unpacked."""

import io
import stat
import zipfile

import pytest

from aerostic.web.themes.archive import pack, unpack
from aerostic.web.themes.files import MOST_BYTES
from aerostic.web.themes.rules import RefusedError
from tests.core.web.themes.support import archive, files


def broken(data: bytes) -> set[str]:
    with pytest.raises(RefusedError) as refused:
        unpack(data)
    return {finding.rule for finding in refused.value.findings}


def test_what_was_packed_comes_out_again():
    assert unpack(pack("plum", files())) == files()
    assert unpack(archive(files())) == files()
    assert pack("plum", files()) == pack("plum", files())


@pytest.mark.parametrize(
    "name", ["/etc/cron.d/x", "../x", "plum/../../x", "plum\\..\\x", "C:/x", "plum//x", "plum/./x", "\0x"]
)
def test_names_that_lead_out_are_refused(name):
    assert broken(archive({name: b""})) == {"zip-path"}


def test_links_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("plum/tokens.css")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    assert broken(out.getvalue()) == {"zip-link"}


def test_too_much_is_refused_by_what_is_announced():
    assert broken(archive({"plum/static/x.png": bytes(MOST_BYTES + 1)})) == {"zip-bomb"}


def test_too_much_is_refused_by_what_comes_out():
    """The directory of this archive says 16 bytes; ten million come out."""
    data = bytearray(archive({"plum/tokens.css": bytes(10_000_000)}))
    lie = (16).to_bytes(4, "little")
    header, directory = data.index(b"PK\3\4"), data.index(b"PK\1\2")
    data[header + 22 : header + 26] = data[directory + 24 : directory + 28] = lie
    assert broken(bytes(data)) == {"zip-unreadable"}


def test_two_files_of_one_name_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("plum/theme.toml", "")
        packed.writestr("plum/Theme.toml", "")
    assert broken(out.getvalue()) == {"zip-duplicate"}


@pytest.mark.parametrize(
    ("name", "data"), [("plum/x.zip", b""), ("plum/x.png", archive({})), ("plum/x.png", b"\x1f\x8b")]
)
def test_archives_inside_are_refused(name, data):
    data = data if data[:2] != b"PK" else archive({"a": b"a"})
    assert broken(archive({name: data})) == {"zip-nested"}


def test_encrypted_files_are_refused():
    data = bytearray(archive({"plum/theme.toml": b"x"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert broken(bytes(data)) == {"zip-encrypted"}


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive", archive({"a": b"a"})[:-10]])
def test_what_is_no_archive_is_refused(data):
    assert broken(data) == {"zip-unreadable"}
