"""One row for every table, so that the walk has something to hide. A new table needs a row here before it can be released."""

from datetime import UTC, datetime
from uuid import UUID

from adapters.crypto.identifiers import new_id

Row = dict[str, object]

FROM, UNTIL = datetime(2040, 6, 1, 18, tzinfo=UTC), datetime(2040, 6, 1, 22, tzinfo=UTC)


def rows_of(tenant: UUID) -> dict[str, Row]:
    """Table by table, in an order that foreign keys allow; every row belongs to the tenant."""
    person, venue, event, pool, ticket_type, hold = (new_id() for _ in range(6))
    mine: Row = {"organization_id": tenant}
    return {
        "organizations": {"id": tenant, "slug": f"walk-{tenant}", "name": "Walk"},
        "organization_domains": {**mine, "domain": f"{tenant}.example"},
        "memberships": {**mine, "person_id": person, "role": "owner"},
        "people": {"id": person, "name": "Ada", "email": f"{person}@example.com"},
        **_identity_rows(tenant, person),
        "venues": {**mine, "id": venue, "name": "Hall", "street": "", "city": "Berlin", "country": "DE", "time_zone": "Europe/Berlin"},
        "events": {**mine, "id": event, "slug": "walk", "title": {}, "starts_at": FROM, "ends_at": UNTIL, "time_zone": "UTC"},
        **_series_rows(mine, event),
        "event_words": {**mine, "event_id": event, "word": "walk", "weight": 8},
        "event_texts": {**mine, "event_id": event, "body": " walk ", "titles": {"en": "walk"}},
        "event_activity": {**mine, "id": new_id(), "event_id": event, "deed": "event:created", "version": 1, "changes": {}, "at": FROM},
        **_vocabulary_rows(mine, event),
        "inventories": {**mine, "event_id": event},
        "pools": {**mine, "id": pool, "event_id": event, "name": "Standing", "capacity": 10},
        "ticket_types": {**mine, "id": ticket_type, "event_id": event, "name": {}, "price_minor": 100, "currency": "EUR"},
        "ticket_type_pools": {**mine, "ticket_type_id": ticket_type, "pool_id": pool},
        **_code_rows(mine, event, ticket_type, hold) | _seat_rows(mine, event, pool),
        "holds": {**mine, "id": hold, "event_id": event, "buyer": "cart:x", "status": "ACTIVE", "created_at": FROM, "expires_at": UNTIL},
        "hold_lines": {**mine, "hold_id": hold, "ticket_type_id": ticket_type, "quantity": 1, "pool_ids": [pool]},
        "idempotency_keys": {**mine, "scope": "cart:x", "key": "1", "deed": "holdTickets", "fingerprint": b"", "result_id": hold},
        **_image_rows(mine, event, person),
        "import_references": {**mine, "source": "pretix:demo", "kind": "event", "name": "1", "id": event},
        **_waiting_rows(mine, event),
        **_member_rows(mine, person),
        **_order_rows(mine, event, ticket_type, hold),
        **_price_rows(mine, ticket_type),
    }


def _price_rows(mine: Row, ticket_type: UUID) -> dict[str, Row]:
    code, order = new_id(), new_id()
    return {
        "price_rules": {**mine, "ticket_type_id": ticket_type, "document": {}, "counts_tickets": False},
        "pricing_settings": {**mine, "version": 1, "document": {}},
        "promo_codes": {**mine, "id": code, "code": "SPRING", "kind": "PERCENTAGE", "rate": 1, "created_at": FROM},
        "promo_code_uses": {**mine, "order_id": order, "promo_code_id": code, "amount_minor": 1, "returned_at": UNTIL},
        "promo_code_buyers": {**mine, "promo_code_id": code, "buyer": "cart:x", "order_id": order},
    }


def _ticket_rows(mine: Row, line: UUID, event: UUID, ticket_type: UUID) -> dict[str, Row]:
    key = line.hex[:11]
    ticket: Row = {
        **mine, "id": new_id(), "order_line_id": line, "event_id": event, "ticket_type_id": ticket_type, "holder": "cart:x",
        "code": "2" * 12, "status": "VALID", "key_id": key, "issued_at": FROM,
    }  # fmt: skip
    return {"ticket_keys": {**mine, "id": key, "event_id": event, "public": bytes(32), "secret_sealed": b"sealed"}, "tickets": ticket}


