"""The addresses under /v1: who may ask, with which parameters, once for each idempotency key."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.embedded.stripe_double import intents, refunds, sessions
from gateway.embedded.stripe_double.accounts import Account, Accounts, Answer, Object, new_id
from gateway.embedded.stripe_double.events import shown
from gateway.embedded.stripe_double.faults import API, IDEMPOTENCY, StripeFault
from gateway.embedded.stripe_double.intents import Intents
from gateway.embedded.stripe_double.parameters import Parameters, decode, many, may, read, text, whole
from gateway.embedded.stripe_double.refunds import Refunds
from gateway.embedded.stripe_double.sessions import Sessions

LONGEST_KEY = 255
RETRIEVE: Parameters = {"client_secret": may(text(255)), "key": may(text(255)), "expand": may(many(text()))}
ONLY: Parameters = {"expand": may(many(text()))}
EXPANDABLE = {"latest_charge": "charge", "charge": "charge", "payment_intent": "payment_intent"}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its parameters, what it does, and whether pages may ask with the publishable key and the client's secret."""

    method: str
    path: str
    parameters: Parameters
    act: Callable[[Account, str, Object], Object]
    for_pages: bool = False


@dataclass(slots=True)
class Trouble:
    """What goes wrong with the next requests: `error` (500, nothing done), `busy` (429), `cut` (done, answer lost), `slow` (done late)."""

    path: str
    kind: str
    times: int = 1
    seconds: float = 0.0


