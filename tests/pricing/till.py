"""What the tests of prices do again and again: set rules and settings, make promo codes, look at what is shown."""

from typing import Any

from tests.api.conftest import Client
from tests.ticket_types.desk import done

RULES = """
priceRules {
  kind taxCode byCategory { category priceMinor } tiers { name priceMinor change fromAt untilAt soldFrom soldUntil }
  demand { steps { taken change } floorMinor ceilingMinor roundTo } named { minimumMinor suggestedMinor maximumMinor }
}
"""
PRICES = "price { amountMinor } currentPrice { amountMinor currency } priceRange { least { amountMinor } most { amountMinor } }"
PROMO = """
promoCode {
  id code label kind percent amountMinor currency eventIds ticketTypeIds validFrom validUntil minimumMinor budgetMinor useLimit
  buyerLimit stackable uses spentMinor deactivatedAt version
}
"""
PRICING = """
pricing {
  version pricesIncludeTax rounding country region
  taxRules { country region taxCode percent validFrom validUntil }
  fees { kind label per fixedMinor percent capMinor currency taxCode onFree }
}
"""


async def set_rules(client: Client, type_id: str, version: int = 1, **rules: Any) -> dict[str, Any]:
    """The ticket type with its new rules."""
    shown = f"ticketType {{ id version {RULES} }}"
    payload = await done(client, "setPriceRules", shown, ticketTypeId=type_id, expectedVersion=version, **rules)
    found: dict[str, Any] = payload["ticketType"]
    return found


async def shown(client: Client, type_id: str) -> tuple[int, int | None, int, int]:
    """What a type costs by itself, what the next ticket costs, and between what."""
    found = (await client.ask(f"query ($id: ID!) {{ ticketType(id: $id) {{ {PRICES} }} }}", id=type_id))["ticketType"]
    least, most = found["priceRange"]["least"]["amountMinor"], found["priceRange"]["most"]["amountMinor"]
    return found["price"]["amountMinor"], found["currentPrice"]["amountMinor"], least, most


async def rules_of(client: Client, type_id: str) -> dict[str, Any] | None:
    """The rules as this caller sees them, with the type's version."""
    found: dict[str, Any] = (await client.ask(f"query ($id: ID!) {{ ticketType(id: $id) {{ version {RULES} }} }}", id=type_id))[
        "ticketType"
    ]
    return found


async def promo_code(client: Client, kind: str = "PERCENTAGE", **terms: Any) -> dict[str, Any]:
    """A new promo code."""
    made: dict[str, Any] = (await done(client, "createPromoCode", PROMO, kind=kind, **terms))["promoCode"]
    return made


async def promo_codes(client: Client) -> list[dict[str, Any]]:
    """All of them, the oldest first."""
    found = await client.ask("{ promoCodes(first: 100) { nodes " + PROMO.replace("promoCode", "", 1) + " } }")
    nodes: list[dict[str, Any]] = found["promoCodes"]["nodes"]
    return nodes


async def pricing(client: Client) -> dict[str, Any]:
    """How the organization prices."""
    found: dict[str, Any] = (await client.ask(f"{{ {PRICING} }}"))["pricing"]
    return found
