"""A second factor is enrolled by password, turned on by its first code, and turned off by both; what is kept of it nobody can read."""

import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from adapters.postgres.sealed import SEALED, rewrap_column
from domain.identity import Viewer
from domain.letters import LetterKind
from domain.two_factor import TwoFactor, place_of_secret
from gateway.vault_keys import new_vault_key, vault_keys, vault_of
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.identity.authenticators import (
    CODE_WRONG,
    CONFIRM,
    DISABLE,
    ENROLL,
    REGENERATE,
    TWO_FACTOR,
    Guarded,
    enroll,
    guard,
    live_sessions,
)
from tests.identity.conftest import Person, PostBox, make_person

pytestmark = pytest.mark.asyncio

PASSWORD_WRONG = [{"__typename": "PasswordWrong", "code": "FORBIDDEN", "path": ["input", "currentPassword"]}]
OFF = [{"__typename": "TwoFactorOff", "code": "CONFLICT", "path": []}]
ON = [{"__typename": "TwoFactorOn", "code": "CONFLICT", "path": []}]


async def changes(post_box: PostBox, person: Person) -> list[str]:
    """What was written to her of her second factor."""
    return [each.facts["change"] for each in await post_box.to(person.email) if each.kind is LetterKind.TWO_FACTOR_CHANGED]


async def row_of(person: Person, columns: str) -> Any:
    return await person.tenant.house.pools.system.fetchrow(
        f"SELECT {columns} FROM two_factors JOIN people p ON p.id = person_id WHERE p.email = $1", person.email
    )


