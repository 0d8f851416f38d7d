"""Short messages as businesses send them, and copies that somebody has changed so that they look different."""

import random
from collections.abc import Callable

from faker import Faker

LOOKALIKES = str.maketrans("aeopcxyi", "аеорсхуі")
WORD = "abcdefghijklmnopqrstuvwxyz"


class Writer:
    """Writes from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.faker = Faker("en_US")
        self.faker.seed_instance(seed)

    def message(self) -> str:
        """A message of some 60 to 140 characters, with a name, a number and a link."""
        opening = f"Hi {self.faker.first_name()}, "
        body = " ".join(self.faker.sentence(self.random.randint(4, 8)) for _ in range(self.random.randint(1, 2)))
        return f"{opening}{body} {self.random.randint(5, 90)}% off at {self.faker.url()}"

    def filled_anew(self, text: str) -> str:
        """Another name, number and link."""
        _, _, rest = text.partition(", ")
        body = rest.rsplit(" ", 4)[0]
        return f"Hi {self.faker.first_name()}, {body} {self.random.randint(5, 90)}% off at {self.faker.url()}"

    def other_words(self, text: str, share: float = 0.2) -> str:
        """A share of the words replaced."""
        words = text.split(" ")
        for place in self.random.sample(range(len(words)), max(1, round(share * len(words)))):
            words[place] = self.faker.word()
        return " ".join(words)

    def mistyped(self, text: str, share: float = 0.06) -> str:
        """A share of the characters replaced."""
        letters = list(text)
        for place in self.random.sample(range(len(letters)), max(1, round(share * len(letters)))):
            letters[place] = self.random.choice(WORD)
        return "".join(letters)

    def disguised(self, text: str) -> str:
        """Letters of other alphabets, and characters that nobody sees."""
        body, link = text.rsplit(" ", 1)
        letters = (letter.translate(LOOKALIKES) if self.random.random() < 0.4 else letter for letter in body)
        return "".join(letter + ("\u200b" if self.random.random() < 0.1 else "") for letter in letters) + f" {link}"

    def moved(self, text: str) -> str:
        """What stands in front comes last."""
        words = text.split(" ")
        half = len(words) // 2
        return " ".join(words[half:] + words[:half])

    def both(self, text: str) -> str:
        """Filled anew, and a tenth of the words replaced."""
        return self.other_words(self.filled_anew(text), 0.1)

    def changes(self) -> dict[str, Callable[[str], str]]:
        """What may be done to a message, by name."""
        return {
            "name, number, link": self.filled_anew,
            "20 % of words": self.other_words,
            "6 % of characters": self.mistyped,
            "look-alikes, zero-width": self.disguised,
            "halves swapped": self.moved,
            "name, number, link, 10 % of words": self.both,
        }
