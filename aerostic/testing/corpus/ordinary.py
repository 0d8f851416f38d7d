"""The forms that a log of this product has every day."""

from aerostic.testing.corpus.filling import Filler
from aerostic.testing.corpus.lines import Line

FORMS = (
    # our own lines, as text and as JSON
    "«iso» [info     ] message «word» [aerostic.lane] duration_ms=«small» message_id=«uuid» phone=«e164»",
    "«iso» [warning  ] reply not sent to «e164» [aerostic.replies] message_id=«uuid»",
    '{"event": "message «word»", "level": "info", "timestamp": "«iso»", "phone": "«e164»", "message_id": "«uuid»"}',
    '{"event": "signin", "email": "«email»", "request_id": "«uuidhex»", "timestamp": "«iso»"}',
    '{"event":"sent","wa_id":"«wa»","wamid":"«wamid»","duration_ms":«small»}',
    '{"event": "sent", "to": «wa», "at": «epochms», "request_id": "«uuid»"}',
    "«iso» [info     ] import row 17: «name», «e164», «email» [aerostic.imports] import_id=«uuid»",
    "«iso» [info     ] status «word» «wamid» [aerostic.inbound] at=«epoch»",
    # what the provider sends and answers
    '{"messages":[{"from":"«wa»","id":"«wamid»","timestamp":"«epoch»","text":{"body":"Hi"},"type":"text"}]}',
    '{"statuses":[{"id":"«wamid»","status":"delivered","timestamp":"«epoch»","recipient_id":"«wa»"}]}',
    '{"contacts":[{"input":"«e164»","wa_id":"«wa»"}],"messages":[{"id":"«wamid»"}]}',
    "{'messaging_product': 'whatsapp', 'to': '«wa»', 'type': 'template', 'template': {'name': '«campaign»'}}",
    '"{\\"messaging_product\\": \\"whatsapp\\", \\"to\\": \\"«wa»\\", \\"type\\": \\"text\\"}"',
    "jid «wa»@s.whatsapp.net is online",
    "POST https://graph.example/v23.0/«metaid»/messages?access_token=«key» -> 401 in «small» ms",
    # access logs and addresses
    '10.0.0.7 - - [«clf»] "GET /contacts?q=«quoted» HTTP/1.1" 200 «small»',
    '10.0.0.7 - - [«clf»] "GET /contacts?q=«percent»&page=2 HTTP/1.1" 200 «small»',
    '10.0.0.7 - - [«clf»] "POST /reset/«token» HTTP/1.1" 303 «small»',
    "GET /api/v1/contacts?phone=«quoted»&key=«key» 200",
    "https://wa.me/«wa»?text=hello was opened",
    "link tel:«e164» and mailto:«email»",
    "connecting to postgresql+psycopg://app:«password»@10.1.2.3:5432/aerostic",
    "redis://default:«password»@cache.internal:6379/0 is away",
    "amqps://svc:«password»@mq.internal/prod refused at «iso»",
    # errors of libraries
    "ValueError: no account for «e164»",
    "KeyError: '«wa»'",
    "psycopg.errors.UniqueViolation: duplicate key\nDETAIL:  Key (tenant_id, phone)=(«uuid», «e164») already exists.",
    "DETAIL:  Key (email)=(«email») already exists.",
    "pydantic: phone: Input should be shorter [type=string_too_long, input_value='«e164»', input_type=str]",
    "[SQL: INSERT INTO contact (id, phone, email) VALUES (%(id)s, %(phone)s, %(email)s)] "
    "[parameters: {'id': '«uuid»', 'phone': '«e164»', 'email': '«email»'}]",
    '  File "/srv/app/send.py", line «small», in send\n    raise LookupError(to)\nLookupError: «intl»',
    "SMTPRecipientsRefused: {'«email»': (550, b'5.1.1 <«email»>: Recipient address rejected')}",
    'Traceback (most recent call last):\n  File "x.py", line 3\nRuntimeError: token=«token» refused',
    "job «uuid»: aerostic.mail.send('«email»', kind='invite') failed after «small» ms",
    "rq default: aerostic.replies.send(to='«e164»', body_id='«uuid»')",
    "kafka record key=b'«wa»' partition=3 offset=«big»",
    # phones in words
    "call from «intl» ended after «small» s",
    "sent to «wa» in «small» ms",
    "sent to «exit» in «small» ms",
    "the phone number «e164» is on the do-not-contact list",
    "customer wrote: please call me at «intl»",
    "mobile: «nat», order «order»",
    "phone=«natbare» import_id=«uuid»",
    '{"customer": {"mobile_phone": "«nat»", "id": «small»}}',
    "numbers «wa», «wa» and «wa» are blocked",
    "«e164»;«e164»;«e164»",
    # addresses
    "mail to «email» queued as «uuid»",
    "From: «name» <«email»>",
    "To: <«upper»>, <«email»>",
    "invited «email» (role agent) by «email»",
    '{"e": "«unicode_at»"}',
    # headers, keys, tokens, passwords
    "Authorization: Bearer «token»",
    "{'Authorization': 'Bearer «key»', 'Accept': '*/*', 'X-Request-Id': '«uuid»'}",
    "headers=[(b'host', b'api.example'), (b'authorization', b'Bearer «jwt»')]",
    "authorization: Basic «basic»",
    "curl -H 'Authorization: Bearer «key»' https://api.example/v1",
    "X-Api-Key: «token»",
    "Cookie: session=«token»; theme=dark",
    "Set-Cookie: __Host-session=«jwt»; Secure; HttpOnly",
    "X-Hub-Signature-256: sha256=«hexkey»",
    "got bearer «token» from 10.0.0.9 at «iso»",
    "using key «key» of the environment",
    "config loaded: {'app_secret': '«hexkey»', 'app_id': '«metaid»'}",
    "STRIPE_SECRET_KEY=«key»",
    "AEROSTIC_KEYS=k001:«b64key»",
    "webhook_secret: «key»",
    "verify_token=«token»&challenge=«big»",
    "access_token='«key»', expires_in=«small»",
    "session «jwt» expired at «iso»",
    "password=«password» user=ann",
    '{"username": "ann", "password": "«password»", "remember": true}',
    "{'user': 'ann', 'new_password': '«password»'}",
    "login form: csrf_token=«token»&password=«password»&next=%2F",
    "client_secret=«token» client_id=«metaid»",
    "totp_secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP code ok for user «uuid»".replace(
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "«hexkey»"
    ),
    "invite https://app.example/invites/«token» sent",
    "loaded key\n«pem»\nfor checkpoints",
    # money
    "card «card» declined, payment «uuid»",
    "card number «card4» exp 12/28",
    "pan=«card_dash» amount=«decimal»",
    '{"card": {"number": "«card»", "exp_month": 12}, "amount_micro": «big»}',
    "payout to «iban» of «decimal» EUR",
    "IBAN «iban4» belongs to «uuid»",
    '{"iban": "«iban»", "currency": "EUR"}',
)


def ordinary(seed: int, count: int) -> list[Line]:
    """So many lines that hold secrets in ordinary forms."""
    return Filler(seed).lines(FORMS, count)
