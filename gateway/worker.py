"""Does what nobody waits for: ends overdue holds and orders, passes news on, has groups do their part, sends letters, clears away."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from secrets import SystemRandom

import structlog

from adapters.crypto.identifiers import new_id
from adapters.postgres.deliveries import PostgresBacklog
from adapters.postgres.expiries import events_with_expired_holds, overdue_orders
from adapters.postgres.leftovers import PostgresLeftovers
from adapters.postgres.letters import PostgresDeadLetters, PostgresLetters
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.work import writing
from adapters.valkey.client import connect
from adapters.valkey.stream import StreamBus
from domain.letters import LetterQueue, PostOffice
from domain.news import Bus, Outbox
from domain.storage import Storage
from gateway.consuming import jobs_of_groups, join_groups
from gateway.database import Pools, check_database, open_pools
from gateway.house import open_mailer, open_storage
from gateway.money_rounds import InFlightAt, in_flight_at, look_after_money
from gateway.settings import Settings
from gateway.tills import open_tills
from gateway.vault_keys import vault_of
from resolvers.order_ending import expire
from resolvers.posting import Settled, send_letters
from resolvers.relaying import relay
from resolvers.sweeping import end_expired_holds
from resolvers.tidying import discard_files, empty_quarantine, forget_unfinished_uploads

# Seconds.
BETWEEN_SWEEPS = 1.0
BETWEEN_POSTS = 0.5
BETWEEN_TIDYINGS = 60.0
WHEN_IDLE = 0.03
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""After a failure, twice as long each time."""
AT_ONCE = 1_000
LETTERS_AT_ONCE = 10
"""So few, because each may take half a minute and all have one lease."""
DEAD_LETTERS_STAY = timedelta(days=30)
SESSIONS_STAY = timedelta(days=30)
"""After their end: for so long the reuse of a refresh token is told from one that never was."""
LINKS_STAY = timedelta(days=1)
DEVICES_STAY = timedelta(days=400)

luck = SystemRandom().random

log = structlog.get_logger("ticketbase.worker")


async def work_until_told(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, finish what is under way, and leave. Raises DatabaseRefused before it begins.

    Any number of workers may run: sweeping is exactly once because each hold ends once, relaying is one worker's turn at a time.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with open_pools(settings) as pools, open_storage(settings.s3) as storage, open_tills(settings, pools) as till_of:
        await check_database(pools)
        await join_groups(PostgresBacklog(pools.system))
        redis = connect(settings.redis_url.reveal())
        log.info("worker_started")
        try:
            async with asyncio.TaskGroup() as jobs:
                outbox, bus = PostgresOutbox(pools.system), StreamBus(redis)
                jobs.create_task(_repeat("sweep", partial(_sweep, pools), BETWEEN_SWEEPS, told))
                jobs.create_task(_repeat("expire", partial(expire_unpaid, pools, in_flight_at(till_of)), BETWEEN_SWEEPS, told))
                jobs.create_task(_repeat("money", partial(look_after_money, pools, till_of), BETWEEN_SWEEPS, told))
                jobs.create_task(_repeat("tidy", partial(tidy, pools, storage), BETWEEN_TIDYINGS, told))
                jobs.create_task(_repeat("tidy_identity", partial(tidy_identity, pools), BETWEEN_TIDYINGS, told))
                vault = vault_of(settings.vault_keys)
                letters = PostgresLetters(pools.system, vault)
                jobs.create_task(_repeat("post", partial(_post_all, letters, open_mailer(settings), told), BETWEEN_POSTS, told))
                jobs.create_task(_repeat("relay", partial(_relay_all, outbox, bus, told), WHEN_IDLE, told))
                for name, job, rest in jobs_of_groups(pools, redis, vault, told):
                    jobs.create_task(_repeat(name, job, rest, told))
        finally:
            await redis.aclose()
            log.info("worker_stopped")


async def _repeat(name: str, job: Callable[[], Awaitable[None]], rest: float, told: asyncio.Event) -> None:
    """Do the job again and again until told to stop; after a failure, which is logged, not sooner than usual and ever later."""
    pause = FIRST_PAUSE
    while not told.is_set():
        wait = rest
        try:
            await job()
        except Exception as fault:
            wait = max(rest, pause)
            log.warning("job_failed", job=name, fault=type(fault).__name__, again_in_seconds=wait, exc_info=pause == FIRST_PAUSE)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            pause = FIRST_PAUSE
        await _rest(told, wait)


async def _rest(told: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await told.wait()
    except TimeoutError:
        return


async def _sweep(pools: Pools) -> None:
    """Sweep every event that needs it; one that cannot be swept keeps none of the others waiting, and is told last."""
    faults = []
    for overdue in await events_with_expired_holds(pools.system):
        try:
            ended = await end_expired_holds(partial(writing, pools.app, overdue.organization_id, None, new_id), overdue.event_id)
        except Exception as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)
        else:
            log.info("holds_expired", event_id=str(overdue.event_id), holds=ended)
    if faults:
        raise faults[0]


async def expire_unpaid(pools: Pools, in_flight_at: InFlightAt) -> None:
    """End every order whose time is over; one that cannot be ended keeps none of the others waiting, and is told last."""
    faults = []
    for overdue in await overdue_orders(pools.system):
        try:
            tenant = overdue.organization_id
            ended = await expire(partial(writing, pools.app, tenant, None, new_id), overdue.order_id, new_id, in_flight_at(tenant))
        except Exception as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)
        else:
            log.info("order_expired" if ended else "order_waits_on", order_id=str(overdue.order_id))
    if faults:
        raise faults[0]


