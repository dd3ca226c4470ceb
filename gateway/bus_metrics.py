"""Figures of the durable groups: what was delivered and how fast, what waits, what died."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from domain.bus import Tally
from resolvers.delivering import Delivered

DELIVERED = Counter("ticketbase_news_delivered_total", "News given to a durable group, by what became of that try.", ["group", "outcome"])
SECONDS = Histogram(
    "ticketbase_news_delivery_seconds",
    "Time from the deed to the end of the group's part.",
    ["group"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600),
)
WAITING = Gauge("ticketbase_news_waiting", "News that the group has still to do.", ["group"], multiprocess_mode="livemostrecent")
FAILING = Gauge("ticketbase_news_failing", "Those of them that failed before.", ["group"], multiprocess_mode="livemostrecent")
DEAD = Gauge("ticketbase_news_dead", "News that the group gave up.", ["group"], multiprocess_mode="livemostrecent")
LAG = Gauge("ticketbase_news_lag_seconds", "Age of the oldest news that wait.", ["group"], multiprocess_mode="livemostrecent")


def count_delivery(group: str, delivered: Delivered) -> None:
    """One more try."""
    DELIVERED.labels(group, delivered.outcome.value).inc()
    if delivered.after is not None:
        SECONDS.labels(group).observe(max(0.0, delivered.after.total_seconds()))


def show_tallies(tallies: Iterable[Tally], now: datetime) -> None:
    """How far every group has come."""
    for each in tallies:
        WAITING.labels(each.group).set(each.waiting)
        FAILING.labels(each.group).set(each.failing)
        DEAD.labels(each.group).set(each.dead)
        LAG.labels(each.group).set(max(0.0, (now - each.oldest).total_seconds()) if each.oldest else 0.0)
