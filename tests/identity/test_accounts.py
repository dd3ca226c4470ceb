"""People sign up by a link that is mailed, prove their address, set other passwords; and nobody learns who has an account."""

from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.letters import LetterKind
from tests.api.conftest import Tenant
from tests.conftest import Clock, Statements
from tests.identity.conftest import PASSWORD, SIGN_IN, SIGN_UP, VERIFY, Person, PostBox, make_person

pytestmark = pytest.mark.asyncio

RESET = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { account { email } errors { __typename } } }"
ASK_RESET = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { sentTo errors { __typename } } }"
CHANGE = """mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { account { version } errors { __typename ... on UserError { path } } }
}"""
PROFILE = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
  account { name locale version profile { key text } }
  errors { __typename ... on InputInvalid { faults { path } } ... on VersionConflict { currentVersion } }
} }"""
ANOTHER = "a wholly different sentence"


def address() -> str:
    return f"bob-{new_id()}@example.org"


async def people_with(owner: Any, email: str) -> int:
    counted: int = await owner.fetchval("SELECT count(*) FROM people WHERE email = $1", email)
    return counted


async def test_signing_up_makes_nobody_before_the_link_is_used(tenant: Tenant, post_box: PostBox, owner: Any) -> None:
    email = address()

    asked = await tenant.anonymous.ask(SIGN_UP, input={"email": f" {email.upper()} ", "password": PASSWORD, "name": "Bob"})

    assert asked["signUp"] == {"sentTo": email, "errors": []}
    assert await people_with(owner, email) == 0
    early = await Person(tenant, email).sign_in()
    assert [each["__typename"] for each in early["errors"]] == ["CredentialsWrong"]
    token = await post_box.token(email, LetterKind.VERIFY_EMAIL)
    verified = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token}))["verifyEmail"]
    assert (verified["account"]["email"], verified["account"]["name"], verified["errors"]) == (email, "Bob", [])
    assert (await Person(tenant, email).sign_in())["errors"] == []


async def test_a_link_works_once_and_not_for_long(tenant: Tenant, post_box: PostBox, clock: Clock) -> None:
    email, late = address(), address()
    for each in (email, late):
        await tenant.anonymous.ask(SIGN_UP, input={"email": each, "password": PASSWORD, "name": "Bob"})
    token = await post_box.token(email, LetterKind.VERIFY_EMAIL)
    await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token})
    token_late = await post_box.token(late, LetterKind.VERIFY_EMAIL)

    again = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token}))["verifyEmail"]
    await clock.advance(hours=25)
    too_late = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token_late}))["verifyEmail"]
    unknown = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": "x" * 43}))["verifyEmail"]

    assert again == too_late == unknown
    assert again["account"] is None
    assert again["errors"][0]["__typename"] == "LinkInvalid"


async def test_a_registered_address_gets_the_same_answer_by_the_same_statements_and_another_letter(
    ada: Person, post_box: PostBox, statements: Statements, tenant: Tenant
) -> None:
    new = address()
    async with statements.sent() as of_new:
        first = await tenant.anonymous.ask(SIGN_UP, input={"email": new, "password": PASSWORD, "name": "Bob"})
    async with statements.sent() as of_known:
        second = await tenant.anonymous.ask(SIGN_UP, input={"email": ada.email, "password": PASSWORD, "name": "Eve"})

    assert first["signUp"]["errors"] == second["signUp"]["errors"] == []
    assert second["signUp"]["sentTo"] == ada.email
    assert of_new == of_known
    assert [each.kind for each in await post_box.to(new)] == [LetterKind.VERIFY_EMAIL]
    assert (await post_box.to(ada.email))[-1].kind is LetterKind.ALREADY_REGISTERED


async def test_nobody_enters_a_password_for_anothers_address_beforehand(tenant: Tenant, post_box: PostBox) -> None:
    """Eve signs Bob's address up with a password of hers. Bob, who reads the mail, cannot finish that for her, and finishes his own."""
    email = address()
    await tenant.anonymous.ask(SIGN_UP, input={"email": email, "password": ANOTHER, "name": "Eve"})
    eves = await post_box.token(email, LetterKind.VERIFY_EMAIL)
    clicked = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": eves}))["verifyEmail"]
    assert clicked["errors"] == [{"__typename": "PasswordWrong", "message": "That is not your password.", "path": ["input", "password"]}]
    assert (await Person(tenant, email).sign_in(ANOTHER))["errors"][0]["__typename"] == "CredentialsWrong"
    await tenant.anonymous.ask(SIGN_UP, input={"email": email, "password": PASSWORD, "name": "Bob"})

    await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": await post_box.token(email, LetterKind.VERIFY_EMAIL)})
    late = (await tenant.anonymous.ask(VERIFY, input={"password": ANOTHER, "token": eves}))["verifyEmail"]
    account = (await (await Person(tenant, email).client()).ask("{ viewer { account { name } } }"))["viewer"]["account"]

    assert (late["account"], late["errors"][0]["__typename"]) == (None, "LinkInvalid")
    assert account == {"name": "Bob"}
    assert (await Person(tenant, email).sign_in(ANOTHER))["errors"][0]["__typename"] == "CredentialsWrong"
    assert (await Person(tenant, email).sign_in(PASSWORD))["account"] == {"email": email}


