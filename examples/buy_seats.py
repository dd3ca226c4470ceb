"""Buys two seats of the demo's play with a test card, shows and verifies the tickets, gives one back, and looks at the books.

    set -a; . .data/environment; set +a          what `make run` wrote
    .venv/bin/python examples/buy_seats.py

It does what a page, a scanner and the box office do, over HTTP alone. The card goes to the double of Stripe, and no money moves.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import segno

PLAY, CATEGORY, OWNER, PASSWORD = "the-drowned-bell", "Stalls", "owner@demo.example", "velvet curtain rises"
CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
PATIENCE_SECONDS = 30
EVENT = "query ($slug: String!) { event(by: {slug: $slug}) { id title startsAt ticketTypes { id name } } }"
HOLD = """mutation ($input: HoldBestAvailableInput!) { holdBestAvailable(input: $input) {
  hold { id lines { seats { label } } } cart errors { __typename ... on UserError { message } } } }"""
CART = "{ cart { total { amountMinor currency formatted } } }"
CHECK_OUT = """mutation ($input: CheckOutCartInput!) { checkOutCart(input: $input) {
  order { id number total { formatted } } errors { __typename ... on UserError { message } } } }"""
START = """mutation ($input: StartPaymentInput!) { startPayment(input: $input) {
  clientSecret publishableKey errors { __typename ... on UserError { message } } } }"""
ORDER = """query ($id: ID!) { order(by: {id: $id}) {
  status paymentState version paid { amountMinor formatted } refunded { amountMinor formatted }
  lines { id cancelledAt seat { label } ticket { id code status qrCode { text } } }
  refunds { status amount { formatted } } transactions { kind amount { amountMinor formatted } } } }"""
SIGN_IN = (
    "mutation ($input: SignInInput!) { signIn(input: $input) { tickets { access } errors { __typename ... on UserError { message } } } }"
)
REFUND = """mutation ($input: RefundOrderInput!) { refundOrder(input: $input) {
  refunds { id } errors { __typename ... on UserError { message } } } }"""


@dataclass(slots=True)
class Visitor:
    """Somebody at the demo's API: a buyer with a cart, or a member of the staff with a token."""

    http: httpx.Client
    headers: dict[str, str] = field(default_factory=lambda: {"X-Organization": "demo"})

    def ask(self, document: str, **variables: Any) -> Any:
        """The data, or of a mutation its payload. Ends the script with the reason when it is refused."""
        answer = self.http.post("/graphql", json={"query": document, "variables": variables}, headers=self.headers).json()
        if "errors" in answer:
            sys.exit(f"refused: {answer['errors'][0]['message']}")
        data: Any = answer["data"]
        if not document.startswith("mutation"):
            return data
        (payload,) = data.values()
        if payload["errors"]:
            sys.exit(f"refused: {payload['errors'][0]}")
        return payload

    def file(self, path: str) -> bytes:
        """What lies there."""
        return self.http.get(path, headers=self.headers).raise_for_status().content

    def until(self, order_id: str, true: Callable[[Any], bool]) -> Any:
        """The order, once this is true of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true(order := self.ask(ORDER, id=order_id)["order"]):
            if time.monotonic() > deadline:
                sys.exit(f"nothing came of it: {order}")
            time.sleep(0.1)
        return order


def main(environment: Mapping[str, str]) -> int:
    """Walk the whole way; 1 when the books are not in balance."""
    if "STRIPE_API_BASE" not in environment:
        sys.exit("First let `make run` say where it is: set -a; . .data/environment; set +a")
    with httpx.Client(base_url=f"http://127.0.0.1:{environment['TICKETBASE_PORT']}", trust_env=False, timeout=30) as http:
        buyer, staff = Visitor(http), Visitor(http)
        event = buyer.ask(EVENT, slug=PLAY)["event"]
        order_id, secret = check_out(buyer, event)
        pay(environment["STRIPE_API_BASE"], *secret)
        order = buyer.until(order_id, lambda it: it["status"] == "CONFIRMED")
        print(f"Paid       {order['paid']['formatted']} with the card 4242 4242 4242 4242; the order is {order['status']}")
        show_tickets(buyer, order)
        sign_in(staff)
        verify(staff, event, order)
        order = refund(staff, order_id, order)
        verify(staff, event, order)
        return books(staff, order_id)


def check_out(buyer: Visitor, event: Mapping[str, Any]) -> tuple[str, tuple[str, str]]:
    """The order of two seats beside each other, and what the page that takes the card is given: a secret and a key."""
    [kind] = [each for each in event["ticketTypes"] if each["name"] == CATEGORY]
    held = buyer.ask(HOLD, input={"eventId": event["id"], "lines": [{"ticketTypeId": kind["id"], "quantity": 2}]})
    buyer.headers["X-Cart"] = held["cart"]
    seats = [seat["label"] for line in held["hold"]["lines"] for seat in line["seats"]]
    print(f"Held       {' and '.join(seats)} for “{event['title']}”")
    total = buyer.ask(CART)["cart"]["total"]
    wish = {"email": "ada@buyer.example", "name": "Ada", "idempotencyKey": str(uuid4())}
    expected = {"amountMinor": total["amountMinor"], "currency": total["currency"]}
    order = buyer.ask(CHECK_OUT, input={**wish, "expectedTotal": expected})["order"]
    print(f"Ordered    number {order['number']}, {order['total']['formatted']}")
    begun = buyer.ask(START, input={"orderId": order["id"], "idempotencyKey": str(uuid4())})
    return order["id"], (begun["clientSecret"], begun["publishableKey"])


def pay(stripe: str, client_secret: str, publishable_key: str) -> None:
    """What Stripe's script does on a page: the card goes to Stripe, and never to us."""
    intent = client_secret.partition("_secret_")[0]
    card = {f"payment_method_data[card][{name}]": value for name, value in CARD.items()}
    form = {"client_secret": client_secret, "payment_method_data[type]": "card", **card}
    headers = {"Authorization": f"Bearer {publishable_key}"}
    answer = httpx.post(f"{stripe}/v1/payment_intents/{intent}/confirm", data=form, headers=headers, trust_env=False)
    if not answer.is_success:
        sys.exit(f"the card was not taken: {answer.text}")


