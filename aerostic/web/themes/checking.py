"""All rules over one theme: the same for the command, an installation from a ZIP, and start-up."""

from collections.abc import Iterator

from aerostic import __version__
from aerostic.web.themes import files as file_rules
from aerostic.web.themes import manifest as manifests
from aerostic.web.themes import overrides, slots, tokens, wording
from aerostic.web.themes.files import Files
from aerostic.web.themes.manifest import Manifest
from aerostic.web.themes.rules import Finding


def check(folder: str, files: Files, *, uploaded: bool = False) -> tuple[Manifest | None, list[Finding]]:
    """The manifest, and every rule that the files break by themselves; what needs the other themes is in `chains`.

    Args:
        folder: the name of the theme's folder; '' when there is none.
        files: contents by path.
        uploaded: whether it comes from somebody else than the operator: then no templates.
    """
    if manifests.FILE not in files:
        return None, [Finding("manifest-missing", manifests.FILE, 0, "There is no theme.toml.")]
    manifest, findings = manifests.read(files[manifests.FILE])
    findings += file_rules.check(files)
    if manifest:
        findings += _agrees(folder, files, manifest, uploaded)
        findings += overrides.check(files, manifest)
    for path, data in files.items():
        findings += _content(path, data, manifest)
    return manifest, findings


def _agrees(folder: str, files: Files, manifest: Manifest, uploaded: bool) -> Iterator[Finding]:
    """Whether the theme is what it says it is."""
    if folder and manifest.name != folder:
        text = f"The folder is called `{folder}`, the theme `{manifest.name}`."
        yield Finding("manifest-name", manifests.FILE, 0, text)
    if not manifest.fits(__version__):
        yield Finding("app-version", manifests.FILE, 0, f"The theme is made for {manifest.app}; this is {__version__}.")
    if not manifest.extends and manifest.name != manifests.ROOT:
        yield Finding("extends-unknown", manifests.FILE, 0, "Only `default` extends nothing.")
    for font in manifest.fonts:
        if f"static/{font.file}" not in files:
            yield Finding("manifest-value", manifests.FILE, 0, f"The font static/{font.file} is not there.")
    trust, folders = manifest.trust, {path.partition("/")[0] for path in files}
    if trust == "tokens" and folders & {"slots", "mail"}:
        yield Finding("trust-slots", manifests.FILE, 0, "It has slots, which its trust does not cover.")
    if trust != "code" and "templates" in folders:
        yield Finding("trust-templates", manifests.FILE, 0, "It has templates, which its trust does not cover.")
    if uploaded and (trust == "code" or "templates" in folders):
        yield Finding("trust-code", manifests.FILE, 0, "It brings templates.")


def _content(path: str, data: bytes, manifest: Manifest | None) -> Iterator[Finding]:
    folder = path.partition("/")[0]
    if path == tokens.FILE:
        yield from tokens.read(data.decode(errors="replace"))[1]
    elif folder in slots.PLACES:
        if slots.slot_name(path) is None:
            yield Finding("slot-unknown", path, 0, "Pages and mail have no slot of this name.")
        else:
            yield from slots.check(path, data, manifest.options if manifest else {})
    elif folder == "locale" and path.endswith(".toml"):
        yield from wording.read(path, data)[1]
