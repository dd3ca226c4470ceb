"""A letter is sent when what it tells of is kept: once, sealed until then, and whatever the mail server does."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.crypto.vault import EnvelopeVault
from adapters.mail.smtp import Mailer
from adapters.postgres.letters import CLAIM, LEASE, PostgresLetters
from adapters.postgres.letters import post as post_letters
from adapters.postgres.work import writing
from domain.letters import LetterKind, MailUnavailable
from domain.organizations import Organization
from tests.conftest import Clock, WorkOf
from tests.letters.conftest import SENDER, Post
from tests.letters.samples import LINK, SEALING, a_letter, of
from tests.letters.servers import StubbornServer
from tests.tenancy.walk import tables_of

pytestmark = pytest.mark.asyncio


async def test_a_letter_arrives_as_text_and_html_from_the_organization_and_nothing_of_it_stays(
    post: Post, organization: Organization
) -> None:
    letter = of(a_letter(to="ada@buyer.example", locale="de"), organization.id)
    await post.write(letter)

    settled = await post.send()

    [mail] = await post.caught("ada@buyer.example")
    headers = {name: value for name, value in mail["headers"] if name not in {"Date", "Content-Type"}}
    assert headers == {
        "From": "Box Office <tickets@box-office.example>",
        "To": "ada@buyer.example",
        "Subject": "Einladung zu Jazz <im> Hafen & Co",
        "Message-ID": f"<{letter.id}@box-office.example>",
        "Content-Language": "de",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert (mail["from"], mail["to"]) == (SENDER, ["ada@buyer.example"])
    assert f"Einladung annehmen:\r\n{LINK}\r\n" in mail["text"]
    assert "<p>Ada lädt Sie ein, für Jazz &lt;im&gt; Hafen &amp; Co zu arbeiten" in mail["html"]
    assert [(each.id, each.kind, each.bounce, each.gone) for each in settled] == [(letter.id, "INVITATION", None, True)]
    assert await post.rows() == []
    assert await post.send() == []


async def test_no_letter_is_sent_of_what_was_not_kept(post: Post, organization: Organization) -> None:
    async def change_our_mind() -> None:
        async with writing(post.app_pool, organization.id, None, new_id, SEALING) as work:
            work.post(of(a_letter(), organization.id))
            raise LookupError

    with pytest.raises(LookupError):
        await change_our_mind()

    assert await post.rows() == []


async def test_a_tenants_work_writes_no_letter_of_another_and_none_that_it_cannot_seal(
    post: Post, organization: Organization, other_organization: Organization, work_of: WorkOf
) -> None:
    async with writing(post.app_pool, organization.id, None, new_id, SEALING) as work:
        for letter in (a_letter(), of(a_letter(), other_organization.id)):
            with pytest.raises(ValueError, match="a tenant's work writes letters of that tenant only"):
                work.post(letter)
    async with work_of(organization) as unsealed:
        with pytest.raises(RuntimeError, match="nothing to seal letters with"):
            unsealed.post(of(a_letter(), organization.id))

    assert await post.rows() == []


async def test_the_platform_writes_letters_in_its_own_name_where_no_tenant_is_set(post: Post) -> None:
    letter = a_letter(LetterKind.VERIFY_EMAIL, to="new@buyer.example")
    async with post.app_pool.acquire() as connection, connection.transaction():
        await post_letters(connection, SEALING, [letter])

    await post.send()

    [mail] = await post.caught("new@buyer.example")
    assert ["From", "TicketBase <tickets@box-office.example>"] in mail["headers"]
    assert mail["subject"] == "Confirm your e-mail address"


async def test_the_database_lets_a_tenant_write_none_of_the_platforms_letters_and_nobody_a_tenants(
    post: Post, organization: Organization
) -> None:
    for tenant, letter in ((str(organization.id), a_letter()), ("", of(a_letter(), organization.id))):
        async with post.app_pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(f"SET LOCAL app.organization_id = '{tenant}'")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await post_letters(connection, SEALING, [letter])
            await transaction.rollback()

    assert await post.rows() == []


async def test_neither_recipient_nor_link_lies_readable_in_any_table(post: Post, organization: Organization, owner: Any) -> None:
    await post.write(of(a_letter(to="hidden.canary@buyer.example"), organization.id))

    found = {}
    for table in await tables_of(owner):
        asked = f"SELECT count(*) FROM {table.name} AS row WHERE row::text ILIKE ANY ($1)"
        found[table.name] = await owner.fetchval(
            asked, [f"%{word}%" for text in ("hidden.canary", "canary-7c1f", LINK) for word in (text, text.encode().hex())]
        )
        if table.name == "letters":
            of_ours = "SELECT count(*) FROM letters WHERE organization_id = $1 AND letters::text LIKE '%INVITATION%'"
            assert await owner.fetchval(of_ours, organization.id) == 1

    assert found == dict.fromkeys(found, 0)


async def test_who_is_refused_for_now_is_tried_later_and_keeps_nobody_waiting(
    post: Post, stubborn: StubbornServer, organization: Organization, clock: Clock
) -> None:
    office = Mailer(stubborn.url, SENDER)
    later, ada = (of(a_letter(to=f"{name}@buyer.example"), organization.id) for name in ("later", "ada"))
    await post.write(later, ada)

    settled = await post.send(office)
    at_once = await post.send(office)
    stubborn.answers.clear()
    await clock.advance(seconds=6)
    in_time = await post.send(office)

    assert [(each.id, each.bounce and (each.bounce.fault, each.bounce.final), each.gone) for each in settled] == [
        (later.id, ("the mail server answered 451", False), False),
        (ada.id, None, True),
    ]
    assert at_once == []
    assert [(each.id, each.bounce) for each in in_time] == [(later.id, None)]
    assert stubborn.taken == ["ada@buyer.example", "later@buyer.example"]
    assert await post.rows() == []


async def test_a_batch_goes_over_one_connection_and_over_another_after_the_server_hung_up(
    post: Post, stubborn: StubbornServer, organization: Organization
) -> None:
    letters = [of(a_letter(to=f"{name}@buyer.example"), organization.id) for name in ("a", "nobody", "b", "gone", "c", "d")]
    await post.write(*letters)

    settled = await post.send(Mailer(stubborn.url, SENDER))

    assert stubborn.taken == [f"{name}@buyer.example" for name in "abcd"]
    assert stubborn.connections == 2
    assert [(each.bounce.fault, each.gone) for each in settled if each.bounce] == [
        ("the mail server answered 550", True),
        ("the connection was lost: SMTPServerDisconnected", False),
    ]
    assert [(row["id"], row["tries"], row["dead"], row["fault"]) for row in await post.rows()] == [
        (letters[1].id, 1, True, "the mail server answered 550"),
        (letters[3].id, 1, False, None),
    ]


async def test_a_server_that_falls_asleep_is_left_and_called_anew(post: Post, stubborn: StubbornServer, organization: Organization) -> None:
    slow, ada = (of(a_letter(to=f"{name}@buyer.example"), organization.id) for name in ("slow", "ada"))
    await post.write(slow, ada)

    settled = await post.send(Mailer(stubborn.url, SENDER, within=0.2))

    assert [each.bounce and each.bounce.fault for each in settled] == ["the connection was lost: TimeoutError", None]
    assert (stubborn.taken, stubborn.connections) == (["ada@buyer.example"], 2)
    assert [(row["id"], row["tries"]) for row in await post.rows()] == [(slow.id, 1)]


async def test_a_letter_that_somebody_is_just_taking_is_passed_over_and_not_waited_for(post: Post, organization: Organization) -> None:
    first, second = (of(a_letter(), organization.id) for _ in range(2))
    await post.write(first)
    await post.write(second)

    async with post.system_pool.acquire() as other, other.transaction():
        taken = [row["id"] for row in await other.fetch(CLAIM, 1, LEASE)]
        async with asyncio.timeout(2):
            left = [each.id for each in await post.queue.claim(10)]

    assert (taken, left) == ([first.id], [second.id])


async def test_what_is_refused_for_good_is_kept_among_the_dead_and_sent_when_somebody_asks(
    post: Post, stubborn: StubbornServer, organization: Organization, clock: Clock
) -> None:
    office, letter = Mailer(stubborn.url, SENDER), of(a_letter(to="nobody@buyer.example"), organization.id)
    await post.write(letter)
    await post.send(office)

    await clock.advance(days=2)
    untouched = await post.send(office)
    [dead] = await post.dead.all()
    stubborn.answers.clear()
    again = await post.dead.retry([letter.id, new_id()])
    sent = await post.send(office)

    assert untouched == []
    assert (dead.id, dead.organization_id, dead.kind, dead.tries) == (letter.id, organization.id, "INVITATION", 1)
    assert dead.fault == "the mail server answered 550"
    assert (again, await post.dead.retry([letter.id])) == ([letter.id], [])
    assert [each.bounce for each in sent] == [None]
    assert (stubborn.taken, await post.rows()) == (["nobody@buyer.example"], [])


async def test_after_twenty_tries_a_letter_is_given_up(post: Post, stubborn: StubbornServer, organization: Organization) -> None:
    await post.write(of(a_letter(to="later@buyer.example"), organization.id))
    await post.system_pool.execute("UPDATE letters SET tries = 19")

    [settled] = await post.send(Mailer(stubborn.url, SENDER))

    assert settled.gone
    assert [(each.tries, each.fault) for each in await post.dead.all()] == [(20, "the mail server answered 451")]


async def test_dead_letters_are_forgotten_after_their_time(
    post: Post, stubborn: StubbornServer, organization: Organization, clock: Clock
) -> None:
    await post.write(of(a_letter(to="nobody@buyer.example"), organization.id), of(a_letter(to="later@buyer.example"), organization.id))
    await post.send(Mailer(stubborn.url, SENDER))
    span = timedelta(days=30)

    early = await post.dead.forget(span)
    await clock.advance(days=31)

    assert (early, await post.dead.forget(span)) == (0, 1)
    assert [row["dead"] for row in await post.rows()] == [False]


async def test_while_there_is_no_server_letters_wait_and_none_is_blamed(post: Post, organization: Organization) -> None:
    letters = [of(a_letter(to=f"away-{number}@buyer.example"), organization.id) for number in range(3)]
    await post.write(*letters)

    for _ in range(30):
        with pytest.raises(MailUnavailable, match="does not take mails: SMTPConnectError"):
            await post.send(Mailer("smtp://127.0.0.1:9", SENDER))

    assert [(row["id"], row["tries"], row["due"]) for row in await post.rows()] == [(each.id, 0, True) for each in letters]
    assert [each.bounce for each in await post.send()] == [None] * 3
    assert [len(await post.caught(each.to)) for each in letters] == [1, 1, 1]


async def test_several_workers_send_each_letter_once(post: Post, stubborn: StubbornServer, organization: Organization) -> None:
    await post.write(*(of(a_letter(to=f"{number}@buyer.example"), organization.id) for number in range(40)))

    async def work() -> None:
        while await post.send(Mailer(stubborn.url, SENDER), at_most=3):
            pass

    await asyncio.gather(*(work() for _ in range(4)))

    assert sorted(stubborn.taken) == sorted(f"{number}@buyer.example" for number in range(40))
    assert await post.rows() == []


async def test_a_letter_comes_back_when_its_lease_ends_and_who_held_it_has_no_more_say(
    post: Post, organization: Organization, clock: Clock
) -> None:
    await post.write(of(a_letter(), organization.id))

    [first] = await post.queue.claim(10)
    meanwhile = await post.queue.claim(10)
    await clock.advance(minutes=11)
    [second] = await post.queue.claim(10)
    await post.queue.give_up(first, "too late")
    await post.queue.give_back([first])

    assert meanwhile == []
    assert (first.id, first.letter) == (second.id, second.letter)
    assert [(row["dead"], row["due"], row["tries"]) for row in await post.rows()] == [(False, False, 0)]


async def test_what_cannot_be_opened_or_is_not_known_here_is_put_off_and_the_others_go(post: Post, organization: Organization) -> None:
    stranger = EnvelopeVault({"here": b"a key of another installation..."})
    async with writing(post.app_pool, organization.id, None, new_id, stranger) as work:
        work.post(of(a_letter(), organization.id))
    fine = of(a_letter(to="fine@buyer.example"), organization.id)
    await post.write(fine)

    settled = await post.send()

    assert [(each.bounce.fault if each.bounce else None) for each in settled] == ["it cannot be opened and read here", None]
    assert len(await post.caught("fine@buyer.example")) == 1
    assert [(row["tries"], row["dead"], row["due"]) for row in await post.rows()] == [(1, False, False)]


async def test_a_sealed_letter_opens_in_its_own_row_of_its_own_tenant_only(
    post: Post, organization: Organization, other_organization: Organization
) -> None:
    await post.write(of(a_letter(), organization.id))
    row = dict(await post.system_pool.fetchrow("SELECT *, now() AS lease, NULL AS sender FROM letters"))
    queue = PostgresLetters(post.system_pool, SEALING)

    opened = [
        queue._waiting({**row, **change}).letter is not None
        for change in ({}, {"id": new_id()}, {"organization_id": other_organization.id}, {"organization_id": None}, {"kind": "FAREWELL"})
    ]

    assert opened == [True, False, False, False, False]


async def test_two_seals_of_one_text_differ() -> None:
    assert SEALING.seal(b"same", bound_to="x") != SEALING.seal(b"same", bound_to="x")
