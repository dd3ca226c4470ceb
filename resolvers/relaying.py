"""Passes news on from the outbox to the bus: at least once, and in order for each subject."""

from domain.news import Bus, Outbox


async def relay(outbox: Outbox, bus: Bus, at_most: int) -> int:
    """Send the oldest news on; they leave the outbox only when the bus has taken them. How many these were."""
    async with outbox.oldest(at_most) as news:
        if news:
            await bus.publish(news)
    # Not before: whoever is called finds nothing in the backlog until the outbox is done with them.
    if waited_for := [each for each in news if each.groups]:
        await bus.call(waited_for)
    return len(news)
