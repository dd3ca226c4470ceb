"""Invitations are mailed, good once and for seven days, for whoever can read the mail; and never for more than their writer has."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from domain.letters import LetterKind
from schema import ids
from tests.api.callers import platform_admin
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.identity.conftest import PASSWORD, Person, PostBox, make_person
from tests.members.conftest import ACCEPT, INVITE, NEW, REVOKE, Team, accept, invite, invited, role_of

pytestmark = pytest.mark.asyncio

TOLD = "SELECT subject, payload::text AS payload FROM outbox WHERE organization_id = $1 AND type = 'member:joined'"
PENDING = "{ organization { invitations { nodes { id email role inviterName } totalCount } } }"


def kinds(payload: Any) -> list[tuple[str, str]]:
    return [(each["__typename"], each["code"]) for each in payload["errors"]]


async def pending(tenant: Tenant) -> list[str]:
    nodes = (await tenant.owner.ask(PENDING))["organization"]["invitations"]["nodes"]
    return [each["email"] for each in nodes]


async def test_the_letter_says_who_invites_where_to_and_as_what(tenant: Tenant, post_box: PostBox) -> None:
    email, token = await invited(tenant, post_box, role="SUPPORT")

    [letter] = await post_box.to(email)

    assert letter.kind is LetterKind.INVITATION
    assert letter.organization_id == tenant.organization.id
    told = {name: letter.facts[name] for name in ("organization", "inviter", "role", "minutes")}
    assert told == {"organization": "The Hall", "inviter": "Owner", "role": "support", "minutes": "10080"}
    assert letter.facts["link"].endswith(f"/auth/accept-invitation?token={token}")


async def test_somebody_with_an_account_joins_with_the_link_and_may_begin_at_once(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    client = await ada.client()
    before = (await client.ask("{ viewer { role } }"))["viewer"]["role"]
    _, token = await invited(tenant, post_box, ada.email, role="ORGANIZER")

    joined = await accept(client, token)

    assert before is None
    assert joined == {
        "account": {"email": ada.email, "name": "Ada Lovelace"},
        "membership": {"organization": {"slug": tenant.organization.slug}, "role": "ORGANIZER"},
        "errors": [],
    }
    assert (await client.ask("{ viewer { role } }"))["viewer"]["role"] == "ORGANIZER"
    assert await pending(tenant) == []


async def test_the_platform_is_told_of_who_joined_and_by_which_invitation(
    ada: Person, tenant: Tenant, post_box: PostBox, owner: Any
) -> None:
    sent = (await invite(tenant.owner, ada.email, "ORGANIZER"))["invitation"]["id"]
    token = await post_box.token(ada.email, LetterKind.INVITATION)
    client = await ada.client()

    await accept(client, token)
    again = await accept(client, token)

    [told] = await owner.fetch(TOLD, tenant.organization.id)
    person = told["subject"].removeprefix("person:")
    invitation = str(ids.expect(sent, "Invitation", ()))
    facts = {"personId": person, "role": "organizer", "version": 1, "invitationId": invitation, "actorId": person}
    assert json.loads(told["payload"]) == facts
    assert await owner.fetchval("SELECT email FROM people WHERE id = $1", UUID(person)) == ada.email
    assert ada.email not in told["payload"]
    assert kinds(again) == [("LinkInvalid", "BAD_USER_INPUT")]


async def test_somebody_new_gets_an_account_by_the_link_which_proves_the_address(tenant: Tenant, post_box: PostBox) -> None:
    email, token = await invited(tenant, post_box)

    joined = await accept(tenant.anonymous, token, **NEW)

    assert (joined["account"], joined["errors"]) == ({"email": email, "name": "Eve Newcomer"}, [])
    assert await role_of(tenant, email) == "manager"
    signed_in = await Person(tenant, email).sign_in()
    assert signed_in["errors"] == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"name": "Eve"}, "InputInvalid"),
        ({"password": PASSWORD}, "InputInvalid"),
        ({**NEW, "locale": "nowhere-at-all"}, "InputInvalid"),
        ({**NEW, "password": "password123"}, "PasswordUnacceptable"),
    ],
    ids=["no password", "no name", "no locale", "a common password"],
)
async def test_a_new_account_follows_the_rules_and_a_refusal_leaves_the_link_good(
    tenant: Tenant, post_box: PostBox, said: dict[str, str], kind: str
) -> None:
    email, token = await invited(tenant, post_box)

    refused = await accept(tenant.anonymous, token, **said)

    assert kinds(refused) == [(kind, "BAD_USER_INPUT")]
    assert await role_of(tenant, email) is None
    assert (await accept(tenant.anonymous, token, **NEW))["errors"] == []


async def test_an_account_that_there_is_must_come_itself(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    _, token = await invited(tenant, post_box, ada.email)

    refused = await accept(tenant.anonymous, token, **NEW)

    assert kinds(refused) == [("SignInToAccept", "UNAUTHENTICATED")]
    assert await role_of(tenant, ada.email) is None
    assert (await ada.sign_in())["errors"] == []


async def test_nobody_joins_with_anothers_link(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    email, token = await invited(tenant, post_box)

    refused = await accept(await ada.client(), token)

    assert kinds(refused) == [("InvitationForAnother", "FORBIDDEN")]
    assert email not in str(refused)
    assert await role_of(tenant, ada.email) is None
    assert await pending(tenant) == [email]


async def test_a_link_works_once_even_for_twenty_who_come_at_once(tenant: Tenant, post_box: PostBox) -> None:
    email, token = await invited(tenant, post_box)

    answers = await asyncio.gather(*(accept(tenant.anonymous, token, **NEW) for _ in range(20)))

    assert sorted(kinds(each) for each in answers) == [[], *[[("LinkInvalid", "BAD_USER_INPUT")]] * 19]
    assert await role_of(tenant, email) == "manager"


async def test_a_link_is_good_for_seven_days(tenant: Tenant, post_box: PostBox, clock: Clock) -> None:
    early, late = [await invited(tenant, post_box) for _ in range(2)]

    await clock.advance(days=7, seconds=-60)
    in_time = await accept(tenant.anonymous, early[1], **NEW)
    await clock.advance(days=7, seconds=60)
    too_late = await accept(tenant.anonymous, late[1], **NEW)

    assert in_time["errors"] == []
    assert kinds(too_late) == [("LinkInvalid", "BAD_USER_INPUT")]
    assert await role_of(tenant, late[0]) is None
    assert await pending(tenant) == []


async def test_inviting_again_replaces_the_link_and_the_role(tenant: Tenant, post_box: PostBox) -> None:
    email, first = await invited(tenant, post_box, role="ADMIN")
    _, second = await invited(tenant, post_box, email, role="ANALYST")

    assert kinds(await accept(tenant.anonymous, first, **NEW)) == [("LinkInvalid", "BAD_USER_INPUT")]
    assert await pending(tenant) == [email]
    assert (await accept(tenant.anonymous, second, **NEW))["membership"]["role"] == "ANALYST"
    assert await role_of(tenant, email) == "analyst"


async def test_the_same_key_of_idempotency_writes_no_second_letter(tenant: Tenant, post_box: PostBox) -> None:
    email = f"eve-{new_id()}@example.org"

    first = await invite(tenant.owner, email, idempotencyKey="once")
    again = await invite(tenant.owner, email, idempotencyKey="once")
    other = await invite(tenant.owner, email, role="USER", idempotencyKey="once")

    assert first == again
    assert kinds(other) == [("IdempotencyKeyReused", "CONFLICT")]
    assert len(await post_box.to(email)) == 1


async def test_a_revoked_invitation_lets_nobody_in(tenant: Tenant, post_box: PostBox) -> None:
    email, token = await invited(tenant, post_box)
    [node] = (await tenant.owner.ask(PENDING))["organization"]["invitations"]["nodes"]

    revoked = (await tenant.member(Role.ADMIN).ask(REVOKE, input={"invitationId": node["id"]}))["revokeInvitation"]
    again = (await tenant.member(Role.ADMIN).ask(REVOKE, input={"invitationId": node["id"]}))["revokeInvitation"]

    assert node["inviterName"] == "Owner"
    assert (revoked["invitation"]["revokedAt"] is not None, revoked["errors"]) == (True, [])
    assert kinds(again) == [("NotFound", "NOT_FOUND")]
    assert kinds(await accept(tenant.anonymous, token, **NEW)) == [("LinkInvalid", "BAD_USER_INPUT")]
    assert await role_of(tenant, email) is None


async def test_an_admin_invites_no_owner_and_touches_no_invitation_of_one(tenant: Tenant, post_box: PostBox) -> None:
    admin = tenant.member(Role.ADMIN)
    email, token = await invited(tenant, post_box, role="OWNER")
    [node] = (await tenant.owner.ask(PENDING))["organization"]["invitations"]["nodes"]

    refused = [
        await invite(admin, f"eve-{new_id()}@example.org", "OWNER"),
        await invite(admin, email, "USER"),
        (await admin.ask(REVOKE, input={"invitationId": node["id"]}))["revokeInvitation"],
    ]

    assert [kinds(each) for each in refused] == [[("RoleTooHigh", "FORBIDDEN")]] * 3
    assert await pending(tenant) == [email]
    assert (await accept(tenant.anonymous, token, **NEW))["membership"]["role"] == "OWNER"


async def test_an_invitation_does_not_outlive_what_its_writer_may_do(tenant: Tenant, post_box: PostBox) -> None:
    team, emails = Team(tenant), [f"eve-{new_id()}@example.org" for _ in range(2)]
    for email, role in zip(emails, ("ADMIN", "USER"), strict=True):
        assert (await invite(tenant.member(Role.ADMIN), email, role))["errors"] == []
    tokens = [await post_box.token(email, LetterKind.INVITATION) for email in emails]

    await team.change(Role.OWNER, Role.ADMIN, Role.MANAGER)
    lowered = [kinds(await accept(tenant.anonymous, token, **NEW)) for token in tokens]

    assert lowered == [[("LinkInvalid", "BAD_USER_INPUT")]] * 2
    assert [await role_of(tenant, email) for email in emails] == [None, None]


async def test_what_an_admin_of_the_platform_writes_is_good_while_she_is_one(tenant: Tenant, post_box: PostBox) -> None:
    root, email = await platform_admin(tenant), f"eve-{new_id()}@example.org"

    assert (await invite(root, email, "OWNER"))["errors"] == []
    token = await post_box.token(email, LetterKind.INVITATION)

    assert (await post_box.to(email))[0].facts["inviter"] == "TicketBase"
    assert (await accept(tenant.anonymous, token, **NEW))["membership"]["role"] == "OWNER"


async def test_members_are_not_invited(tenant: Tenant, ada: Person, post_box: PostBox) -> None:
    _, token = await invited(tenant, post_box, ada.email)
    client = await ada.client()
    await accept(client, token)

    refused = await invite(tenant.owner, ada.email.upper())

    assert kinds(refused) == [("AlreadyMember", "CONFLICT")]
    assert len(await post_box.to(ada.email)) == 2  # to sign up, and to join


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@example.org", "x" * 300 + "@example.org"], ids=ascii)
async def test_only_addresses_are_invited(tenant: Tenant, email: str) -> None:
    refused = await tenant.owner.answer(INVITE, input={"email": email, "role": "USER"})

    told = str(refused)
    assert "InputInvalid" in told or "BAD_USER_INPUT" in told
    assert await pending(tenant) == []


async def test_links_are_guessed_in_vain_and_counted(tenant: Tenant) -> None:
    client = tenant.anonymous.with_headers(x_forwarded_for="2001:db8::77")

    answers = [kinds(await accept(client, f"guess {number}", **({} if number else NEW)))[0][0] for number in range(61)]

    assert answers == ["LinkInvalid"] * 60 + ["TooManyAttempts"]


async def test_an_invitation_of_another_organization_is_as_if_there_were_none(
    tenant: Tenant, other_tenant: Tenant, post_box: PostBox
) -> None:
    email, _ = await invited(other_tenant, post_box)
    [node] = (await other_tenant.owner.ask(PENDING))["organization"]["invitations"]["nodes"]

    answers = [
        (await tenant.owner.ask(REVOKE, input={"invitationId": each}))["revokeInvitation"]
        for each in (node["id"], ids.show("Invitation", new_id()))
    ]

    assert answers[0] == answers[1]
    assert kinds(answers[0]) == [("NotFound", "NOT_FOUND")]
    assert await pending(other_tenant) == [email]


async def test_the_secret_of_a_link_is_not_in_the_database(tenant: Tenant, post_box: PostBox) -> None:
    _, token = await invited(tenant, post_box)

    rows = await tenant.house.pools.system.fetch("SELECT * FROM invitations")

    assert token not in str([dict(row) for row in rows])


async def test_two_organizations_may_invite_the_same_person(tenant: Tenant, other_tenant: Tenant, post_box: PostBox) -> None:
    ada = await make_person(tenant, post_box)
    client = await ada.client()
    tokens = [(await invited(each, post_box, ada.email))[1] for each in (tenant, other_tenant)]

    joined = [await accept(client, token) for token in tokens]

    assert [each["errors"] for each in joined] == [[], []]
    own = (await client.ask("{ viewer { memberships { organization { slug } role } } }"))["viewer"]["memberships"]
    assert sorted(each["organization"]["slug"] for each in own) == sorted(each.organization.slug for each in (tenant, other_tenant))


async def test_without_a_name_of_an_organization_an_invitation_is_accepted_all_the_same(tenant: Tenant, post_box: PostBox) -> None:
    _, token = await invited(tenant, post_box)
    nowhere = Client(tenant.http, {"x-forwarded-for": tenant.address})

    joined = (await nowhere.ask(ACCEPT, input={"token": token, **NEW}))["acceptInvitation"]

    assert joined["membership"]["organization"]["slug"] == tenant.organization.slug


async def test_an_organization_invites_its_staff_of_an_afternoon_from_one_address(tenant: Tenant, other_tenant: Tenant) -> None:
    def wish() -> str:
        return f"staff-{new_id()}@example.org"

    sent = [await invite(tenant.owner, wish(), "USER") for _ in range(100)]
    refused = await invite(tenant.member(Role.ADMIN).with_headers(x_forwarded_for="203.0.113.99"), wish(), "USER")
    elsewhere = await invite(other_tenant.owner.with_headers(x_forwarded_for=tenant.address), wish(), "USER")

    assert [each["errors"] for each in sent] == [[]] * 100
    assert kinds(refused) == [("TooManyAttempts", "RATE_LIMITED")]
    assert elsewhere["errors"] == []
    assert (await tenant.owner.ask(PENDING))["organization"]["invitations"]["totalCount"] == 100


async def test_a_mailbox_is_sent_five_invitations_an_hour_whoever_sends_them(tenant: Tenant, other_tenant: Tenant) -> None:
    email = f"eve-{new_id()}@example.org"

    sent = [await invite(owner, email, "USER") for owner in (tenant.owner, tenant.owner, tenant.owner, tenant.owner, other_tenant.owner)]
    refused = await invite(other_tenant.owner, email, "USER")

    assert [each["errors"] for each in sent] == [[]] * 5
    assert kinds(refused) == [("TooManyAttempts", "RATE_LIMITED")]
