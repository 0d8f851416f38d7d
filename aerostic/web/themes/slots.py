"""Slots: short pieces of text that a theme puts into pages and mail.

A slot is a Jinja template of the smallest kind: text, the listed variables, `if`, the listed filters. The rules are held
over its syntax tree before it is ever run, what it says in HTML is checked, and cleaned once more when it is drawn.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import nh3
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from aerostic.web.themes.rules import Finding

MOST_BYTES = 20 * 1024
DEEPEST = 5
# Where each may be: in pages under slots/, in mail under mail/.
PLACES = {"slots": ("login.html", "footer.html", "empty.html"), "mail": ("header.html", "footer.html", "footer.txt")}
VARIABLES = frozenset(
    (
        *("brand.name", "brand.short_name", "brand.support_email", "brand.legal"),
        *("links.terms", "links.privacy", "links.imprint", "links.help", "year", "locale"),
    )
)
FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
TEXT = "a abbr b bdi blockquote br code em h2 h3 hr i li ol p small span strong ul"
ELEMENTS = frozenset(TEXT.split())
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "*": {"dir", "lang"}}
SCHEMES = {"https", "mailto"}
BRANCHES = (nodes.If, nodes.Not, nodes.And, nodes.Or)
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Keyword, *BRANCHES)
LANGUAGE = re.compile(r"^(?P<name>[a-z]+)(\.(?P<locale>[a-z]{2,3}))?\.(?P<kind>html|txt)$")
environment = SandboxedEnvironment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
environment.filters = {name: environment.filters[name] for name in FILTERS}
environment.globals = {}


def slot_name(path: str) -> tuple[str, str] | None:
    """Place and language of a slot's file: `slots/footer.de.html` is (`slots/footer.html`, `de`). None for no slot."""
    folder, _, file = path.partition("/")
    match = LANGUAGE.match(file)
    if not match or f"{match['name']}.{match['kind']}" not in PLACES.get(folder, ()):
        return None
    return f"{folder}/{match['name']}.{match['kind']}", match["locale"] or ""


def check(path: str, source: bytes, options: Mapping[str, object]) -> Iterator[Finding]:
    """Every rule that a slot breaks.

    Args:
        path: of its file in the theme.
        source: what is in it.
        options: of the manifest; slots may name them.
    """
    if len(source) > MOST_BYTES:
        yield Finding("slot-size", path, 0, "The file is too long.")
        return
    try:
        text = source.decode()
        tree = environment.parse(text)
    except UnicodeDecodeError:
        yield Finding("slot-syntax", path, 0, "It is no UTF-8 text.")
        return
    except TemplateSyntaxError as error:
        yield Finding("slot-syntax", path, error.lineno, f"{error.message}.")
        return
    yield from _Rules(path, VARIABLES | {f"options.{name}" for name in options}).visit(tree)
    if path.endswith(".html"):
        yield from _html(path, tree)


def draw(source: str, values: Mapping[str, Any], *, html: bool) -> Markup | str:
    """A checked slot with its values; as HTML that was cleaned, or as plain text.

    Args:
        source: of the slot.
        values: plain texts, in dictionaries: no objects that know more than they show.
        html: whether it is HTML.
    """
    if not html:
        return str(environment.overlay(autoescape=False).from_string(source).render(values)).strip()
    drawn = environment.from_string(source).render(values)
    return Markup(  # noqa: S704 - cleaned right here
        nh3.clean(drawn, tags=set(ELEMENTS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    ).strip()


class _Rules:
    """Walks a slot's syntax tree and names whatever is not on the lists."""

    def __init__(self, path: str, variables: frozenset[str] | set[str]) -> None:
        self._path = path
        self._variables = variables

    def visit(self, node: nodes.Node, depth: int = 0) -> Iterator[Finding]:
        """The rules that a node and what is in it break."""
        if isinstance(node, (nodes.Name, nodes.Getattr)):
            yield from self._variable(node)
            return
        depth += isinstance(node, BRANCHES)
        if depth > DEEPEST:
            yield self._finding("slot-statement", node, "Too many levels of `if`.")
        elif isinstance(node, nodes.Filter):
            yield from self._filter(node, depth)
        elif isinstance(node, ALLOWED):
            for child in node.iter_child_nodes():
                yield from self.visit(child, depth)
        else:
            yield self._refuse(node)

    def _variable(self, node: nodes.Name | nodes.Getattr) -> Iterator[Finding]:
        name = _dotted(node)
        if name not in self._variables:
            text = f"`{name}` is no variable of slots." if name else "Only listed variables are taken."
            yield self._finding("slot-name", node, text)

    def _filter(self, node: nodes.Filter, depth: int) -> Iterator[Finding]:
        plain = all(isinstance(part, nodes.Const) for part in node.args) and not node.kwargs
        if node.name not in FILTERS or not plain or node.dyn_args or node.dyn_kwargs or node.node is None:
            yield self._finding("slot-filter", node, f"The filter `{node.name}` is not taken in this form.")
        else:
            yield from self.visit(node.node, depth)

    def _refuse(self, node: nodes.Node) -> Finding:
        name = type(node).__name__
        if isinstance(node, nodes.Call):
            return self._finding("slot-call", node, "Something is called.")
        if isinstance(node, (nodes.Getitem, nodes.Slice)):
            return self._finding("slot-subscript", node, "Something is looked up by brackets.")
        if isinstance(node, nodes.Stmt):
            return self._finding("slot-statement", node, f"The statement `{name.lower()}` is not taken.")
        return self._finding("slot-arithmetic", node, f"The expression `{name.lower()}` is not taken.")

    def _finding(self, rule: str, node: nodes.Node, text: str) -> Finding:
        return Finding(rule, self._path, node.lineno, text)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name) and node.ctx == "load":
        return node.name
    if isinstance(node, nodes.Getattr) and (before := _dotted(node.node)):
        return f"{before}.{node.attr}"
    return ""


def _html(path: str, tree: nodes.Template) -> Iterator[Finding]:
    """What the slot's own text would be in HTML; a variable stands for a word in it."""
    reader = _Reader(path)
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            # Lines are counted anew in each piece of text, from the line where it begins.
            reader.begin(part.lineno)
            reader.feed(part.data if isinstance(part, nodes.TemplateData) else "x")
    reader.close()
    yield from reader.findings


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._shift = 0
        self.findings: list[Finding] = []

    def begin(self, line: int) -> None:
        """The text that follows begins in this line of the file."""
        self._shift = line - self.getpos()[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self._refuse(f"<{tag}> is not taken.")
        allowed = ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"]
        for name, value in attrs:
            if name not in allowed:
                self._refuse(f"The attribute `{name}` is not taken.")
            elif name == "href" and not _harmless(value or ""):
                self._refuse("A link leads to https://, mailto: or a variable.")

    def handle_comment(self, data: str) -> None:
        self._refuse("A comment is not taken.")

    def handle_decl(self, decl: str) -> None:
        self._refuse("A declaration is not taken.")

    def handle_pi(self, data: str) -> None:
        self._refuse("A processing instruction is not taken.")

    def _refuse(self, text: str) -> None:
        self.findings.append(Finding("slot-html", self._path, self.getpos()[0] + self._shift, text))


def _harmless(address: str) -> bool:
    return address == "x" or address.startswith(("https://", "mailto:"))
