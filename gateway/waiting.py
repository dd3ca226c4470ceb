"""Says in the headers of an answer how long somebody has to wait before she tries again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil


def retry_after(told: Mapping[str, object]) -> Mapping[str, str]:
    """`Retry-After` (RFC 9110, 10.2.3) for what an error tells with `retryAt` or `retryAfterSeconds`; nothing for any other."""
    moment, seconds = told.get("retryAt"), told.get("retryAfterSeconds")
    if isinstance(moment, str):
        seconds = max(ceil((datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()), 1)
    return {"Retry-After": str(seconds)} if isinstance(seconds, int) else {}