async def test_a_link_is_tried_with_ten_passwords_and_no_more(tenant: Tenant, post_box: PostBox) -> None:
    email = address()
    await tenant.anonymous.ask(SIGN_UP, input={"email": email, "password": PASSWORD, "name": "Bob"})
    token = await post_box.token(email, LetterKind.VERIFY_EMAIL)

    tried = [await tenant.anonymous.ask(VERIFY, input={"password": f"{ANOTHER} {number}", "token": token}) for number in range(10)]
    right = await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token})

    assert {each["verifyEmail"]["errors"][0]["__typename"] for each in tried} == {"PasswordWrong"}
    assert right["verifyEmail"]["errors"][0]["__typename"] == "TooManyAttempts"


async def test_an_organization_is_founded_with_its_owner(tenant: Tenant, post_box: PostBox) -> None:
    slug = f"stage-{new_id()}"

    person = await make_person(tenant, post_box, organization={"slug": slug, "name": "The Stage", "defaultCurrency": "CHF"})

    there = Tenant(tenant.organization, tenant.house, tenant.http, tenant.people)
    payload = await there.anonymous.with_headers(x_organization=slug).ask(SIGN_IN, input={"email": person.email, "password": PASSWORD})
    access = payload["signIn"]["tickets"]["access"]
    client = tenant.anonymous.with_headers(x_organization=slug, authorization=f"Bearer {access}")
    asked = await client.ask("{ viewer { role permissions } organization { slug name } }")
    assert asked["viewer"]["role"] == "OWNER"
    assert asked["organization"] == {"slug": slug, "name": "The Stage"}


