"""Whether a keyword stands in what somebody wrote, in any language."""

import re
import unicodedata

# Scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Chinese characters.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# What stands between words, by Unicode's general category; pictures are words of their own.
BETWEEN, JOINERS = "PZC", frozenset(("Cf", "Sk"))
PICTURE, PICTURE_STYLE = "So", "\ufe0f"


def holds(said: str, keyword: str, *, whole: bool = False) -> bool:
    """Whether the words of a keyword stand in what was said, in a row; case, punctuation and how letters are composed do not
    matter. In scripts without spaces it may stand anywhere.

    Args:
        whole: whether nothing else may have been said.
    """
    wanted, words = _words(keyword), _words(said)
    if not wanted:
        return False
    if whole:
        return wanted == words
    if UNSPACED.search(keyword):
        return "".join(wanted) in "".join(words)
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _words(text: str) -> list[str]:
    return "".join(map(_plain, unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))).split()


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if character == PICTURE_STYLE or category in JOINERS:
        return ""
    if category == PICTURE:
        return f" {character} "
    return " " if category[0] in BETWEEN else character