async def tidy(pools: Pools, storage: Storage) -> None:
    """Clear away uploads that were not finished within an hour, the files of images removed as long ago, and letters long dead."""
    leftovers = PostgresLeftovers(pools.system)
    before = await leftovers.an_hour_ago()
    for organization_id in await leftovers.with_unfinished_uploads(before):
        gone = await forget_unfinished_uploads(partial(writing, pools.app, organization_id, None, new_id), before)
        log.info("uploads_forgotten", organization_id=str(organization_id), uploads=gone)
    for each in await leftovers.discarded(before):
        await discard_files(storage, each.organization_id, each.image_id)
        await leftovers.forget(each)
    if emptied := await empty_quarantine(storage, before):
        log.info("quarantine_emptied", files=emptied)
    if forgotten := await PostgresDeadLetters(pools.system).forget(DEAD_LETTERS_STAY):
        log.info("dead_letters_forgotten", letters=forgotten)


async def tidy_identity(pools: Pools) -> None:
    """Forget sessions that ended long ago, links of the day before, devices that nobody uses any more, and sign-ins never finished."""
    leftovers = PostgresLeftovers(pools.system)
    gone = {
        "sessions": await leftovers.forget_sessions(SESSIONS_STAY),
        "links": await leftovers.forget_links(LINKS_STAY),
        "devices": await leftovers.forget_devices(DEVICES_STAY),
        "challenges": await leftovers.forget_challenges(),
    }
    if any(gone.values()):
        log.info("identity_tidied", **gone)


async def _relay_all(outbox: Outbox, bus: Bus, told: asyncio.Event) -> None:
    while await relay(outbox, bus, AT_ONCE) == AT_ONCE and not told.is_set():
        pass


async def _post_all(queue: LetterQueue, office: PostOffice, told: asyncio.Event) -> None:
    while (settled := await send_letters(queue, office, luck, LETTERS_AT_ONCE)) and not told.is_set():
        for each in settled:
            _tell(each)


def _tell(settled: Settled) -> None:
    about = {"letter": str(settled.id), "kind": settled.kind}
    if settled.bounce is None:
        log.info("letter_sent", **about)
    elif settled.gone:
        log.error("letter_died", **about, fault=settled.bounce.fault)
    else:
        log.warning("letter_put_off", **about, fault=settled.bounce.fault)
