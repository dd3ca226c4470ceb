"""Base 45 (RFC 9285): bytes in the 45 characters that a QR code writes most densely."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def write_base45(data: bytes) -> str:
    """Two bytes become three characters, the lowest digit first; one that is left over becomes two."""
    return "".join(_write(data[at : at + 2]) for at in range(0, len(data), 2))


def read_base45(text: str) -> bytes:
    """The bytes. Raises ValueError for a character, a length or a number that no bytes are written as."""
    return b"".join(_read(text[at : at + 3]) for at in range(0, len(text), 3))


def _write(group: bytes) -> str:
    number, digits = int.from_bytes(group), len(group) + 1
    return "".join(ALPHABET[number // 45**place % 45] for place in range(digits))


def _read(group: str) -> bytes:
    unknown = set(group) - _VALUES.keys()
    if unknown or len(group) == 1:
        raise ValueError("not base 45")
    number: int = sum(_VALUES[character] * 45**place for place, character in enumerate(group))
    try:
        return number.to_bytes(len(group) - 1)
    except OverflowError as too_large:
        raise ValueError("not base 45: the number is too large") from too_large