def show_tickets(buyer: Visitor, order: Mapping[str, Any]) -> None:
    """Each ticket's code for people, its QR code for cameras, and the picture that a page shows."""
    folder = Path(tempfile.mkdtemp(prefix="tickets-"))
    for line in order["lines"]:
        ticket = line["ticket"]
        picture = folder / f"{ticket['code']}.svg"
        picture.write_bytes(buyer.file(f"/api/tickets/{ticket['id']}/qr.svg"))
        print(f"\nTicket     {ticket['code']}, {line['seat']['label']}; also in {picture}")
        segno.make_qr(ticket["qrCode"]["text"], error="m").terminal(compact=True)
    print()


def sign_in(staff: Visitor) -> None:
    """From now on the visitor is the demo's owner."""
    token = staff.ask(SIGN_IN, input={"email": OWNER, "password": PASSWORD})["tickets"]["access"]
    staff.headers["Authorization"] = f"Bearer {token}"


def verify(staff: Visitor, event: Mapping[str, Any], order: Mapping[str, Any]) -> None:
    """What a scanner at the door says of the codes, which has the event's keys and revoked tickets and no network."""
    node = shutil.which("node", path=f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        print("Verified   not at all, since there is no Node here: `python3 deploy/install.py dev` brings it")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys.json").write_bytes(staff.file(f"/api/events/{event['id']}/ticket-keys"))
        (folder / "revoked.json").write_bytes(staff.file(f"/api/events/{event['id']}/revoked-tickets"))
        script = Path(__file__).with_name("verify-ticket.mjs")
        command = [node, script, "keys.json", "--at", event["startsAt"], "--revoked", "revoked.json"]
        codes = "".join(f"{line['ticket']['qrCode']['text']}\n" for line in order["lines"] if line["ticket"])
        said = subprocess.run(command, cwd=folder, input=codes, capture_output=True, text=True, check=True).stdout
    for line, verdict in zip(order["lines"], said.splitlines(), strict=True):
        print(f"Verified   {line['seat']['label']}: {json.loads(verdict)['outcome']}")


def refund(staff: Visitor, order_id: str, order: Mapping[str, Any]) -> Any:
    """The order after one of its admissions was called off and its price given back."""
    line = order["lines"][0]
    wish = {"orderId": order_id, "lineIds": [line["id"]], "cancelLines": True, "reason": "One is ill", "idempotencyKey": str(uuid4())}
    staff.ask(REFUND, input={**wish, "expectedVersion": order["version"]})
    after = staff.until(order_id, lambda it: [each["status"] for each in it["refunds"]] == ["SUCCEEDED"])
    print(f"\nRefunded   {after['refunded']['formatted']} for {line['seat']['label']}")
    return after


def books(staff: Visitor, order_id: str) -> int:
    """The movements of the order's money, and whether all that TicketBase keeps adds up; 1 when it does not."""
    order = staff.ask(ORDER, id=order_id)["order"]
    for each in order["transactions"]:
        print(f"Booked     {each['kind'].lower():8}{each['amount']['formatted']:>12}")
    left = order["paid"]["amountMinor"] - order["refunded"]["amountMinor"]
    booked = sum(each["amount"]["amountMinor"] for each in order["transactions"])
    print(f"Left       {left} minor units, as booked: {booked}; the order is {order['status']} and {order['paymentState']}")
    audit = subprocess.run([sys.executable, "-P", "-m", "gateway.cli", "audit"], capture_output=True, text=True, check=False)
    print(f"Audit      {(audit.stdout or audit.stderr).strip().splitlines()[-1]}")
    return 1 if audit.returncode or left != booked else 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
