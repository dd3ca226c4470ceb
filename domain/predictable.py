"""Tells passwords that follow a pattern: repetitions, sequences, runs on a keyboard; and finds the word that a password dresses up.

Words come in small letters here, normalized.
"""

from collections.abc import Iterator

LONGEST_UNIT = 4
"""Characters of what is repeated over and over."""
SHORTEST_RUN = 3
MOST_BETWEEN = 2
"""Characters of a word made of runs that belong to none."""
MOST_TRIMMED = 6
"""Characters at both ends of a word that count as its dress: a year, an exclamation mark."""

ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9", "!@#$%^&*()", '!"§$%&/()=',
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
)  # fmt: skip
# Down the keyboard, finger by finger.
COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm")
RUNS = tuple(run for each in (*ROWS, *COLUMNS) for run in (each, each[::-1]))
LEET = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t", "|": "l"})


def is_predictable(word: str) -> bool:
    """Whether the whole word is one short unit again and again, or nothing but sequences and runs on a keyboard."""
    return any(_repeats(word, size) for size in range(1, LONGEST_UNIT + 1)) or _is_made_of_runs(word)


def kernel(word: str) -> Iterator[str]:
    """The word, and the words it may dress up: without digits and signs at its ends, with letters for digits, told twice, spaced."""
    bare = "".join(each for each in word if not each.isspace() and each not in "-_.")
    for each in dict.fromkeys((word, bare, _undressed(bare))):
        for spelt in dict.fromkeys((each, each.translate(LEET), _undressed(each.translate(LEET)))):
            yield spelt
            yield from _once(spelt)


def _undressed(word: str) -> str:
    """Without the digits and signs at its ends, when these are few."""
    core = word
    while core and not core[-1].isalpha():
        core = core[:-1]
    while core and not core[0].isalpha():
        core = core[1:]
    return core if len(word) - len(core) <= MOST_TRIMMED else word


def _once(word: str) -> Iterator[str]:
    """Half of a word told twice, a third of one told three times."""
    for times in (2, 3):
        if word and len(word) % times == 0 and word == word[: len(word) // times] * times:
            yield from (told := word[: len(word) // times], _undressed(told))


def _repeats(word: str, size: int) -> bool:
    return len(word) > size and all(each == word[at % size] for at, each in enumerate(word))


def _is_made_of_runs(word: str) -> bool:
    """Whether runs of three and more, or one character again and again, fill the word but for `MOST_BETWEEN` characters."""
    between = [len(word)] * (len(word) + 1)
    between[0] = 0
    for start in range(len(word)):
        between[start + 1] = min(between[start + 1], between[start] + 1)
        for end in range(start + SHORTEST_RUN, start + _longest_run(word, start) + 1):
            between[end] = min(between[end], between[start])
    return between[-1] <= MOST_BETWEEN


def _longest_run(word: str, start: int) -> int:
    head = word[start : start + SHORTEST_RUN]
    same = head[:1] * len(word)
    if len(head) < SHORTEST_RUN:
        return 0
    return max(_shared(word[start:], run[run.find(head) :]) for run in (same, *RUNS) if head in run or run is same)


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
