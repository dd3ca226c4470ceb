"""A second opinion: the path of a payment and its refund against a double of Stripe that others wrote, on a socket of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from adapters.stripe.accounts import open_stripe
from domain.payments import Charge, Credentials, Payment, PaymentStatus, Refund, RefundStatus

pytestmark = pytest.mark.asyncio

SERVE = "import sys; from aiohttp import web; from localstripe.server import app; web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]))"
NOW = datetime(2040, 6, 1, tzinfo=UTC)
CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2044", "cvc": "123"}


@pytest.fixture(scope="module")
def localstripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its application object, served on the loopback interface by a process of its own, which keeps its store in its folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("localstripe")
    command = [sys.executable, "-c", SERVE, str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


async def test_a_payment_is_made_and_given_back_there_too(localstripe: str) -> None:
    payment = Payment(uuid4(), uuid4(), "stripe", "card", PaymentStatus.CREATED, 2_500, "EUR", NOW, NOW)
    charge = Charge(payment, uuid4(), "W3K7PQ2X", "The Hall", None, None, NOW + timedelta(minutes=15))
    async with open_stripe(localstripe) as accounts, httpx.AsyncClient(trust_env=False, base_url=localstripe) as http:
        account = accounts.open(Credentials("pk_test_12345", "sk_test_12345", "whsec_x"))

        begun = await account.begin(charge)
        paying: dict[str, Any] = {"type": "card", **{f"card[{name}]": value for name, value in CARD.items()}}
        method = (await http.post("/v1/payment_methods", data=paying, auth=("sk_test_12345", ""))).json()
        intent = f"/v1/payment_intents/{begun.reference}"
        await http.post(intent, data={"payment_method": method["id"]}, auth=("sk_test_12345", ""))
        await http.post(f"{intent}/confirm", auth=("sk_test_12345", ""))
        known = Payment(
            payment.id, payment.order_id, "stripe", "card", PaymentStatus.CREATED, 2_500, "EUR", NOW, NOW, begun.reference, begun.intent
        )
        paid = await account.retrieve(known)
        refund = Refund(uuid4(), payment.order_id, payment.id, RefundStatus.REQUESTED, 500, "EUR", "", NOW, NOW)
        given = await account.refund(known, refund)

    assert (begun.status, begun.amount_minor, begun.currency) == (PaymentStatus.CREATED, 2_500, "EUR")
    assert (paid.status, paid.payment_id, paid.order_id) == (PaymentStatus.CONFIRMED, payment.id, payment.order_id)
    assert (given.status, given.amount_minor, given.currency) == (RefundStatus.SUCCEEDED, 500, "EUR")