def draw(svg: str) -> Image.Image:
    """The picture as a browser draws it: a white ground, and black lines one module high."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (size * 8, size * 8), 255)
    pencil, x, y = ImageDraw.Draw(picture), 0.0, 0.0
    path = re.search(r'stroke="#000" d="([^"]+)"', svg)
    assert path, svg
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path[1]):
        if verb == "h":
            pencil.rectangle((x * 8, (y - 0.5) * 8, (x + float(first)) * 8 - 1, (y + 0.5) * 8 - 1), fill=0)
        x, y = (x if verb in "mh" else 0) + float(first), (y if verb in "mh" else 0) + float(second or 0)
    return picture


async def test_an_authenticator_reads_from_the_picture_what_can_be_typed_as_well(ada: Person) -> None:
    enrollment = (await (await ada.client()).ask(ENROLL, input={"currentPassword": ada.password}))["enrollTwoFactor"]["enrollment"]

    [read] = zxingcpp.read_barcodes(draw(enrollment["qr"]["svg"]))
    [from_data] = zxingcpp.read_barcodes(draw(unquote(enrollment["qr"]["dataUri"]).replace("'", '"')))

    uri = urlsplit(enrollment["uri"])
    assert read.text == from_data.text == enrollment["uri"]
    assert read.format == zxingcpp.BarcodeFormat.QRCode
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/TicketBase:{ada.email}")
    assert parse_qs(uri.query) == {"secret": [enrollment["secret"]], "issuer": ["TicketBase"]}
    assert re.fullmatch("[A-Z2-7]{32}", enrollment["secret"])
    assert enrollment["qr"]["svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert enrollment["qr"]["dataUri"].startswith("data:image/svg+xml")


async def test_until_its_first_code_it_is_not_asked_for(ada: Person, post_box: PostBox) -> None:
    waiting = await enroll(ada)

    signed_in = await waiting.sign_in()

    assert (signed_in["errors"], signed_in["session"]) == ([], {"methods": ["PASSWORD"]})
    assert await waiting.shown() is None
    assert await changes(post_box, ada) == []


async def test_the_first_code_turns_it_on_and_gives_ten_recovery_codes(ada: Person, post_box: PostBox) -> None:
    guarded = await guard(ada)

    codes = guarded.recovery_codes
    shown = await guarded.shown()
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){2}", each) for each in codes)
    assert (shown["recoveryCodesLeft"], bool(shown["enabledAt"])) == (10, True)
    assert await changes(post_box, ada) == ["ENABLED"]


async def test_what_is_kept_of_it_cannot_be_read_nor_guessed(ada: Person) -> None:
    guarded = await guard(ada)

    row = await row_of(ada, "person_id, secret_sealed")
    kept = await ada.tenant.house.pools.system.fetch("SELECT code_hash FROM recovery_codes WHERE person_id = $1", row["person_id"])
    bare = [each.replace("-", "") for each in guarded.recovery_codes]
    digests = {hashlib.sha256(each.encode()).digest() for each in (*bare, *guarded.recovery_codes)}
    assert guarded.secret.encode() not in row["secret_sealed"]
    assert {len(each["code_hash"]) for each in kept} == {32}
    assert not digests & {each["code_hash"] for each in kept}
    assert place_of_secret(row["person_id"]) == f"person|{row['person_id']}|totp|1"


async def test_a_wrong_code_does_not_turn_it_on(ada: Person, post_box: PostBox) -> None:
    waiting = await enroll(ada)

    refused = [await waiting.own(CONFIRM, code=each) for each in (await waiting.wrong(), await waiting.code(-2), "", "0123-4567-89ab")]

    assert refused == [{"recoveryCodes": None, "errors": CODE_WRONG}] * 4
    assert await waiting.shown() is None
    assert await changes(post_box, ada) == []
    assert tuple(await row_of(ada, "enabled_at, last_step")) == (None, 0)


async def test_enrolling_needs_the_password(ada: Person) -> None:
    client = await ada.client()

    refused = (await client.ask(ENROLL, input={"currentPassword": "not her password"}))["enrollTwoFactor"]

    assert refused == {"enrollment": None, "errors": PASSWORD_WRONG}
    assert await row_of(ada, "1") is None


async def test_enrolling_again_before_the_first_code_gives_another_secret(ada: Person) -> None:
    first = await enroll(ada)
    second = await enroll(ada)

    assert first.secret != second.secret
    assert (await first.own(CONFIRM, code=await first.code()))["errors"] == CODE_WRONG
    assert (await second.own(CONFIRM, code=await second.code()))["errors"] == []


async def test_what_is_on_is_not_replaced(ada: Person) -> None:
    guarded = await guard(ada)

    again = await guarded.own(ENROLL, currentPassword=ada.password)
    confirmed = await guarded.own(CONFIRM, code=await guarded.code(1))

    assert again == {"enrollment": None, "errors": ON}
    assert confirmed == {"recoveryCodes": None, "errors": ON}
    answered = await guarded.answer(await guarded.challenge(), await guarded.code(1))
    assert answered["errors"] == []


async def test_the_store_too_leaves_alone_what_is_on(ada: Person) -> None:
    await guard(ada)
    before = await row_of(ada, "person_id, secret_sealed, last_step")

    async with ada.tenant.house.contexts.for_viewer(Viewer(ada.tenant.organization.id)).accounts() as work:
        await work.two_factors.enroll(TwoFactor(before["person_id"], b"another"))

    assert await row_of(ada, "person_id, secret_sealed, last_step") == before


async def test_where_none_is_on_there_is_nothing_to_change(ada: Person) -> None:
    client = await ada.client()
    guarded = Guarded(ada, client, "A" * 32, [])

    assert (await guarded.own(CONFIRM, code="123456"))["errors"] == OFF
    for document in (DISABLE, REGENERATE):
        assert (await guarded.own(document, currentPassword=ada.password, code="123456"))["errors"] == OFF
    waiting = await enroll(ada)
    assert (await waiting.own(DISABLE, currentPassword=ada.password, code=await waiting.code()))["errors"] == OFF


async def test_turning_it_off_takes_both_factors(ada: Person, post_box: PostBox) -> None:
    guarded = await guard(ada)
    code = await guarded.code(1)

    without_password = await guarded.own(DISABLE, currentPassword="not her password", code=code)
    without_code = await guarded.own(DISABLE, currentPassword=ada.password, code=await guarded.wrong())

    assert without_password == {"account": None, "errors": PASSWORD_WRONG}
    assert without_code == {"account": None, "errors": CODE_WRONG}
    assert (await guarded.shown())["recoveryCodesLeft"] == 10
    done = await guarded.own(DISABLE, currentPassword=ada.password, code=code)
    assert done == {"account": {"twoFactor": None}, "errors": []}
    assert (await guarded.sign_in())["session"] == {"methods": ["PASSWORD"]}
    assert await changes(post_box, ada) == ["ENABLED", "DISABLED"]
    assert await row_of(ada, "1") is None


async def test_a_recovery_code_turns_it_off_too(ada: Person) -> None:
    guarded = await guard(ada)

    done = await guarded.own(DISABLE, currentPassword=ada.password, code=guarded.recovery_codes[3])

    assert done["errors"] == []
    assert await guarded.shown() is None


async def test_new_recovery_codes_end_the_old_ones(ada: Person, post_box: PostBox) -> None:
    guarded = await guard(ada)
    refused = await guarded.own(REGENERATE, currentPassword=ada.password, code=await guarded.wrong())
    without_password = await guarded.own(REGENERATE, currentPassword="not her password", code=guarded.recovery_codes[0])

    renewed = await guarded.own(REGENERATE, currentPassword=ada.password, code=guarded.recovery_codes[0])

    assert refused == {"recoveryCodes": None, "errors": CODE_WRONG}
    assert without_password == {"recoveryCodes": None, "errors": PASSWORD_WRONG}
    assert len(set(renewed["recoveryCodes"]) - set(guarded.recovery_codes)) == 10
    assert (await guarded.shown())["recoveryCodesLeft"] == 10
    challenge = await guarded.challenge()
    assert (await guarded.answer(challenge, guarded.recovery_codes[1]))["errors"] == CODE_WRONG
    assert (await guarded.answer(challenge, renewed["recoveryCodes"][1]))["errors"] == []
    assert await changes(post_box, ada) == ["ENABLED", "RECOVERY_CODES_RENEWED", "RECOVERY_CODE_USED"]


async def test_a_code_is_used_up_by_whatever_it_was_given_for(ada: Person, clock: Clock) -> None:
    guarded = await guard(ada)
    code = await guarded.code(1)
    assert (await guarded.own(REGENERATE, currentPassword=ada.password, code=code))["errors"] == []

    again = await guarded.own(DISABLE, currentPassword=ada.password, code=code)
    signing_in = await guarded.answer(await guarded.challenge(), code)

    assert again["errors"] == signing_in["errors"] == CODE_WRONG
    await clock.advance(seconds=60)
    assert (await guarded.own(DISABLE, currentPassword=ada.password, code=await guarded.code()))["errors"] == []


async def test_only_she_herself_sees_that_she_has_one(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    guarded = await guard(ada)
    reset = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { sentTo } }"
    use = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { account { email twoFactor { enabledAt } } } }"
    await tenant.anonymous.ask(reset, input={"email": ada.email})
    token = await post_box.token(ada.email, LetterKind.RESET_PASSWORD)

    seen = await tenant.anonymous.ask(use, input={"token": token, "password": "seven quiet herons upstream"})

    assert seen["resetPassword"]["account"] == {"email": ada.email, "twoFactor": None}
    assert await row_of(ada, "enabled_at IS NOT NULL AS on") is not None
    assert guarded.recovery_codes


async def test_a_secret_opens_for_its_own_person_alone(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    """Who can write to the database could put the secret of his own authenticator into another's row."""
    guarded, eve = await guard(ada), await guard(await make_person(tenant, post_box))
    await tenant.house.pools.system.execute(
        "UPDATE two_factors SET secret_sealed = $2 FROM people p WHERE p.id = person_id AND p.email = $1",
        ada.email, (await row_of(eve.person, "secret_sealed"))["secret_sealed"],
    )  # fmt: skip
    before = await live_sessions(ada)

    document = "mutation ($input: AnswerChallengeInput!) { answerChallenge(input: $input) { errors { __typename } } }"
    wish = {"challenge": await guarded.challenge(), "code": await eve.code(1)}
    code = await tenant.anonymous.code(document, input=wish)

    assert code == "INTERNAL_SERVER_ERROR"
    assert await live_sessions(ada) == before


