"""Watching an order: what live streams show of it, the newest at once and then each newer one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.availability import Mark
from domain.live import Topic
from domain.orders import Order


@dataclass(frozen=True, slots=True)
class OrderTopic(Topic):
    """One order of one organization: `event_id`, by which it is known what is watched, is the order's id."""

    def point(self, token: str) -> Mark | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """An order as it is at one point, which its version tells; `whole` tells the first that somebody is shown from those that follow."""

    order: Order
    whole: bool = True
    public: bool = False

    typename: ClassVar[str] = "OrderUpdate"

    @property
    def snapshot(self) -> bool:
        """Whether it is the first."""
        return self.whole

    @property
    def sequence(self) -> int:
        """The order's version."""
        return self.order.version

    @property
    def mark(self) -> Mark:
        """The point."""
        return Mark(self.order.version, self.order.created_at)

    @property
    def resume_token(self) -> str:
        """Nobody resumes."""
        return ""

    @property
    def turns_next(self) -> datetime | None:
        """It changes by its versions alone."""
        return None

    def replaces(self, known: "OrderUpdate") -> bool:
        """Whether it is newer."""
        return self.sequence > known.sequence

    def since(self, mark: Mark) -> "OrderUpdate":
        """The same, as one that follows."""
        return OrderUpdate(self.order, whole=False)