class CutOff(Response):
    """An answer that breaks off: whoever asked cannot know what was done."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise more than is sent."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Api:
    """Answers as Stripe's API does."""

    def __init__(self, accounts: Accounts, intents: Intents, sessions: Sessions, refunds: Refunds) -> None:
        self._accounts, self._intents, self._sessions, self._refunds = accounts, intents, sessions, refunds
        self.troubles: list[Trouble] = []
        self.requests: list[tuple[str, str]] = []

    def routes(self) -> list[BaseRoute]:
        """The addresses, and a 404 in Stripe's shape for all others."""
        return [*(self._route(address) for address in self._addresses()), Route("/v1/{rest:path}", self._nowhere, methods=["GET", "POST"])]

    def _addresses(self) -> list[Address]:
        do, cancel = self._intents, self._cancel_intent
        return [
            Address("POST", "/v1/payment_intents", intents.CREATE, lambda account, _, asked: do.create(account, asked)),
            Address("GET", "/v1/payment_intents/{id}", RETRIEVE, _getting("payment_intent"), for_pages=True),
            Address("POST", "/v1/payment_intents/{id}/confirm", intents.CONFIRM, self._confirm_intent, for_pages=True),
            Address("POST", "/v1/payment_intents/{id}/cancel", intents.CANCEL, cancel),
            Address("POST", "/v1/checkout/sessions", sessions.CREATE, lambda account, _, asked: self._sessions.create(account, asked)),
            Address("GET", "/v1/checkout/sessions/{id}", ONLY, _getting("checkout.session")),
            Address("POST", "/v1/checkout/sessions/{id}/expire", ONLY, self._expire_session),
            Address("POST", "/v1/refunds", refunds.CREATE, lambda account, _, asked: self._refunds.create(account, asked)),
            Address("GET", "/v1/refunds", _listed("payment_intent", "charge"), _listing("refund")),
            Address("GET", "/v1/refunds/{id}", ONLY, _getting("refund")),
            Address("POST", "/v1/refunds/{id}/cancel", ONLY, self._cancel_refund),
            Address("GET", "/v1/charges/{id}", ONLY, _getting("charge")),
            Address("GET", "/v1/disputes", _listed("payment_intent", "charge"), _listing("dispute")),
            Address("GET", "/v1/disputes/{id}", ONLY, _getting("dispute")),
            Address("GET", "/v1/events", _listed("type"), _listing("event")),
            Address("GET", "/v1/events/{id}", ONLY, _getting("event")),
        ]

    def _route(self, address: Address) -> Route:
        async def answer(request: Request) -> Response:
            self.requests.append((request.method, request.url.path))
            trouble = self._trouble(request.url.path)
            if trouble and trouble.kind in {"error", "busy"}:
                return _failing(trouble.kind)
            if trouble and trouble.kind == "slow":
                await asyncio.sleep(trouble.seconds)
            try:
                given = await self._answer(address, request)
            except StripeFault as fault:
                given = JSONResponse(fault.body, fault.status)
            given.headers["Request-Id"] = new_id("req")
            return CutOff() if trouble and trouble.kind == "cut" else given

        return Route(address.path, answer, methods=[address.method])

    async def _nowhere(self, request: Request) -> Response:
        message = f"Unrecognized request URL ({request.method}: {request.url.path})."
        return JSONResponse(StripeFault(message, status=404).body, 404)

    async def _answer(self, address: Address, request: Request) -> Response:
        """Who asks, then what the key was answered with before, then the deed itself."""
        account, is_secret = self._accounts.of(request.headers.get("authorization", ""))
        if not is_secret and not address.for_pages:
            raise StripeFault("This API call cannot be made with a publishable API key.", status=401)
        body = (await request.body()).decode(errors="replace") if request.method == "POST" else request.url.query
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        if len(key) > LONGEST_KEY:
            raise StripeFault(f"Keys for idempotent requests can be at most {LONGEST_KEY} characters.", type=IDEMPOTENCY)
        asked = (f"{request.method} {request.url.path}", json.dumps(decode(body), sort_keys=True))
        if known := account.answers.get(key):
            return _replay(known, asked, key)
        answer = self._perform(address, account, request.path_params.get("id", ""), body, is_secret=is_secret)
        # A request that is malformed has done nothing, and its key stays free.
        if key and answer.status != 400:
            account.answers[key] = Answer(asked, answer.status, answer.body)
        return JSONResponse(answer.body, answer.status)

    def _perform(self, address: Address, account: Account, id: str, body: str, *, is_secret: bool) -> Answer:
        try:
            asked = read(decode(body), address.parameters)
            if not is_secret:
                _check_client(account, id, asked)
            return Answer(("", ""), 200, _expand(account, shown(address.act(account, id, asked)), asked.get("expand", ())))
        except StripeFault as fault:
            return Answer(("", ""), fault.status, fault.body)

    def _trouble(self, path: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.times > 0 and re.search(trouble.path, path):
                trouble.times -= 1
                return trouble
        return None

    def _confirm_intent(self, account: Account, id: str, asked: Object) -> Object:
        intent = account.get("payment_intent", id)
        paid = self._intents.confirm(account, intent, asked)
        if session := self._sessions.of_intent(account, intent):
            self._sessions.complete(account, session, intent)
        return paid

    def _cancel_intent(self, account: Account, id: str, asked: Object) -> Object:
        return self._intents.cancel(account, account.get("payment_intent", id), asked)

    def _expire_session(self, account: Account, id: str, _: Object) -> Object:
        return self._sessions.expire(account, account.get("checkout.session", id))

    def _cancel_refund(self, account: Account, id: str, _: Object) -> Object:
        return self._refunds.cancel(account, account.get("refund", id))


def _getting(kind: str) -> Callable[[Account, str, Object], Object]:
    def gets(account: Account, id: str, _: Object) -> Object:
        return account.get(kind, id)

    return gets


def _listed(*filters: str) -> Parameters:
    return {"limit": may(whole), "starting_after": may(text(255)), **ONLY, **{name: may(text(255)) for name in filters}}


def _listing(kind: str) -> Callable[[Account, str, Object], Object]:
    def lists(account: Account, _: str, asked: Object) -> Object:
        limit = asked.get("limit", 10)
        if not 1 <= limit <= 100:
            raise StripeFault("Invalid limit: must be between 1 and 100", code="parameter_invalid_integer", param="limit")
        wanted = {name: value for name, value in asked.items() if name not in {"limit", "starting_after", "expand"}}
        found = account.all(kind, lambda each: all(each.get(name) == value for name, value in wanted.items()))
        if after := asked.get("starting_after"):
            ids = [each["id"] for each in found]
            account.get(kind, after, "starting_after")
            found = found[ids.index(after) + 1 :] if after in ids else []
        data = [shown(each) for each in found[:limit]]
        return {"object": "list", "data": data, "has_more": len(found) > limit, "url": f"/v1/{kind}s"}

    return lists


def _check_client(account: Account, id: str, asked: Object) -> None:
    """A page knows one intent's secret, and is told of that intent alone."""
    intent = account.get("payment_intent", id)
    if asked.get("client_secret") != intent["client_secret"]:
        raise StripeFault("The client_secret provided does not match the client_secret associated with the PaymentIntent.", status=401)


def _expand(account: Account, object: Object, names: Any) -> Object:
    for name in names:
        if name not in EXPANDABLE or name not in object:
            raise StripeFault(f"This property cannot be expanded ({name}).", param="expand")
        if isinstance(object[name], str):
            object[name] = shown(account.get(EXPANDABLE[name], object[name]))
    return object


def _replay(known: Answer, asked: tuple[str, str], key: str) -> Response:
    if known.request != asked:
        message = f"Keys for idempotent requests can only be used with the same parameters they were first used with. Key: {key}"
        raise StripeFault(message, type=IDEMPOTENCY)
    return JSONResponse(known.body, known.status, headers={"Idempotent-Replayed": "true"})


def _failing(kind: str) -> Response:
    if kind == "busy":
        fault = StripeFault("Request rate limit exceeded.", status=429, code="rate_limit")
    else:
        fault = StripeFault("An unknown error occurred.", status=500, type=API)
    return JSONResponse(fault.body, fault.status, headers={"Stripe-Should-Retry": "false"})
