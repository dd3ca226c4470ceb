"""What each mutation is asked with, by an organization that has what it takes."""

from typing import Any

from adapters.crypto.identifiers import new_id, new_token
from domain.identity import Role
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, event_input, hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.vocabulary import make_category, make_field
from tests.seating.halls import import_plan, seated_event, small_hall
from tests.series.runs import draft, fridays, type_of


async def new_event(_tenant: Tenant) -> dict[str, Any]:
    return event_input(slug="new-show")


async def change(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "expectedVersion": 1}


async def publication(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)
    return {"eventId": event_id}


async def published(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await put_on_sale(tenant.owner)
    return {"eventId": event_id, "expectedVersion": 2}


async def move(tenant: Tenant) -> dict[str, Any]:
    return await published(tenant) | {"startsAt": "2031-06-01T18:00:00Z"}


async def cancellation(tenant: Tenant) -> dict[str, Any]:
    return await published(tenant) | {"reason": [{"locale": "en", "text": "The singer is ill."}]}


async def copy(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "slug": "once-more", "startsAt": "2031-06-01T18:00:00Z"}


async def new_type(tenant: Tenant) -> dict[str, Any]:
    name = [{"locale": "en", "text": "Balcony"}]
    return {"eventId": await create_event(tenant.owner), "name": name, "price": {"amountMinor": 1, "currency": "EUR"}, "capacity": 5}


async def a_type(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    return {"ticketTypeId": await create_ticket_type(tenant.owner, event_id), "expectedVersion": 1}


async def order(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "ticketTypeIds": []}


async def new_pool(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "name": "Floor", "capacity": 5}


async def pool(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreatePoolInput!) { createPool(input: $input) { pool { id } } }"
    return {"poolId": (await tenant.owner.ask(document, input=await new_pool(tenant)))["createPool"]["pool"]["id"]}


async def new_code(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    return {"eventId": event_id, "ticketTypeIds": [await create_ticket_type(tenant.owner, event_id)]}


async def code(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateAccessCodeInput!) { createAccessCode(input: $input) { accessCode { id } } }"
    made = await tenant.owner.ask(document, input=await new_code(tenant))
    return {"accessCodeId": made["createAccessCode"]["accessCode"]["id"]}


async def allotment(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    return {"eventId": event_id, "ticketTypeId": await create_ticket_type(tenant.owner, event_id), "quantity": 5}


async def pricing(_tenant: Tenant) -> dict[str, Any]:
    return {"expectedVersion": 0, "country": "DE"}


async def tax_rules(_tenant: Tenant) -> dict[str, Any]:
    return {"expectedVersion": 0, "rules": [{"country": "DE", "percent": "19"}]}


async def fees(_tenant: Tenant) -> dict[str, Any]:
    return {"expectedVersion": 0, "fees": [{"label": "Service", "percent": "1.5"}]}


async def new_question(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "kind": "TEXT", "label": [{"locale": "en", "text": "Which club?"}]}


async def question(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateQuestionInput!) { createQuestion(input: $input) { question { id } } }"
    made = await tenant.owner.ask(document, input=await new_question(tenant))
    return {"questionId": made["createQuestion"]["question"]["id"]}


async def question_and_version(tenant: Tenant) -> dict[str, Any]:
    return await question(tenant) | {"expectedVersion": 1}


async def question_change(tenant: Tenant) -> dict[str, Any]:
    return await question_and_version(tenant) | {"required": True}


async def order_of_questions(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "questionIds": []}


async def new_promo_code(_tenant: Tenant) -> dict[str, Any]:
    return {"kind": "PERCENTAGE", "percent": "10"}


async def promo_code(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreatePromoCodeInput!) { createPromoCode(input: $input) { promoCode { id } } }"
    made = await tenant.owner.ask(document, input=await new_promo_code(tenant))
    return {"promoCodeId": made["createPromoCode"]["promoCode"]["id"]}


async def promo_code_change(tenant: Tenant) -> dict[str, Any]:
    return await promo_code(tenant) | {"expectedVersion": 1, "label": "Spring"}


async def new_product(_tenant: Tenant) -> dict[str, Any]:
    return {"title": "Poster", "price": {"amountMinor": 500, "currency": "EUR"}}


async def product(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }"
    made = await tenant.owner.ask(document, input=await new_product(tenant))
    return {"productId": made["createProduct"]["product"]["id"], "expectedVersion": 1}


async def wish(tenant: Tenant) -> dict[str, Any]:
    event_id, type_id = await put_on_sale(tenant.owner)
    return {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 1}]}


async def anothers_hold(tenant: Tenant) -> dict[str, Any]:
    event_id, type_id = await put_on_sale(tenant.owner)
    return {"holdId": (await hold(tenant.anonymous, event_id, type_id))["hold"]["id"]}


async def new_image(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "contentType": "image/png", "byteSize": 100}


async def image(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: RequestImageUploadInput!) { requestImageUpload(input: $input) { image { id } } }"
    made = await tenant.owner.ask(document, input=await new_image(tenant))
    return {"imageId": made["requestImageUpload"]["image"]["id"]}


async def image_change(tenant: Tenant) -> dict[str, Any]:
    return {**await image(tenant), "expectedVersion": 1, "alt": []}


async def gallery(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "imageIds": []}


async def new_venue(_tenant: Tenant) -> dict[str, Any]:
    return {"name": "Hall", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}


async def changed_venue(tenant: Tenant) -> dict[str, Any]:
    mutation = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }"
    made = (await tenant.owner.ask(mutation, input=await new_venue(tenant)))["createVenue"]["venue"]
    return {"venueId": made["id"], "expectedVersion": 1}


async def new_category(_tenant: Tenant) -> dict[str, Any]:
    return {"slug": "jazz", "name": [{"locale": "en", "text": "Jazz"}]}


async def category(tenant: Tenant) -> dict[str, Any]:
    return {"categoryId": await make_category(tenant.owner, "jazz"), "expectedVersion": 1}


async def new_field(_tenant: Tenant) -> dict[str, Any]:
    return {"key": "minimumAge", "label": [{"locale": "en", "text": "Age"}], "kind": "NUMBER"}


async def field(tenant: Tenant) -> dict[str, Any]:
    return {"fieldId": await make_field(tenant.owner, "minimumAge", "NUMBER"), "expectedVersion": 1}


async def plan(_tenant: Tenant) -> dict[str, Any]:
    return {"document": small_hall()}


async def assignment(tenant: Tenant) -> dict[str, Any]:
    version_id = await import_plan(tenant.owner, small_hall())
    return {"eventId": await create_event(tenant.owner), "seatingPlanVersionId": version_id, "categories": []}


async def seated(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id}


async def seats(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id, "labels": ["Stalls A-1"]}


async def seats_to_hold(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id, "seats": [{"label": "Stalls A-1"}]}


async def best_seats(tenant: Tenant) -> dict[str, Any]:
    event_id, types = await seated_event(tenant.owner)
    return {"eventId": event_id, "lines": [{"ticketTypeId": types["Balcony"], "quantity": 2}]}


async def seats_to_block(tenant: Tenant) -> dict[str, Any]:
    return {**await seats(tenant), "reason": "broken"}


async def repetition(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await draft(tenant.owner), "expectedVersion": 1, "recurrence": {"frequency": "WEEKLY", "count": 2}}


async def longer_series(tenant: Tenant) -> dict[str, Any]:
    series_id, _ = await fridays(tenant.owner)
    return {"seriesId": series_id, "expectedVersion": 1, "recurrence": {"frequency": "WEEKLY", "count": 6}}


async def occurrences(tenant: Tenant) -> dict[str, Any]:
    _, ids = await fridays(tenant.owner)
    return {"eventId": ids[1], "scope": "THIS_AND_FOLLOWING", "expectedVersion": 1}


async def cancelled_occurrences(tenant: Tenant) -> dict[str, Any]:
    return await occurrences(tenant) | {"reason": [{"locale": "en", "text": "The singer is ill."}]}


async def occurrence_types(tenant: Tenant) -> dict[str, Any]:
    _, ids = await fridays(tenant.owner)
    return {"ticketTypeId": await type_of(tenant.owner, ids[1]), "scope": "ALL", "expectedVersion": 1, "maxPerOrder": 2}


async def new_account(_tenant: Tenant) -> dict[str, Any]:
    return {"email": f"bob-{new_id()}@example.org", "password": "plum lantern gravel Tuesday", "name": "Bob"}


async def credentials(_tenant: Tenant) -> dict[str, Any]:
    return {"email": f"bob-{new_id()}@example.org", "password": "plum lantern gravel Tuesday"}


async def address(_tenant: Tenant) -> dict[str, Any]:
    return {"email": f"bob-{new_id()}@example.org"}


async def link(_tenant: Tenant) -> dict[str, Any]:
    return {"token": "of nobody", "password": "plum lantern gravel Tuesday"}


async def link_and_password(_tenant: Tenant) -> dict[str, Any]:
    return {"token": "of nobody", "password": "plum lantern gravel Tuesday"}


async def passwords(_tenant: Tenant) -> dict[str, Any]:
    return {"currentPassword": "was another", "password": "plum lantern gravel Tuesday"}


async def profile(_tenant: Tenant) -> dict[str, Any]:
    return {"expectedVersion": 1, "locale": "de"}


async def refresh_token(_tenant: Tenant) -> dict[str, Any]:
    return {"refreshToken": "of nobody"}


async def challenge(_tenant: Tenant) -> dict[str, Any]:
    return {"challenge": "of nobody", "code": "000000"}


async def password(_tenant: Tenant) -> dict[str, Any]:
    return {"currentPassword": "plum lantern gravel Tuesday"}


async def code_of_authenticator(_tenant: Tenant) -> dict[str, Any]:
    return {"code": "000000"}


async def both_factors(_tenant: Tenant) -> dict[str, Any]:
    return {"currentPassword": "plum lantern gravel Tuesday", "code": "000000"}


async def session(_tenant: Tenant) -> dict[str, Any]:
    return {"sessionId": ids.show("Session", new_id())}


async def invitee(_tenant: Tenant) -> dict[str, Any]:
    return {"email": f"eve-{new_id()}@example.org", "role": "ANALYST"}


async def invitation(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }"
    invited = await tenant.owner.ask(document, input=await invitee(tenant))
    return {"invitationId": invited["inviteMember"]["invitation"]["id"]}


async def member(tenant: Tenant) -> dict[str, Any]:
    return {"memberId": ids.show("Member", tenant.people[Role.USER]), "expectedVersion": 1}


async def member_and_role(tenant: Tenant) -> dict[str, Any]:
    return {**await member(tenant), "role": "ANALYST"}


async def heir(tenant: Tenant) -> dict[str, Any]:
    return {"memberId": ids.show("Member", tenant.people[Role.ADMIN]), "password": "not the owner's"}


async def organization(tenant: Tenant) -> dict[str, Any]:
    return {"organizationId": ids.show("Organization", tenant.organization.id)}


async def new_service_key(_tenant: Tenant) -> dict[str, Any]:
    return {"name": "Till", "permissions": ["venues:manage"]}


async def service_key(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateServiceKeyInput!) { createServiceKey(input: $input) { serviceKey { id } } }"
    made = await tenant.owner.ask(document, input=await new_service_key(tenant))
    return {"serviceKeyId": made["createServiceKey"]["serviceKey"]["id"]}


async def nothing(_tenant: Tenant) -> dict[str, Any]:
    return {}


async def cart_to_buy(tenant: Tenant) -> dict[str, Any]:
    return {"email": "ada@example.org", "name": "Ada", "expectedTotal": {"amountMinor": 0, "currency": "EUR"}}


async def nothing_to_sell(_tenant: Tenant) -> dict[str, Any]:
    return {"complimentary": True}


async def order_of_somebody(tenant: Tenant) -> dict[str, Any]:
    return {"orderId": await _order_of(tenant.anonymous.with_headers(x_cart=new_token()), tenant)}


async def order_and_cash(tenant: Tenant) -> dict[str, Any]:
    return await order_of_somebody(tenant) | {"amount": {"amountMinor": 1, "currency": "EUR"}}


async def payment_of_nobody(tenant: Tenant) -> dict[str, Any]:
    return await order_of_somebody(tenant) | {"paymentId": ids.show("Payment", new_id())}


async def payment_keys(_tenant: Tenant) -> dict[str, Any]:
    keys = {"publishableKey": "pk_test_matrix00", "secretKey": "sk_test_matrix00", "webhookSecret": "whsec_matrix00"}
    return {**keys, "expectedVersion": 0}


async def refund_policy(_tenant: Tenant) -> dict[str, Any]:
    return {"policy": {"hoursBefore": 24}}


async def order_and_version(tenant: Tenant) -> dict[str, Any]:
    return await order_of_somebody(tenant) | {"expectedVersion": 1}


async def order_to_decline(tenant: Tenant) -> dict[str, Any]:
    return await order_and_version(tenant) | {"reason": "Too many"}


async def order_to_annotate(tenant: Tenant) -> dict[str, Any]:
    return await order_and_version(tenant) | {"notes": "A regular"}


async def order_and_lines(tenant: Tenant) -> dict[str, Any]:
    return await order_and_version(tenant) | {"lineIds": [ids.show("OrderLine", new_id())]}


async def order_and_attendees(tenant: Tenant) -> dict[str, Any]:
    return await order_and_version(tenant) | {"attendees": [{"lineId": ids.show("OrderLine", new_id()), "name": "Grace"}]}


async def _order_of(buyer: Client, tenant: Tenant) -> str:
    event_id, type_id = await put_on_sale(tenant.owner)
    await hold(buyer, event_id, type_id)
    wish = {"email": "ada@example.org", "name": "Ada", "expectedTotal": {"amountMinor": 2550, "currency": "EUR"}}
    document = "mutation ($input: CheckOutCartInput!) { checkOutCart(input: $input) { order { id } } }"
    return str((await buyer.ask(document, input=wish))["checkOutCart"]["order"]["id"])
