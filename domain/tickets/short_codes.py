"""The short code of a ticket, to be read aloud and typed: no letters that look alike, and a sign that betrays a slip.

The last sign is chosen so that the sum of all signs' values, each times its distance from the end (1, 2, …), is a multiple of 29. As 29
is prime and no code is that long, one wrong sign and two that changed places always break it.
"""

SIGNS = "23456789ACDEFGHJKMNPQRSTVWXYZ"
"""29 digits and letters; 0, 1, B, I, L, O and U are left out, because they pass for others."""
LENGTH, GROUP = 12, 4
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}
_BASE = len(SIGNS)
VARIETY = _BASE ** (LENGTH - 1)
"""How many codes there are."""


def short_code(chance: int) -> str:
    """The code made of a large random number; 53 bits of it count."""
    number, signs = chance % VARIETY, ""
    for _ in range(LENGTH - 1):
        number, value = divmod(number, _BASE)
        signs += SIGNS[value]
    return signs + SIGNS[-_sum(signs + SIGNS[0]) % _BASE]


def read_short_code(text: str) -> str | None:
    """The code in what somebody typed, without blanks and hyphens and in capitals; None where it is none, or has a slip."""
    code = "".join(text.split()).replace("-", "").upper()
    right = len(code) == LENGTH and set(code) <= _VALUES.keys() and _sum(code) % _BASE == 0
    return code if right else None


def show_short_code(code: str) -> str:
    """The code in groups, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _sum(code: str) -> int:
    return sum(_VALUES[sign] * distance for distance, sign in enumerate(reversed(code), start=1))
