"""Who may do what: every mutation with every role, admins of the platform, service keys, and with nobody.

A mutation without an entry here fails the test.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import GRANTS, Role, Viewer
from schema.root import build_schema
from tests.api import callers, wishes
from tests.api.box_office import put_on_sale
from tests.api.callers import Asker, Stranger
from tests.api.conftest import Client, Tenant
from tests.architecture.test_deeds import needed
from tests.tickets import wishes as ticket_wishes

pytestmark = pytest.mark.asyncio

EVERYBODY = frozenset({None, *Role})
SIGNED_IN = frozenset[Role | None](Role)
ALL_POWERS = frozenset({Role.OWNER, Role.ADMIN})
RUNS_EVENTS = ALL_POWERS | {Role.MANAGER}
MAKES_EVENTS = RUNS_EVENTS | {Role.ORGANIZER}
SERVES_BUYERS = MAKES_EVENTS | {Role.SUPPORT}
KEEPS_ORDERS = MAKES_EVENTS | {Role.SUPPORT}


MATRIX: dict[str, tuple[frozenset[Role | None], Callable[[Tenant], Awaitable[dict[str, Any]]]]] = {
    "createEvent": (MAKES_EVENTS, wishes.new_event),
    "updateEvent": (MAKES_EVENTS, wishes.change),
    "publishEvent": (MAKES_EVENTS, wishes.publication),
    "unpublishEvent": (MAKES_EVENTS, wishes.published),
    "postponeEvent": (MAKES_EVENTS, wishes.published),
    "rescheduleEvent": (MAKES_EVENTS, wishes.move),
    "cancelEvent": (MAKES_EVENTS, wishes.cancellation),
    # Refused to those who may as well, since the event lies ahead or is not cancelled; that is tested with the life cycle.
    "completeEvent": (MAKES_EVENTS, wishes.published),
    "archiveEvent": (MAKES_EVENTS, wishes.published),
    "copyEvent": (MAKES_EVENTS, wishes.copy),
    "deleteEvent": (RUNS_EVENTS, wishes.change),
    "createEventSeries": (MAKES_EVENTS, wishes.repetition),
    # Where something is removed it needs events:delete besides; that is tested with series.
    "updateEventSeries": (MAKES_EVENTS, wishes.longer_series),
    "updateOccurrences": (MAKES_EVENTS, wishes.occurrences),
    "updateOccurrenceTicketTypes": (MAKES_EVENTS, wishes.occurrence_types),
    "publishOccurrences": (MAKES_EVENTS, wishes.occurrences),
    "cancelOccurrences": (MAKES_EVENTS, wishes.cancelled_occurrences),
    "createTicketType": (MAKES_EVENTS, wishes.new_type),
    "updateTicketType": (MAKES_EVENTS, wishes.a_type),
    "deleteTicketType": (MAKES_EVENTS, wishes.a_type),
    "reorderTicketTypes": (MAKES_EVENTS, wishes.order),
    "createPool": (MAKES_EVENTS, wishes.new_pool),
    "updatePool": (MAKES_EVENTS, wishes.pool),
    "deletePool": (MAKES_EVENTS, wishes.pool),
    "createAccessCode": (MAKES_EVENTS, wishes.new_code),
    "revokeAccessCode": (MAKES_EVENTS, wishes.code),
    "createQuestion": (MAKES_EVENTS, wishes.new_question),
    "updateQuestion": (MAKES_EVENTS, wishes.question_change),
    "archiveQuestion": (MAKES_EVENTS, wishes.question_and_version),
    "reorderQuestions": (MAKES_EVENTS, wishes.order_of_questions),
    "createReservedAllotment": (MAKES_EVENTS, wishes.allotment),
    "setPriceRules": (MAKES_EVENTS, wishes.a_type),
    "setPricing": (RUNS_EVENTS, wishes.pricing),
    "setTaxRules": (RUNS_EVENTS, wishes.tax_rules),
    "setFees": (RUNS_EVENTS, wishes.fees),
    "createPromoCode": (RUNS_EVENTS, wishes.new_promo_code),
    "updatePromoCode": (RUNS_EVENTS, wishes.promo_code_change),
    "deactivatePromoCode": (RUNS_EVENTS, wishes.promo_code),
    "createProduct": (MAKES_EVENTS, wishes.new_product),
    # That it is one's own, or one is an owner, is decided by the deed and tested with products.
    "updateProduct": (MAKES_EVENTS, wishes.product),
    "requestImageUpload": (MAKES_EVENTS, wishes.new_image),
    "finishImageUpload": (MAKES_EVENTS, wishes.image),
    "updateImage": (MAKES_EVENTS, wishes.image_change),
    "reorderImages": (MAKES_EVENTS, wishes.gallery),
    "removeImage": (MAKES_EVENTS, wishes.image),
    "createEventCategory": (RUNS_EVENTS, wishes.new_category),
    "updateEventCategory": (RUNS_EVENTS, wishes.category),
    "deleteEventCategory": (RUNS_EVENTS, wishes.category),
    "createMetadataField": (RUNS_EVENTS, wishes.new_field),
    "updateMetadataField": (RUNS_EVENTS, wishes.field),
    "deleteMetadataField": (RUNS_EVENTS, wishes.field),
    "createVenue": (MAKES_EVENTS, wishes.new_venue),
    "updateVenue": (MAKES_EVENTS, wishes.changed_venue),
    "importSeatingPlan": (MAKES_EVENTS, wishes.plan),
    "assignSeatingPlan": (MAKES_EVENTS, wishes.assignment),
    "unassignSeatingPlan": (MAKES_EVENTS, wishes.seated),
    "blockSeats": (MAKES_EVENTS, wishes.seats_to_block),
    "unblockSeats": (MAKES_EVENTS, wishes.seats),
    "holdTickets": (EVERYBODY, wishes.wish),
    "holdSeats": (EVERYBODY, wishes.seats_to_hold),
    "holdBestAvailable": (EVERYBODY, wishes.best_seats),
    # Everybody may ask; that a hold is one's own is decided by the deed and tested with holds.
    "releaseHold": (EVERYBODY, wishes.anothers_hold),
    "extendHold": (EVERYBODY, wishes.anothers_hold),
    "checkOutCart": (EVERYBODY, wishes.cart_to_buy),
    "createBoxOfficeOrder": (SERVES_BUYERS, wishes.nothing_to_sell),
    # Everybody may ask; that an order is one's own is decided by the deed and tested with orders.
    "cancelOrder": (EVERYBODY, wishes.order_of_somebody),
    "updateAttendees": (EVERYBODY, wishes.order_and_attendees),
    "cancelOrderLines": (SERVES_BUYERS, wishes.order_and_lines),
    "approveOrder": (SERVES_BUYERS, wishes.order_and_version),
    "declineOrder": (SERVES_BUYERS, wishes.order_to_decline),
    "annotateOrder": (SERVES_BUYERS, wishes.order_to_annotate),
    # Whose order and payment it is, is decided by the deed and tested with payments.
    "startPayment": (EVERYBODY, wishes.order_of_somebody),
    "cancelPayment": (EVERYBODY, wishes.payment_of_nobody),
    "requestRefund": (EVERYBODY, wishes.order_of_somebody),
    "recordPayment": (SERVES_BUYERS, wishes.order_and_cash),
    "refundOrder": (RUNS_EVENTS, wishes.order_of_somebody),
    "setPaymentSettings": (ALL_POWERS, wishes.payment_keys),
    "setRefundPolicy": (RUNS_EVENTS, wishes.refund_policy),
    # What is tried with secrets that nobody has is refused in the payload, to everybody alike.
    "signUp": (EVERYBODY, wishes.new_account),
    "verifyEmail": (EVERYBODY, wishes.link),
    "requestPasswordReset": (EVERYBODY, wishes.address),
    "resetPassword": (EVERYBODY, wishes.link_and_password),
    "signIn": (EVERYBODY, wishes.credentials),
    "refreshSession": (EVERYBODY, wishes.refresh_token),
    "answerChallenge": (EVERYBODY, wishes.challenge),
    "changePassword": (SIGNED_IN, wishes.passwords),
    "updateProfile": (SIGNED_IN, wishes.profile),
    "signOut": (SIGNED_IN, wishes.nothing),
    "revokeSession": (SIGNED_IN, wishes.session),
    "revokeOtherSessions": (SIGNED_IN, wishes.nothing),
    "enrollTwoFactor": (SIGNED_IN, wishes.password),
    "confirmTwoFactor": (SIGNED_IN, wishes.code_of_authenticator),
    "disableTwoFactor": (SIGNED_IN, wishes.both_factors),
    "regenerateRecoveryCodes": (SIGNED_IN, wishes.both_factors),
    # That one gives and takes no more than one has is decided by the deed and tested with members.
    "inviteMember": (ALL_POWERS, wishes.invitee),
    "revokeInvitation": (ALL_POWERS, wishes.invitation),
    "changeMemberRole": (ALL_POWERS, wishes.member_and_role),
    "removeMember": (ALL_POWERS, wishes.member),
    "transferOwnership": (frozenset({Role.OWNER}), wishes.heir),
    "leaveOrganization": (SIGNED_IN, wishes.organization),
    "acceptInvitation": (EVERYBODY, wishes.link),
    "switchOrganization": (SIGNED_IN, wishes.organization),
    "issueComplimentaryTickets": (KEEPS_ORDERS, ticket_wishes.gift),
    "blockTicket": (KEEPS_ORDERS, ticket_wishes.ticket),
    # Refused to those who may as well, since the ticket is not blocked; that is tested with tickets.
    "unblockTicket": (KEEPS_ORDERS, ticket_wishes.ticket),
    "reissueTicket": (KEEPS_ORDERS, ticket_wishes.ticket),
    "voidTicket": (KEEPS_ORDERS, ticket_wishes.ticket),
    "rotateTicketKey": (MAKES_EVENTS, ticket_wishes.key),
    "createServiceKey": (ALL_POWERS, wishes.new_service_key),
    "revokeServiceKey": (ALL_POWERS, wishes.service_key),
}
FOR_PEOPLE = frozenset(
    {
        "changePassword",
        "updateProfile",
        "signOut",
        "revokeSession",
        "revokeOtherSessions",
        "enrollTwoFactor",
        "confirmTwoFactor",
        "disableTwoFactor",
        "regenerateRecoveryCodes",
        "inviteMember",
        "revokeInvitation",
        "changeMemberRole",
        "removeMember",
        "transferOwnership",
        "leaveOrganization",
        "switchOrganization",
        "createServiceKey",
        "revokeServiceKey",
    }
)
"""What no program may do, whatever its service key is good for."""
WITH_THE_ONE = frozenset({"createVenue", "updateVenue", "importSeatingPlan"})
"""What a service key may do that has this one permission, besides what everybody may."""


def may(who: Asker, mutation: str) -> bool:
    """Whether such a caller may do it, as the table above says; an admin of the platform may do everything."""
    allowed, _ = MATRIX[mutation]
    if who is Stranger.PLATFORM_ADMIN:
        return True
    if who is Stranger.KEY_WITH_ALL:
        return mutation not in FOR_PEOPLE
    if who is Stranger.KEY_WITH_ONE:
        return allowed == EVERYBODY or mutation in WITH_THE_ONE
    return who in allowed


async def test_every_mutation_has_an_entry() -> None:
    mutations = build_schema()._schema.mutation_type

    assert mutations
    assert set(mutations.fields) == set(MATRIX)


@pytest.mark.parametrize("role", Role)
async def test_the_table_agrees_with_what_mutations_say_they_need_and_with_what_roles_are_granted(role: Role) -> None:
    mutations = build_schema()._schema.mutation_type
    assert mutations

    granted = {each.value for each in GRANTS[role]}
    said = {name: set(needed(field.description or "")) for name, field in mutations.fields.items()}

    assert {name for name in MATRIX if role in MATRIX[name][0]} == {name for name, permissions in said.items() if permissions <= granted}


@pytest.mark.parametrize("who", callers.EVERYBODY, ids=str)
@pytest.mark.parametrize("mutation", MATRIX)
async def test_a_mutation_is_done_for_those_who_may_and_for_nobody_else(tenant: Tenant, mutation: str, who: Asker) -> None:
    wish = await MATRIX[mutation][1](tenant)
    if who is Role.ORGANIZER:
        # An organizer changes what is hers; that she changes nothing else is tested with ownership.
        await callers.hand_over(tenant, who)
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ ... on UserError {{ code }} }} }} }}"

    answer = await (await callers.caller(tenant, who)).answer(document, input=wish)

    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    if may(who, mutation):
        assert codes == []
    else:
        assert codes == ["FORBIDDEN" if who else "UNAUTHENTICATED"]


async def test_the_counters_of_pools_are_for_those_who_manage_tickets(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    query = "query ($id: ID!) { event(by: {id: $id}) { pools { held } } }"

    seen = {who: (await (await callers.caller(tenant, who)).ask(query, id=event_id))["event"]["pools"] for who in callers.EVERYBODY}

    assert {who for who, pools in seen.items() if pools is not None} == MAKES_EVENTS | {Stranger.PLATFORM_ADMIN, Stranger.KEY_WITH_ALL}


async def test_a_token_for_another_organization_than_the_one_named_is_refused(tenant: Tenant, other_tenant: Tenant) -> None:
    client = tenant.owner.with_headers(x_organization=other_tenant.organization.slug)

    assert await client.code("{ viewer { role } }") == "BAD_USER_INPUT"


async def test_a_member_of_one_organization_is_a_stranger_in_another(tenant: Tenant, other_tenant: Tenant) -> None:
    claims_of_a_stranger = Tenant(other_tenant.organization, tenant.house, tenant.http, tenant.people).owner

    viewer = (await claims_of_a_stranger.ask("{ viewer { role permissions } }"))["viewer"]

    assert viewer == {"role": None, "permissions": ["accounts:use", "holds:place", "orders:place"]}


async def test_without_any_organization_nothing_is_shown(tenant: Tenant) -> None:
    nobody = Client(tenant.http)

    assert await nobody.code("{ events { totalCount } }") == "BAD_USER_INPUT"
    assert await nobody.ask("{ organization { id } viewer { role } holds { id } }") == {"organization": None, "viewer": None, "holds": []}


async def test_an_unknown_organization_is_refused(tenant: Tenant) -> None:
    assert await Client(tenant.http, {"x-organization": "nowhere"}).code("{ organization { id } }") == "NOT_FOUND"


async def test_the_tenant_is_told_by_subdomain_by_id_and_by_its_old_header(tenant: Tenant) -> None:
    expected = {"organization": {"slug": tenant.organization.slug}}
    query = "{ organization { slug } }"

    for headers in (
        {"host": f"{tenant.organization.slug}.localhost:8000"},
        {"x-organization": str(tenant.organization.id)},
        {"x-tenant-id": tenant.organization.slug},
    ):
        assert await Client(tenant.http, headers).ask(query) == expected


@pytest.mark.parametrize(("was", "is_now"), [(Role.OWNER, Role.USER), (Role.USER, Role.OWNER), (Role.ANALYST, None)])
async def test_an_operation_runs_with_the_role_its_viewer_has_by_then(tenant: Tenant, was: Role, is_now: Role | None) -> None:
    """Whoever opened a socket as an owner is one no more once he was made something else."""
    person = tenant.people[is_now] if is_now else new_id()
    opened = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, person, was))

    async with tenant.house.contexts.fresh(opened) as context:
        assert context.viewer == replace(opened.viewer, role=is_now)


async def test_what_is_rendered_for_nobody_in_particular_keeps_the_role_it_is_rendered_for(tenant: Tenant) -> None:
    nobody = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, role=Role.OWNER))

    async with tenant.house.contexts.fresh(nobody) as context:
        assert context.viewer == nobody.viewer
