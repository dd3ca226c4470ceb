"""Shows caught mails in a browser, and as JSON to programs. What a mail contains is shown and never run."""

from html import escape

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gateway.embedded.letters import Letterbox, Mail

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd;
vertical-align: top } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f6f6; padding: 1rem } a { color: #0550ae }
iframe { width: 100%; height: 28rem; border: 1px solid #ddd; background: #fff }
"""
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
SAFE = {
    "Content-Security-Policy": f"{NOTHING}; frame-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# A mail's HTML has an origin of its own, runs nothing, loads nothing and sends nothing; a link that is followed opens elsewhere.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
FRAMED = SAFE | {"Content-Security-Policy": f"sandbox {SANDBOX}; {NOTHING}; frame-ancestors 'self'"}
LINKS_OPEN_ELSEWHERE = '<base target="_blank">'


def mail_page(letterbox: Letterbox) -> Starlette:
    """The pages and their JSON. Only local host names are answered, so that no web site reads mails through a DNS trick."""

    async def show_list(request: Request) -> Response:
        return _page("Caught mails", _list(_asked(request, letterbox)))

    async def show_mail(request: Request) -> Response:
        mail = _find(request, letterbox)
        return _page(mail.subject or "(no subject)", _mail(mail))

    async def show_html(request: Request) -> Response:
        return HTMLResponse(LINKS_OPEN_ELSEWHERE + _find(request, letterbox).html, headers=FRAMED)

    async def show_attachment(request: Request) -> Response:
        attachments = _find(request, letterbox).attachments
        number = request.path_params["number"]
        if not 1 <= number <= len(attachments):
            raise HTTPException(404, "No such attachment.")
        headers = SAFE | {"Content-Disposition": "attachment"}
        return Response(attachments[number - 1].content, media_type="application/octet-stream", headers=headers)

    return Starlette(
        routes=[
            Route("/", show_list),
            Route("/mails/{id:int}", show_mail),
            Route("/mails/{id:int}/html", show_html),
            Route("/mails/{id:int}/attachments/{number:int}", show_attachment),
            *_routes_for_programs(letterbox),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"], www_redirect=False)],
    )


def _routes_for_programs(letterbox: Letterbox) -> list[Route]:
    async def mails(request: Request) -> Response:
        return JSONResponse([_json(mail) for mail in _asked(request, letterbox)], headers=SAFE)

    async def mail(request: Request) -> Response:
        return JSONResponse(_json(_find(request, letterbox)), headers=SAFE)

    async def clear(_: Request) -> Response:
        letterbox.clear()
        return Response(status_code=204, headers=SAFE)

    return [
        Route("/api/mails", mails),
        Route("/api/mails", clear, methods=["DELETE"]),
        Route("/api/mails/{id:int}", mail),
    ]


def _asked(request: Request, letterbox: Letterbox) -> list[Mail]:
    """All mails, or with `?to=` those to one address."""
    to = request.query_params.get("to", "").lower()
    return [mail for mail in letterbox if not to or to in (each.lower() for each in mail.to)]


def _find(request: Request, letterbox: Letterbox) -> Mail:
    if found := letterbox.get(request.path_params["id"]):
        return found
    raise HTTPException(404, "No such mail.")


def _json(mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "receivedAt": mail.received_at.isoformat().replace("+00:00", "Z"),
        "from": mail.sender,
        "to": list(mail.to),
        "messageId": mail.message_id,
        "headers": [list(each) for each in mail.headers],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [{"name": each.name, "contentType": each.content_type, "bytes": len(each.content)} for each in mail.attachments],
    }


def _page(title: str, body: str) -> HTMLResponse:
    about = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{about}<title>{escape(title)}</title><style>{STYLE}</style>"
    whole = f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>'
    return HTMLResponse(whole, headers=SAFE)


def _list(mails: list[Mail]) -> str:
    if not mails:
        return "<p>No mail has been sent yet. Reload this page to look again.</p>"
    rows = "".join(
        f"<tr><td>{mail.received_at:%H:%M:%S}</td><td>{escape(', '.join(mail.to))}</td>"
        f'<td><a href="/mails/{mail.id}">{escape(mail.subject or "(no subject)")}</a></td></tr>'
        for mail in mails
    )
    return f"<table><thead><tr><th>Time (UTC)</th><th>To</th><th>Subject</th></tr></thead><tbody>{rows}</tbody></table>"


def _mail(mail: Mail) -> str:
    facts = {"From": mail.sender, "To": ", ".join(mail.to), "Received": f"{mail.received_at:%Y-%m-%d %H:%M:%S} UTC"}
    rows = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in facts.items())
    files = "".join(
        f'<li><a href="/mails/{mail.id}/attachments/{number}" download="{escape(each.name)}">{escape(each.name)}</a>'
        f" ({escape(each.content_type)}, {len(each.content)} bytes)</li>"
        for number, each in enumerate(mail.attachments, 1)
    )
    parts = [f"<table>{rows}</table>"]
    if mail.html:
        parts.append(f'<h2>As shown</h2><iframe sandbox="{SANDBOX}" src="/mails/{mail.id}/html" title="The mail as HTML"></iframe>')
    parts += [f"<h2>{heading}</h2><pre>{escape(text)}</pre>" for heading, text in (("Text", mail.text), ("HTML", mail.html)) if text]
    parts += [f"<h2>Attachments</h2><ul>{files}</ul>"] if files else []
    return "".join(parts) + '<p><a href="/">All mails</a></p>'
