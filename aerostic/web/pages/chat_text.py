"""What people write to each other, with the marks they know from their phones: *bold*, _italics_, ~struck out~, `code`."""

import re

from flask import Flask
from markupsafe import Markup, escape

LINK = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
EDGE, END = r"(?<![\w*_~])", r"(?![\w*_~])"
MARKS = tuple(
    (re.compile(rf"{EDGE}{re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*\S){re.escape(mark)}{END}"), tag)
    for mark, tag in (("*", "strong"), ("_", "em"), ("~", "s"))
)


def chat_text(words: str) -> Markup:
    """The words as HTML; everything in them but the marks and addresses is shown as it is."""
    parts: list[str] = []
    last = 0
    for found in CODE.finditer(words):
        parts += [_linked(words[last : found.start()]), f"<code>{escape(found[1] or found[2])}</code>"]
        last = found.end()
    return Markup("".join((*parts, _linked(words[last:]))))  # noqa: S704 - every part is escaped


def _linked(words: str) -> str:
    """Addresses become links, and are left without marks."""
    parts: list[str] = []
    last = 0
    for found in LINK.finditer(words):
        address = escape(found[0])
        link = f'<a href="{address}" target="_blank" rel="noopener nofollow ugc">{address}</a>'
        parts += [_marked(words[last : found.start()]), link]
        last = found.end()
    return "".join((*parts, _marked(words[last:])))


def _marked(words: str) -> str:
    html = str(escape(words))
    for pattern, tag in MARKS:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    return html


def init_chat_text(app: Flask) -> None:
    """Make it a filter of every template."""
    app.add_template_filter(chat_text)