def _payment_rows(mine: Row, event: UUID, order: UUID, line: UUID) -> dict[str, Row]:
    payment, refund = new_id(), new_id()
    money: Row = {"amount_minor": 100, "currency": "EUR"}
    said: Row = {**mine, "order_id": order, **money, "created_at": FROM, "changed_at": FROM, "due_at": FROM}
    paid: Row = {"provider": "stripe", "method": "card", "status": "CONFIRMED", "captured_minor": 100}
    return {
        "payments": {**said, "id": payment, **paid},
        "refunds": {**said, "id": refund, "payment_id": payment, "status": "FAILED", "reason": ""},
        "refund_lines": {**mine, "id": new_id(), "refund_id": refund, "order_line_id": line, "amount_minor": 100},
        "ledger": {**mine, "id": new_id(), "order_id": order, "payment_id": payment, **money, "kind": "CAPTURE", "at": FROM},
        "payment_notices": {**mine, "provider": "stripe", "id": f"evt_{payment}", "kind": "payment_intent.succeeded", "body": b"{}"},
        "payment_settings": {**mine, "provider": "stripe", "publishable_key": "pk_test_walk"},
        "refund_policies": {**mine, "event_id": event, "hours_before": 24, "kept_rate": 0, "fees": False},
    }


def _order_rows(mine: Row, event: UUID, ticket_type: UUID, hold: UUID) -> dict[str, Row]:
    order, line, question = new_id(), new_id(), new_id()
    nothing: Row = {"net_minor": 0, "tax_minor": 0, "discount_minor": 0}
    said: Row = {"buyer": "cart:x", "name": "Ada", "locale": "en", "status": "PENDING", "channel": "ONLINE", "currency": "EUR"}
    names: Row = {"event_id": event, "ticket_type_id": ticket_type, "hold_id": hold}
    return {
        "orders": {
            **mine, "id": order, "number": "WALK2345", **said, **nothing, "fee_minor": 0, "total_minor": 0, "created_at": FROM,
            "expires_at": UNTIL,
        },
        "order_lines": {
            **mine, "id": line, "order_id": order, "position": 0, **names, "list_minor": 0, **nothing, "price_minor": 0,
            "tax_rate": 0,
        },
        "order_fees": {
            **mine, "id": new_id(), "order_id": order, "kind": "BOOKING", "label": "", "price_minor": 0, "net_minor": 0, "tax_minor": 0,
            "tax_rate": 0,
        },
        "order_history": {**mine, "id": new_id(), "order_id": order, "at": FROM, "kind": "order:created", "version": 1, "facts": {}},
        "order_secrets": {**mine, "digest": order.bytes, "order_id": order},
        "order_words": {**mine, "order_id": order, "word": "walk"},
        "questions": {**mine, "id": question, "event_id": event, "scope": "ORDER", "kind": "TEXT", "label": {}},
        "order_answers": {**mine, "order_id": order, "about_id": order, "question_id": question, "plain": ["walk"]},
        **_ticket_rows(mine, line, event, ticket_type),
        **_payment_rows(mine, event, order, line),
    }  # fmt: skip


def _member_rows(mine: Row, person: UUID) -> dict[str, Row]:
    invitation: Row = {
        **mine, "id": new_id(), "email": f"{person}@example.org", "role": "admin", "token_hash": person.bytes,
        "invited_at": FROM, "expires_at": UNTIL,
    }  # fmt: skip
    key: Row = {
        **mine, "id": new_id(), "name": "Till", "token_hash": person.bytes, "hint": "tbs_walk", "permissions": ["events:create"],
        "created_by": person, "created_at": FROM,
    }  # fmt: skip
    return {
        "invitations": invitation,
        "service_keys": key,
        "platform_admin_acts": {**mine, "id": new_id(), "person_id": person, "news": []},
        "platform_admins": {"person_id": person},
    }


def _waiting_rows(mine: Row, event: UUID) -> dict[str, Row]:
    return {
        "outbox": {**mine, "id": new_id(), "type": "hold:placed", "version": 1, "subject": f"event:{event}", "payload": {}},
        "letters": {**mine, "id": new_id(), "kind": "INVITATION", "content_sealed": b"sealed"},
        "news_groups": {"name": f"walk-{event}", "types": ["hold:placed"]},
        "deliveries": {
            **mine, "group_name": "walk", "news_id": new_id(), "position": 1, "type": "hold:placed", "version": 1,
            "subject": f"event:{event}", "payload": {}, "occurred_at": FROM,
        },
    }  # fmt: skip


