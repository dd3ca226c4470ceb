"""Counts in sentences: one ticket is held, two tickets are."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """`1 ticket`, `2 tickets`; `several` where the word has another plural than one with an s. Thousands are parted by commas."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def verb(number: int, one: str = "is", several: str = "are") -> str:
    """The verb that goes with so many."""
    return one if number == 1 else several
