"""The controls for tests and drills: accounts, how events travel, what goes wrong, and what becomes of refunds and disputes."""

from collections.abc import Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.embedded.stripe_double.accounts import Account, Accounts, Object
from gateway.embedded.stripe_double.api import Api, Trouble
from gateway.embedded.stripe_double.events import CORRUPTIONS, Deliverer, shown
from gateway.embedded.stripe_double.faults import StripeFault
from gateway.embedded.stripe_double.intents import Intents
from gateway.embedded.stripe_double.refunds import Refunds


class Control:
    """What Stripe's dashboard and the weather do to the real one."""

    def __init__(self, accounts: Accounts, api: Api, deliverer: Deliverer, intents: Intents, refunds: Refunds) -> None:
        self._accounts, self._api, self._deliverer, self._intents, self._refunds = accounts, api, deliverer, intents, refunds

    def routes(self) -> list[Route]:
        """The controls, all of JSON."""
        return [
            Route("/_control/accounts", self._open_account, methods=["POST"]),
            Route("/_control/conduct", self._conduct, methods=["POST"]),
            Route("/_control/troubles", self._trouble, methods=["POST"]),
            Route("/_control/events", self._events),
            Route("/_control/events/{id}/deliver", self._deliver, methods=["POST"]),
            Route("/_control/deliveries", self._deliveries),
            Route("/_control/requests", self._requests),
            Route("/_control/intents/{id}/dispute", self._dispute, methods=["POST"]),
            Route("/_control/disputes/{id}/close", self._close_dispute, methods=["POST"]),
            Route("/_control/refunds/{id}/settle", self._settle, methods=["POST"]),
            Route("/_control/intents/{id}/challenge", self._challenge, methods=["POST"]),
            Route("/_control/intents/{id}/change", self._change, methods=["POST"]),
        ]

    async def _open_account(self, request: Request) -> Response:
        asked = await request.json()
        try:
            keys = str(asked["secret_key"]), str(asked["publishable_key"]), str(asked["webhook_secret"])
        except KeyError as error:
            return JSONResponse({"error": f"missing: {error}"}, 400)
        self._accounts.open(Account(*keys, str(asked.get("endpoint", ""))))
        return JSONResponse({}, 201)

    async def _conduct(self, request: Request) -> Response:
        try:
            self._deliverer.change(await request.json())
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(asdict(self._deliverer.conduct))

    async def _trouble(self, request: Request) -> Response:
        try:
            self._api.troubles.append(Trouble(**await request.json()))
        except TypeError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({}, 201)

    async def _events(self, request: Request) -> Response:
        """All events of the account that asks, the oldest first."""
        try:
            account, _ = self._accounts.of(request.headers.get("authorization", ""))
        except StripeFault as fault:
            return JSONResponse(fault.body, fault.status)
        return JSONResponse([shown(event) for event in account.events])

    async def _deliver(self, request: Request) -> Response:
        """Deliver one event now, as it is or corrupted."""
        account, event = self._find(request)
        corruption = request.query_params.get("corruption", "")
        if corruption not in {"", *CORRUPTIONS}:
            return JSONResponse({"error": f"corruption is one of {', '.join(CORRUPTIONS)}"}, 400)
        return JSONResponse(asdict(await self._deliverer.deliver(account, event, corruption)))

    async def _deliveries(self, _: Request) -> Response:
        return JSONResponse([asdict(each) for each in self._deliverer.delivered])

    async def _requests(self, _: Request) -> Response:
        """What was asked of the API, in order: method and path."""
        return JSONResponse(self._api.requests)

    async def _dispute(self, request: Request) -> Response:
        account, intent = self._find(request)
        return JSONResponse(shown(self._intents.dispute(account, account.get("charge", str(intent["latest_charge"])))))

    async def _close_dispute(self, request: Request) -> Response:
        account, dispute = self._find(request)
        return self._told(lambda outcome: self._intents.close_dispute(account, dispute, outcome), (await request.json())["outcome"])

    async def _settle(self, request: Request) -> Response:
        account, refund = self._find(request)
        return self._told(lambda status: self._refunds.settle(account, refund, status), (await request.json())["status"])

    async def _challenge(self, request: Request) -> Response:
        account, intent = self._find(request)
        passes = (await request.json())["answer"] == "pass"
        return self._told(lambda _: self._intents.answer_challenge(account, intent, passes=passes), "")

    async def _change(self, request: Request) -> Response:
        """Falsify an object, as no Stripe would: another amount, currency or metadata."""
        _, found = self._find(request)
        found |= await request.json()
        return JSONResponse(shown(found))

    def _find(self, request: Request) -> tuple[Account, Object]:
        wanted = request.path_params["id"]
        account = self._accounts.holding(wanted)
        if account is None:
            raise StripeFault(f"No such object: '{wanted}'", status=404)
        return account, account.objects[wanted]

    @staticmethod
    def _told(act: Callable[[str], Object], word: str) -> Response:
        try:
            return JSONResponse(shown(act(word)))
        except StripeFault as fault:
            return JSONResponse(fault.body, fault.status)