def _image_rows(mine: Row, event: UUID, person: UUID) -> dict[str, Row]:
    image: Row = {
        **mine, "id": new_id(), "event_id": event, "position": 0, "status": "PENDING", "content_type": "image/png",
        "byte_size": 1, "counted_bytes": 1, "created_at": FROM, "created_by": person,
    }  # fmt: skip
    return {"images": image, "discarded_images": {**mine, "image_id": new_id()}}


def _identity_rows(tenant: UUID, person: UUID) -> dict[str, Row]:
    session: Row = {
        "id": new_id(), "person_id": person, "organization_id": tenant, "device": "curl", "methods": ["PASSWORD"],
        "created_at": FROM, "last_seen_at": FROM, "idle_seconds": 60, "expires_at": UNTIL,
    }  # fmt: skip
    return {
        "accounts": {"person_id": person},
        "one_time_links": {"token_hash": tenant.bytes, "purpose": "SIGN_UP", "email": f"{person}@example.com", "expires_at": UNTIL},
        "sessions": session,
        "refresh_tokens": {"token_hash": tenant.bytes, "session_id": session["id"], "created_at": FROM},
        "two_factors": {"person_id": person, "secret_sealed": b"sealed"},
        "recovery_codes": {"person_id": person, "code_hash": tenant.bytes},
        "sign_in_challenges": {"token_hash": tenant.bytes, "person_id": person, "carrier": "TOKENS", "expires_at": UNTIL},
        "known_devices": {"person_id": person, "mark": tenant.bytes},
        "signing_keys": {"id": str(tenant), "place": "NEXT", "key_sealed": b"sealed"},
    }


def _vocabulary_rows(mine: Row, event: UUID) -> dict[str, Row]:
    category, field = new_id(), new_id()
    return {
        "event_categories": {**mine, "id": category, "slug": "walks", "name": {}},
        "event_category_choices": {**mine, "event_id": event, "category_id": category, "position": 1},
        "metadata_fields": {**mine, "id": field, "key": "shoes", "label": {}, "kind": "STRING"},
        "event_metadata": {**mine, "event_id": event, "field_id": field, "text_value": "sturdy"},
        "event_join_links": {**mine, "event_id": event, "url": "https://meet.example/walk"},
    }


def _series_rows(mine: Row, event: UUID) -> dict[str, Row]:
    series = new_id()
    said: Row = {"slug": "walk", "title": {}, "attendance_mode": "PHYSICAL", "rule": "FREQ=DAILY;COUNT=1", "starts_on": FROM.date()}
    times: Row = {"time_zone": "UTC", "start_time": FROM.time(), "lasts": UNTIL - FROM, "created_at": FROM, "updated_at": FROM}
    return {
        "event_series": {**mine, "id": series, **said, **times},
        "event_occurrences": {**mine, "event_id": event, "series_id": series, "date": FROM.date()},
    }


def _code_rows(mine: Row, event: UUID, ticket_type: UUID, hold: UUID) -> dict[str, Row]:
    code = new_id()
    return {
        "access_codes": {**mine, "id": code, "event_id": event, "code": "FRIENDS", "created_at": FROM},
        "access_code_types": {**mine, "access_code_id": code, "ticket_type_id": ticket_type},
        "access_code_uses": {**mine, "access_code_id": code, "hold_id": hold},
    }


def _seat_rows(mine: Row, event: UUID, pool: UUID) -> dict[str, Row]:
    plan, version = new_id(), new_id()
    measures = {"width": 1, "height": 1, "seat_count": 1, "sections": [], "categories": [], "document": b""}
    place = {"id": new_id(), "guid": "s1", "label": "A-1", "section": 0, "row_no": 0, "place": 1, "category": 0}
    return {
        "seating_plans": {**mine, "id": plan, "name": "Great Hall"},
        "seating_plan_versions": {**mine, "id": version, "plan_id": plan, "version": 1, "hash": "0" * 64, **measures},
        "seatings": {**mine, "event_id": event, "plan_version_id": version, "moved_at": 1},
        "seat_categories": {**mine, "event_id": event, "category": 0, "name": "Stalls", "pool_id": pool},
        "seats": {**mine, "event_id": event, "seat_no": 0, **place},
        "seat_moves": {**mine, "event_id": event, "slot": 1, "sequence": 1, "seats": [0]},
    }
