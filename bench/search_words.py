"""Made-up events to search: as in real texts a few words are everywhere, and most of them are hardly anywhere."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id

START = datetime(2040, 1, 1, tzinfo=UTC)
SYLLABLES = [first + second for first, second in product("bdfgklmnprstvw", "aeiou")]

Word = tuple[str, str, str]
"""A word, its first three letters, and a phrase of two words that begins with it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words from the most common to the rarest."""

    words: Sequence[str]

    @classmethod
    def made(cls, size: int) -> "Vocabulary":
        """That many words of three syllables, always the same."""
        chance = random.Random(7)
        return cls(["".join(each) for each in chance.sample(list(product(SYLLABLES, repeat=3)), size)])

    def text(self, length: int, chance: random.Random) -> str:
        """A text of so many words."""
        return " ".join(self.words[int(len(self.words) * chance.random() ** 4)] for _ in range(length))

    def found_in(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Word]]:
        """Words of these events: the commonest, such as two in a hundred events have, and such as hardly any has."""
        texts = [f"{row[3]['en']} {row[4]['en']}".split() for row in rows]
        seen = Counter(word for text in texts for word in set(text))
        after = {first: second for text in texts for first, second in pairwise(text)}
        ranked = [word for word, _ in seen.most_common() if word in after]
        medium = [word for word in ranked if seen[word] <= max(len(rows) // 50, 1)]
        kinds = {"common": ranked[:8], "medium": medium[:8], "rare": ranked[-8:]}
        return {kind: [(word, word[:3], f"{word} {after[word]}") for word in words] for kind, words in kinds.items()}


def events_of(organization_id: UUID, count: int, vocabulary: Vocabulary, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """Published events of one tenant over three years, about sixty words each."""
    for number in range(count):
        starts_at = START + timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
        title, description = {"en": vocabulary.text(5, chance)}, {"en": vocabulary.text(55, chance)}
        event_id = new_id()
        yield (
            organization_id,
            event_id,
            f"event-{number}",
            title,
            description,
            "PUBLISHED",
            starts_at,
            starts_at + timedelta(hours=3),
            "UTC",
        )