async def test_a_name_that_is_taken_meanwhile_can_be_replaced_and_leaves_nothing_half_done(
    tenant: Tenant, post_box: PostBox, owner: Any
) -> None:
    slug, emails = f"stage-{new_id()}", (address(), address())
    for email in emails:
        wish = {"email": email, "password": PASSWORD, "name": "Bob", "organization": {"slug": slug, "name": "The Stage"}}
        assert (await tenant.anonymous.ask(SIGN_UP, input=wish))["signUp"]["errors"] == []
    first, second = [await post_box.token(email, LetterKind.VERIFY_EMAIL) for email in emails]
    await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": first})

    refused = (await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": second}))["verifyEmail"]

    assert (refused["errors"][0]["__typename"], refused["errors"][0]["path"]) == (
        "OrganizationSlugTaken",
        ["input", "organization", "slug"],
    )
    assert await people_with(owner, emails[1]) == 0
    taken = await tenant.anonymous.ask(SIGN_UP, input={**wish, "email": address()})
    assert taken["signUp"]["errors"][0]["__typename"] == "OrganizationSlugTaken"
    renamed = await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": second, "organizationSlug": f"{slug}-2"})
    assert renamed["verifyEmail"]["errors"] == []
    assert await owner.fetchval("SELECT count(*) FROM organizations WHERE slug = ANY($1)", [slug, f"{slug}-2"]) == 2


@pytest.mark.parametrize(
    ("wish", "paths"),
    [
        ({"email": "ada"}, [["input", "email"]]),
        ({"email": "a@b"}, [["input", "email"]]),
        ({"email": "a" * 65 + "@example.org"}, [["input", "email"]]),
        ({"email": "ada@example.org\nBcc: all@example.org"}, [["input", "email"]]),
        ({"name": "  "}, [["input", "name"]]),
        ({"name": "<b>Ada</b>", "locale": "klingon"}, [["input", "name"], ["input", "locale"]]),
        (
            {"organization": {"slug": "A B", "name": "", "defaultCurrency": "XXY"}},
            [["input", "organization", "slug"], ["input", "organization", "name"], ["input", "organization", "defaultCurrency"]],
        ),
    ],
)
async def test_bad_input_is_refused_with_its_places(tenant: Tenant, wish: dict[str, Any], paths: list[list[str]], owner: Any) -> None:
    asking = "mutation ($input: SignUpInput!) { signUp(input: $input) { sentTo errors { ... on InputInvalid { faults { path } } } } }"
    links = await owner.fetchval("SELECT count(*) FROM one_time_links")

    asked = await tenant.anonymous.ask(asking, input={"email": address(), "password": PASSWORD, "name": "Bob", **wish})

    assert [each["path"] for each in asked["signUp"]["errors"][0]["faults"]] == paths
    assert await owner.fetchval("SELECT count(*) FROM one_time_links") == links


async def test_a_weak_password_is_refused_with_its_flaw(tenant: Tenant) -> None:
    asking = "mutation ($input: SignUpInput!) { signUp(input: $input) { errors { ... on PasswordUnacceptable { reason path } } } }"

    asked = await tenant.anonymous.ask(asking, input={"email": address(), "password": "short", "name": "Bob"})

    assert asked["signUp"]["errors"] == [{"reason": "TOO_SHORT", "path": ["input", "password"]}]


async def test_a_password_is_set_anew_by_a_link_and_every_session_ends(ada: Person, post_box: PostBox) -> None:
    here = await ada.client()
    await ada.tenant.anonymous.ask(ASK_RESET, input={"email": ada.email})
    token = await post_box.token(ada.email, LetterKind.RESET_PASSWORD)

    weak = await ada.tenant.anonymous.ask(RESET, input={"token": token, "password": "1234567890"})
    done = await ada.tenant.anonymous.ask(RESET, input={"token": token, "password": ANOTHER})
    again = await ada.tenant.anonymous.ask(RESET, input={"token": token, "password": PASSWORD})

    assert weak["resetPassword"]["errors"][0]["__typename"] == "PasswordUnacceptable"
    assert done["resetPassword"] == {"account": {"email": ada.email}, "errors": []}
    assert again["resetPassword"]["errors"][0]["__typename"] == "LinkInvalid"
    assert (await ada.sign_in(PASSWORD))["errors"][0]["__typename"] == "CredentialsWrong"
    assert (await ada.sign_in(ANOTHER))["errors"] == []
    assert (await post_box.to(ada.email))[-1].kind is LetterKind.PASSWORD_CHANGED
    assert (await ada.tenant.house.pools.system.fetchval("SELECT count(*) FROM sessions WHERE revoked_because = 'PASSWORD_CHANGED'")) >= 1
    assert here is not None


async def test_a_link_is_good_for_what_it_was_mailed_for_alone(ada: Person, post_box: PostBox) -> None:
    email = address()
    await ada.tenant.anonymous.ask(SIGN_UP, input={"email": email, "password": PASSWORD, "name": "Bob"})
    await ada.tenant.anonymous.ask(ASK_RESET, input={"email": ada.email})
    to_sign_up = await post_box.token(email, LetterKind.VERIFY_EMAIL)
    to_reset = await post_box.token(ada.email, LetterKind.RESET_PASSWORD)

    verified = await ada.tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": to_reset})
    reset = await ada.tenant.anonymous.ask(RESET, input={"token": to_sign_up, "password": ANOTHER})

    assert verified["verifyEmail"]["errors"][0]["__typename"] == "LinkInvalid"
    assert reset["resetPassword"]["errors"][0]["__typename"] == "LinkInvalid"
    assert (await ada.sign_in())["errors"] == []
    assert (await ada.tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": to_sign_up}))["verifyEmail"]["account"][
        "email"
    ] == email


async def test_an_unknown_address_asks_for_a_link_in_vain_and_sees_no_difference(
    ada: Person, tenant: Tenant, post_box: PostBox, statements: Statements
) -> None:
    unknown = address()
    async with statements.sent() as of_known:
        first = await tenant.anonymous.ask(ASK_RESET, input={"email": ada.email})
    async with statements.sent() as of_unknown:
        second = await tenant.anonymous.ask(ASK_RESET, input={"email": unknown})

    assert (first["requestPasswordReset"], second["requestPasswordReset"]) == (
        {"sentTo": ada.email, "errors": []},
        {"sentTo": unknown, "errors": []},
    )
    assert of_known == of_unknown
    assert [each.kind for each in await post_box.to(unknown)] == [LetterKind.NOT_REGISTERED]


async def test_a_password_is_changed_by_the_one_before_and_other_sessions_end(ada: Person) -> None:
    here, elsewhere = await ada.client(), await ada.client()

    wrong = await here.ask(CHANGE, input={"currentPassword": ANOTHER, "password": ANOTHER})
    right = await here.ask(CHANGE, input={"currentPassword": PASSWORD, "password": ANOTHER})

    assert wrong["changePassword"] == {"account": None, "errors": [{"__typename": "PasswordWrong", "path": ["input", "currentPassword"]}]}
    assert right["changePassword"]["errors"] == []
    sessions = await here.ask("{ viewer { sessions { isCurrent } } }")
    assert sessions["viewer"]["sessions"] == [{"isCurrent": True}]
    assert elsewhere is not None
    assert (await ada.sign_in(ANOTHER))["errors"] == []


async def test_a_profile_is_changed_in_parts_and_a_stale_change_is_refused(ada: Person) -> None:
    client = await ada.client()

    first = await client.ask(PROFILE, input={"expectedVersion": 1, "name": "Ada L.", "profile": [{"key": "phone", "text": "+49 30 1"}]})
    stale = await client.ask(PROFILE, input={"expectedVersion": 1, "locale": "de"})
    second = await client.ask(PROFILE, input={"expectedVersion": 2, "locale": "de", "profile": [{"key": "phone", "text": ""}]})

    told = {"name": "Ada L.", "locale": "en", "version": 2, "profile": [{"key": "phone", "text": "+49 30 1"}]}
    assert first["updateProfile"] == {"account": told, "errors": []}
    assert stale["updateProfile"]["errors"] == [{"__typename": "VersionConflict", "currentVersion": 2}]
    assert second["updateProfile"]["account"] == {"name": "Ada L.", "locale": "de", "version": 3, "profile": []}


async def test_who_is_not_signed_in_has_no_profile(tenant: Tenant) -> None:
    assert await tenant.anonymous.code(PROFILE, input={"expectedVersion": 1}) == "UNAUTHENTICATED"
    assert await tenant.anonymous.code(CHANGE, input={"currentPassword": PASSWORD, "password": ANOTHER}) == "UNAUTHENTICATED"
