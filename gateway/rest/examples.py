"""Examples of bodies for the OpenAPI document, by operation; a test holds each against its schema, and buys by that of an order."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "CheckOutCart": {
        "email": "ada@buyer.example",
        "name": "Ada Lovelace",
        "locale": "en",
        "expectedTotal": {"amountMinor": 5100, "currency": "EUR"},
        "lines": [{"ticketTypeId": "VGlja2V0VHlwZToBn_6RHcR_Fp6wBhVx6Zqf", "quantity": 2}],
    },
    "CancelOrder": {"reason": "The buyer is ill."},
}
