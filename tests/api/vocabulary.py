"""What the tests of a programme's vocabulary do again and again: enter categories, declare fields, put events on."""

from typing import Any

from tests.api.box_office import CREATE_EVENT, create_ticket_type, event_input
from tests.api.conftest import Client
from tests.api.programme import done, step

LINK = "https://meet.example.org/j/8123?pwd=s3cret#join"


def named(text: str) -> list[dict[str, str]]:
    """A text in English."""
    return [{"locale": "en", "text": text}]


async def make_category(client: Client, slug: str, **more: Any) -> str:
    """The id of a new category."""
    payload = await step(client, "createEventCategory", "category { id }", slug=slug, name=named(slug.title()), **more)
    assert payload["errors"] == [], payload["errors"]
    return str(payload["category"]["id"])


async def make_field(client: Client, key: str, kind: str = "STRING", **more: Any) -> str:
    """The id of a new metadata field."""
    payload = await step(client, "createMetadataField", "field { id }", key=key, label=named(key.title()), kind=kind, **more)
    assert payload["errors"] == [], payload["errors"]
    return str(payload["field"]["id"])


async def make_event(client: Client, **wish: Any) -> str:
    """The id of a new draft."""
    made = (await client.ask(CREATE_EVENT, input=event_input(**wish)))["createEvent"]
    assert made["errors"] == [], made["errors"]
    return str(made["event"]["id"])


async def make_public(client: Client, **wish: Any) -> str:
    """The id of a new published event."""
    event_id = await make_event(client, **wish)
    await create_ticket_type(client, event_id)
    await done(client, "publishEvent", eventId=event_id)
    return event_id
