"""What a change leaves unsaid, where None already means: take it away."""

from enum import Enum


class Unsaid(Enum):
    """The one value is told apart from every other by its type."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID
