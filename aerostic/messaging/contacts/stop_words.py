"""STOP and START: short answers that mean only one thing, in the languages people write.

The whole text has to be such a word: "stop" is an opt-out, "don't stop sending me these" is a message for a person.
There is no keyword on the platform's side (whatsapp.md 14).
"""

import re
import unicodedata
from enum import StrEnum


class Word(StrEnum):
    """What a text asks for."""

    STOP = "stop"  # no more marketing
    STOP_ALL = "stop_all"  # nothing at all any more
    START = "start"  # every earlier opt-out taken back


_STOP = """
    stop | stopp | stop promotions | stop marketing | stop messages | unsubscribe | opt out | optout | end | quit
    remove me | no more messages | stop sending | please stop
    parar | pare | sair | descadastrar | cancelar inscricao | nao quero mais | nao quero receber | remover
    baja | darme de baja | dar de baja | no mas | no mas mensajes | detener | parar promociones
    arret | arreter | desabonner | desinscrire | se desabonner | stop pub
    abmelden | abbestellen | keine werbung | aufhoren
    annulla iscrizione | disiscrivimi | cancellami | basta
    afmelden | uitschrijven | stoppen
    avsluta | avregistrera | avmeld | afmeld
    rezygnuje | wypisz | abonelikten cik | istemiyorum
    berhenti | batal langganan | stop promosi
    стоп | отписаться | отпишись | відписатися
    توقف | إيقاف | الغاء الاشتراك | إلغاء الاشتراك | עצור | הסר | הסרה
    बंद करो | रोको | बंद करें | बंद
    停止 | 退订 | 取消订阅 | 退訂 | 配信停止 | 수신거부 | หยุดส่ง
"""
_STOP_ALL = """
    stop all | stopall | unsubscribe all | block all | delete me | parar tudo | parar todo | baja total | tout arreter
    alles stoppen | tout stopper
"""
_START = """
    start | unstop | subscribe | opt in | optin | iniciar | alta | darme de alta | reanudar
    abonner | anmelden | iscrivimi | aanmelden | mulai | başlat | старт | подписаться | ابدأ | اشتراك
    शुरू | शुरू करें | 订阅 | 恢复 | 開始 | 재개
"""
_NOISE = re.compile(r"[^\w\s]|_")
_LONGEST = 40


def _normal(text: str) -> str:
    """Case, accents, punctuation, emoji and spaces taken away. Marks of scripts that need them stay."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not "\u0300" <= c <= "\u036f")
    kept = "".join(c if unicodedata.category(c).startswith("M") else _NOISE.sub(" ", c) for c in plain)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _words(listing: str) -> frozenset[str]:
    return frozenset(filter(None, (_normal(word) for line in listing.splitlines() for word in line.split("|"))))


_MEANING = {
    **dict.fromkeys(_words(_START), Word.START),
    **dict.fromkeys(_words(_STOP), Word.STOP),
    **dict.fromkeys(_words(_STOP_ALL), Word.STOP_ALL),
}


def meaning(text: str) -> Word | None:
    """What a whole message asks for, or None for every text that says anything more."""
    return _MEANING.get(_normal(text)) if 0 < len(text) <= _LONGEST else None
