"""What a column probably is, by its header, in the languages people name columns in."""

import re
import unicodedata

from aerostic.messaging.imports.options import FIELD, LONGEST_FIELD_NAME

# The columns of our own error file: ignored, so that a corrected one can be imported as it is.
REASON_COLUMNS = ("aerostic_line", "aerostic_code", "aerostic_column", "aerostic_message")
_NAMES = {
    "phone": """phone phonenumber phoneno phonewithcountrycode mobile mobilephone mobilenumber mobileno cell cellphone
        whatsapp whatsappnumber whatsappno waid tel telephone telephonenumber number msisdn contactnumber
        telefone celular fone numero numerodetelefone whatsappcelular telefono movil telefonomovil numerodetelefono
        telefon telefonnummer handy handynummer mobil mobilnummer rufnummer telephoneportable portable numerodetelephone
        mobiltelefon cellulare telefonocellulare numeroditelefono telefoonnummer mobiel gsm telefonnumarasi ceptelefonu
        telefonu numertelefonu телефон номер номертелефона мобильный הטלפון טלפון نمبر هاتف رقمالهاتف الجوال फोन
        मोबाइल 电话 手机 手机号 電話番号 전화번호 teleponnumber nomorhp nomortelepon nohp""",
    "name": """name fullname contactname customername customer nome nomecompleto nombre nombrecompleto nom nomcomplet
        vollername nomecognome naam isim adsoyad imie nazwa имя фио الاسم नाम 姓名 名前 氏名 이름 nama namalengkap""",
    "first_name": """firstname givenname forename primeironome primernombre nombres prenom vorname voornaam ad""",
    "last_name": """lastname surname familyname sobrenome ultimonome apellido apellidos nomdefamille nachname cognome
        achternaam soyad nazwisko фамилия""",
    "email": "email emailaddress mail correo correoelectronico courriel adresseemail eposta epost почта",
    "locale": "locale language lang idioma langue sprache lingua taal dil язык",
    "tags": "tags tag labels label groups group etiquetas etiqueta grupos etiquettes gruppe gruppen etichette lists",
    "consent": """consent optin marketingconsent marketing subscribed permission consentimento consentimiento
        consentement einwilligung consenso toestemming согласие""",
    "consent_at": "consentat consentdate consenttime optindate optinat subscribedat dataconsentimento",
    "consent_source": "consentsource optinsource subscribedvia",
}
_TARGET = {word: target for target, words in _NAMES.items() for word in words.split()}


def suggest(header: str) -> str:
    """The target a header stands for: one of `options.TARGETS`, or a custom field of that name."""
    if header.strip().lower() in REASON_COLUMNS:
        return "ignore"
    return _TARGET.get(_plain(header)) or field_name(header)


def field_name(header: str) -> str:
    """The custom field for a header: `Birth date` becomes `field:birth_date`; without letters it is ignored."""
    words = re.sub(r"\W+", "_", _without_accents(header)).strip("_")[:LONGEST_FIELD_NAME]
    return f"{FIELD}{words}" if words else "ignore"


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", "", _without_accents(header))


def _without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in plain if not "\u0300" <= c <= "\u036f"))
