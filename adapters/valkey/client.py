"""Opens connections to Valkey (or Redis 7) that fail fast, so that whoever needs Valkey notices and does without it meanwhile."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.maint_notifications import MaintNotificationsConfig

MOST_CONNECTIONS = 16
# Seconds. Reading waits longer than any blocking command of ours (`stream.LONGEST_WAIT`).
TO_CONNECT, TO_ANSWER, TO_GET_A_CONNECTION = 2, 5, 5


def connect(url: str, *, most_connections: int = MOST_CONNECTIONS) -> Redis:
    """A client that connects when it is first used. It never repeats a command by itself: what was lost must be noticed. Close it."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=most_connections,
        timeout=TO_GET_A_CONNECTION,
        socket_connect_timeout=TO_CONNECT,
        socket_timeout=TO_ANSWER,
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    return Redis.from_pool(pool)
