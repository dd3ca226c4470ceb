"""Who signs in where she was never seen before is told by mail, in case it was somebody else."""

import asyncio

import pytest

from domain.devices import mark_of, network_of
from domain.letters import LetterKind
from tests.identity.conftest import Person, PostBox
from tests.identity.test_sessions import FIREFOX

pytestmark = pytest.mark.asyncio

CURL = "curl/8.5.0"


async def warnings(person: Person, post_box: PostBox) -> list[tuple[str, str]]:
    """Device and address of each letter."""
    letters = [each for each in await post_box.to(person.email) if each.kind is LetterKind.NEW_DEVICE]
    return [(each.facts["device"], each.facts["address"]) for each in letters]


async def test_the_first_sign_in_is_no_news_and_the_same_device_never_is(ada: Person, post_box: PostBox) -> None:
    await ada.sign_in(user_agent=FIREFOX)
    await ada.sign_in(user_agent=FIREFOX)

    assert await warnings(ada, post_box) == []


async def test_another_device_is_told_once(ada: Person, post_box: PostBox) -> None:
    await ada.sign_in(user_agent=FIREFOX)

    for _ in range(2):
        await ada.sign_in(user_agent=CURL)

    [told] = await warnings(ada, post_box)
    assert told == ("curl", ada.tenant.address)


async def test_the_same_device_in_another_network_is_told(ada: Person, post_box: PostBox) -> None:
    await ada.sign_in(user_agent=FIREFOX, x_forwarded_for="192.0.2.7")
    await ada.sign_in(user_agent=FIREFOX, x_forwarded_for="192.0.2.200")

    await ada.sign_in(user_agent=FIREFOX, x_forwarded_for="198.51.100.1")

    assert await warnings(ada, post_box) == [("Firefox on Linux", "198.51.100.1")]


async def test_a_wrong_password_teaches_no_device(ada: Person, post_box: PostBox) -> None:
    await ada.sign_in(user_agent=FIREFOX)

    await ada.sign_in("not her password", user_agent=CURL)
    before = await warnings(ada, post_box)
    await ada.sign_in(user_agent=CURL)

    assert before == []
    assert len(await warnings(ada, post_box)) == 1


async def test_two_at_once_from_one_new_place_are_told_once(ada: Person, post_box: PostBox) -> None:
    await ada.sign_in(user_agent=FIREFOX)

    await asyncio.gather(*(ada.sign_in(user_agent=CURL) for _ in range(4)))

    assert len(await warnings(ada, post_box)) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), (None, ""), ("unix", "")],
    ids=["four", "six", "none", "nonsense"],
)
async def test_a_network_is_what_a_provider_keeps_for_one_customer(address: str | None, network: str) -> None:
    assert network_of(address) == network


async def test_a_mark_is_of_the_device_in_its_network() -> None:
    assert mark_of("curl", "192.0.2.7") == mark_of("curl", "192.0.2.9") != mark_of("curl", "192.0.3.7")
    assert mark_of("curl", "192.0.2.7") != mark_of("Firefox", "192.0.2.7")
