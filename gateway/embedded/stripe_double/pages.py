"""The double's own pages: where a person pays a checkout session with a test card, and where 3-D Secure is passed or failed."""

from html import escape
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.embedded.stripe_double.accounts import Account, Accounts, Object
from gateway.embedded.stripe_double.cards import CARDS
from gateway.embedded.stripe_double.faults import StripeFault
from gateway.embedded.stripe_double.intents import Intents
from gateway.embedded.stripe_double.sessions import Sessions

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff }
form { display: grid; gap: 1rem; margin: 1.5rem 0 } input { font: inherit; padding: .5rem; border: 1px solid #888; border-radius: 4px }
label { display: grid; gap: .3rem } button { font: inherit; padding: .6rem 1rem; border: 0; border-radius: 4px; color: #fff;
background: #0550ae } .fault { color: #a40e26 } a { color: #0550ae } li { font-variant-numeric: tabular-nums }
"""
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    """What a person sees of the double."""

    def __init__(self, accounts: Accounts, intents: Intents, sessions: Sessions) -> None:
        self._accounts, self._intents, self._sessions = accounts, intents, sessions

    def routes(self) -> list[Route]:
        """The pages and their forms."""
        return [
            Route("/pay/{id}", self._show_session),
            Route("/pay/{id}", self._pay_session, methods=["POST"]),
            Route("/3ds/{id}", self._show_challenge),
            Route("/3ds/{id}", self._answer_challenge, methods=["POST"]),
        ]

    async def _show_session(self, request: Request) -> Response:
        _, session = self._find(request, "checkout.session")
        if session["status"] != "open":
            return _page("This page is closed", "<p>The payment was made, or its time is over.</p>", 410)
        return _page("Pay with a test card", _session_form(session))

    async def _pay_session(self, request: Request) -> Response:
        account, session = self._find(request, "checkout.session")
        number = (await _form(request)).get("number", "")
        try:
            intent = self._sessions.pay(account, session, number)
        except StripeFault as fault:
            return _page("Pay with a test card", _session_form(session, str(fault)), 402)
        if intent["status"] == "requires_action":
            return _see(intent["next_action"]["redirect_to_url"]["url"])
        return _see(_returning(session))

    async def _show_challenge(self, request: Request) -> Response:
        _, intent = self._find(request, "payment_intent")
        if intent["status"] != "requires_action":
            return _page("Nothing to confirm", "<p>This payment does not wait for you.</p>", 410)
        return _page("Your bank wants to know: is it you?", _challenge_form(intent))

    async def _answer_challenge(self, request: Request) -> Response:
        account, intent = self._find(request, "payment_intent")
        back = _return_url(intent)
        try:
            self._intents.answer_challenge(account, intent, passes=(await _form(request)).get("answer") == "pass")
        except StripeFault as fault:
            return _page("Nothing to confirm", f"<p>{escape(str(fault))}</p>", 410)
        if session := self._sessions.of_intent(account, intent):
            self._sessions.complete(account, session, intent)
            back = _returning(session) if session["status"] == "complete" else session["url"]
        return _see(back) if back else _page("Done", f"<p>The payment is now: {escape(intent['status'])}.</p>")

    def _find(self, request: Request, kind: str) -> tuple[Account, Object]:
        wanted = request.path_params["id"]
        account = self._accounts.holding(wanted)
        if account is None or account.objects[wanted]["object"] != kind:
            raise HTTPException(404, "There is no such page.")
        return account, account.objects[wanted]


async def _form(request: Request) -> dict[str, str]:
    """Only plain forms are sent here, so that nothing need be installed to read them."""
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


def _return_url(intent: Object) -> str | None:
    following = intent.get("next_action") or {}
    back: str | None = following.get("redirect_to_url", {}).get("return_url")
    return back


def _returning(session: Object) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _see(address: str) -> Response:
    return RedirectResponse(address, 303, headers=SAFE)


def _page(title: str, body: str, status: int = 200) -> Response:
    about = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{about}<title>{escape(title)}</title><style>{STYLE}</style>"
    whole = f'<!doctype html><html lang="en"><head>{head}</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>'
    return HTMLResponse(whole, status, headers=SAFE)


def _session_form(session: Object, fault: str = "") -> str:
    lines = "".join(f"<li>{quantity} &times; {escape(name)}</li>" for name, quantity in session["_lines"])
    told = f'<p class="fault" role="alert">{escape(fault)}</p>' if fault else ""
    cancel = f'<p><a href="{escape(session["cancel_url"])}">Back without paying</a></p>' if session["cancel_url"] else ""
    field = '<input name="number" inputmode="numeric" autocomplete="off" required value="4242 4242 4242 4242">'
    return (
        f"<p>No money moves here: this stands in for Stripe.</p><ul>{lines}</ul>{told}"
        f'<form method="post"><label>Number of a test card {field}</label>'
        f"<button>Pay {session['amount_total']} {escape(session['currency'].upper())} in minor units</button></form>{cancel}"
        f"<details><summary>Test cards</summary><ul>{''.join(f'<li>{number}: {_conduct(number)}</li>' for number in CARDS)}</ul></details>"
    )


def _conduct(number: str) -> str:
    card = CARDS[number]
    facts = [
        "asks for 3-D Secure" if card.asks_first else "",
        f"is declined ({' '.join(card.decline).strip().replace('_', ' ')})" if card.decline else "",
        "is disputed afterwards" if card.is_disputed else "",
        {"pending": "is refunded slowly", "failing": "cannot be refunded in the end"}.get(card.refunds_as, ""),
    ]
    return " and ".join(fact for fact in facts if fact) or "is paid"


def _challenge_form(intent: Object) -> str:
    return (
        f"<p>{intent['amount']} {escape(intent['currency'].upper())} in minor units</p>"
        '<form method="post"><button name="answer" value="pass">Yes, pay</button><button name="answer" value="fail">No</button></form>'
    )
