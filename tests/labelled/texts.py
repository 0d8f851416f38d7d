"""What people and programs write: answers of tenants, templates, and spam with its small changes."""

from random import Random

# fmt: off
NAMES = (
    "Ana", "Ben", "Carla", "Deniz", "Emil", "Fatma", "Goran", "Hana", "Ivo", "Jana", "Karim", "Lena", "Marek",
    "Nora", "Omar", "Paula", "Rami", "Sara", "Tom", "Yara",
)
# fmt: on
# fmt: off
THINGS = (
    "order", "parcel", "appointment", "table", "booking", "invoice", "lesson", "repair", "ticket",
    "prescription", "bouquet", "cake", "bicycle", "jacket", "lamp", "membership", "rental", "sofa", "ring",
    "printer", "massage", "haircut", "tyre", "passport", "photo", "visa", "course", "menu", "sample",
    "delivery", "refund",
)
# fmt: on
OPENERS = (
    "Hello {name},",
    "Dear {name},",
    "Good day {name}!",
    "Hi {name}, thanks for writing to us.",
    "{name}, good to hear from you.",
    "Thank you for your patience, {name}.",
)
MIDDLES = (
    "your {thing} number {number} is ready and waits at our counter until Friday.",
    "we have looked into your {thing} and our colleague will call you this afternoon about it.",
    "the {thing} you asked for costs {number} and can be picked up from Monday on.",
    "our workshop needs {number} more days for the {thing}, we are sorry for that.",
    "we have moved your {thing} to {number} o'clock, please tell us if that does not suit you.",
    "unfortunately the {thing} is sold out, shall we put you on the waiting list for the next one?",
    "please bring your {thing} with you and the paper that we sent on the {number}th.",
    "the courier tried to hand over the {thing} at {number}, he will come again tomorrow morning.",
    "for the {thing} we would need your size and the colour, number {number} is in the catalogue.",
    "you can change the {thing} yourself until {number} hours before on our page {link}",
)
CLOSERS = (
    "Your team of {brand}",
    "Best regards, {brand}",
    "See you soon at {brand}!",
    "{brand}, here for you from nine to six.",
    "Kind regards from {brand}, anything else we can do?",
    "Yours, {brand}",
)
COMMON = (
    "Thank you very much!",
    "Yes, we are open until six today.",
    "You are welcome, have a nice day.",
    "One moment please, somebody will be with you in a minute.",
    "Good morning! How can we help you?",
    "Sorry, we did not understand that. Please write MENU to see what we can do.",
    "Your request has reached us. We answer within one working day.",
)
OFFERS = (
    "Only this week: {percent} percent off every {thing} at {brand}. Come by or order at {link}",
    "{brand} has the new {thing} in stock. Show this message and pay {percent} less until Sunday. {link}",
    "It is that time of the year again: book your {thing} at {brand} before the {percent}th and save. {link}",
    "Dear customer, the {thing} you liked is back at {brand}, now {percent} cheaper: {link}",
)
SPAM = (
    "Congratulations {name}! Your number was drawn for a gift card worth {number} euro, confirm your details within "
    "one hour at {link} or the prize goes to somebody else",
    "Dear customer your parcel {number} is held at customs, pay the small fee at {link} today to have it released to "
    "your address",
    "{name}, earn {number} a day from home with our trading robot, the first three days are free, register now at {link} "
    "places are few",
    "Security notice: your bank account was limited after unusual activity, verify your identity at {link} with case "
    "number {number} to unlock it",
    "Hi mum, my phone broke and this is my new number, can you please help me to pay a bill of {number} today? details "
    "are here {link}",
    "Last chance {name}: the loan of {number} that you asked about is approved without papers, sign at {link} before "
    "midnight",
)
OTHER_WORDS = {
    "prize": "reward",
    "today": "now",
    "confirm": "check",
    "details": "data",
    "parcel": "package",
    "small": "little",
    "register": "sign up",
    "free": "at no cost",
    "verify": "prove",
    "help": "assist",
    "approved": "granted",
    "before": "until",
}
LOOK_ALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "p": "р"})


def brand(rng: Random) -> str:
    """A shop's name."""
    return f"{rng.choice(NAMES)}'s {rng.choice(THINGS)} {rng.choice(('house', 'shop', 'studio', 'corner', 'point'))}"


def answers(rng: Random, of: str) -> list[str]:
    """What a tenant writes again and again, with places for names and numbers."""
    return [
        f"{rng.choice(OPENERS)} {rng.choice(MIDDLES)} {rng.choice(CLOSERS)}".replace("{brand}", of).replace(
            "{thing}", rng.choice(THINGS)
        )
        for _ in range(10)
    ]


def offer(rng: Random, of: str) -> str:
    """The text of a template."""
    return rng.choice(OFFERS).replace("{brand}", of).replace("{thing}", rng.choice(THINGS))


def filled(rng: Random, text: str, link: str) -> str:
    """A text for one recipient."""
    values = {"{name}": rng.choice(NAMES), "{number}": str(rng.randint(2, 9999)), "{percent}": str(rng.randint(5, 40))}
    for gap, value in values.items():
        text = text.replace(gap, value)
    return text.replace("{link}", f"https://{link}/{rng.getrandbits(32):x}")


def disguised(rng: Random, text: str) -> str:
    """A spam text with small changes: other words, letters that look alike, signs nobody sees, words left out."""
    words = [OTHER_WORDS.get(word, word) if rng.random() < 0.5 else word for word in text.split(" ")]
    if rng.random() < 0.3:
        words = [word.translate(LOOK_ALIKES) if rng.random() < 0.2 and "{" not in word else word for word in words]
    if rng.random() < 0.3:
        words.insert(rng.randrange(len(words)), rng.choice(("please", "really", "quickly", "dear")))
    if rng.random() < 0.3:
        words = [f"{word}\u200b" if rng.random() < 0.1 else word for word in words]
    return " ".join(words)