async def test_rotating_the_vault_takes_secrets_along_and_recovery_codes_stay_good(ada: Person) -> None:
    guarded, pools, settings = await guard(ada), ada.tenant.house.pools, ada.tenant.house.settings
    [column] = [each for each in SEALED if each.table == "two_factors"]
    old, new = settings.vault_keys, vault_keys(new_vault_key())
    both, back = vault_of((*new, *old)), vault_of((*old, *new))
    before = (await row_of(ada, "secret_sealed"))["secret_sealed"]

    outcome = [each async for each in rewrap_column(pools.app, pools.system, both, column)][-1]

    row = await row_of(ada, "person_id, secret_sealed")
    assert outcome.closed == 0
    assert row["secret_sealed"] != before
    assert vault_of(new).open(row["secret_sealed"], bound_to=place_of_secret(row["person_id"])) == guarded.secret.encode()
    assert [each async for each in rewrap_column(pools.app, pools.system, back, column)][-1].closed == 0
    assert (await guarded.answer(await guarded.challenge(), await guarded.code(1)))["errors"] == []
    assert (await guarded.answer(await guarded.challenge(), guarded.recovery_codes[0]))["errors"] == []


async def test_somebody_without_an_account_has_no_second_factor(tenant: Tenant) -> None:
    assert (await tenant.owner.ask(TWO_FACTOR))["viewer"]["account"] == {"twoFactor": None}
    assert (await tenant.anonymous.answer(TWO_FACTOR))["data"] == {"viewer": None}
