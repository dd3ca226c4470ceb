"""What the OpenAPI document says of the routes of identity: those that set cookies, and those that front ends ask."""

from collections.abc import Mapping, Sequence
from typing import Any

Described = Mapping[str, Any]

_PROBLEM = {"$ref": "#/components/responses/Problem"}
_FORM_TOKEN = "The token of a form, where the cookie of a front end signs in: that of GET /api/auth/csrf."  # noqa: S105 - no secret


def _text(description: str, **more: Any) -> Described:
    return {"type": "string", "description": description, **more}


def _object(description: str, properties: Described, optional: Sequence[str] = ()) -> Described:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [each for each in properties if each not in optional],
    }


def _json(schema: Described) -> Described:
    return {"application/json": {"schema": schema}}


def _answered(said: str, schema: Described) -> Described:
    return {"description": said, "content": _json(schema)}


def _operation(name: str, summary: str, description: str, responses: Described, body: Described | None = None, **more: Any) -> Described:
    asked = {"requestBody": {"required": True, "content": _json(body)}} if body else {}
    told = {"operationId": name, "tags": ["identity"], "summary": summary, "description": description, "parameters": [], **more}
    return {**told, **asked, "responses": {**responses, "default": _PROBLEM}}


def _alias(operation: Described, name: str, of: str) -> Described:
    return {**operation, "operationId": name, "deprecated": True, "description": f"An older name of `{of}`."}


_EMAIL = _text("The address.", format="email", examples=["ada@example.org"])
_PASSWORD = _text("The password.", format="password")
_ID = _text("The person's id.")
_NAME = _text("What people call her.")
_LOCALE = _text("The language she reads.", examples=["de-CH"])
_CSRF = _text(_FORM_TOKEN)
_ACCOUNT = _object("A person as she sees herself.", {"id": _ID, "email": _EMAIL, "name": _NAME, "locale": _LOCALE})
_ANSWERED_USER = _object("The person.", {"user": _ACCOUNT})
_SESSION = _object("The session.", {"id": _text("Its id."), "endsAt": _text("When it ends at the latest unless used.", format="date-time")})
_TICKETS = {
    "accessToken": _text("The access token, for the Authorization header; only with tokens."),
    "refreshToken": _text("Good once, for the next pair; only with tokens."),
    "expiresAt": {"type": "integer", "description": "When the access token ends, in seconds since 1970; only with tokens."},
}
_SIGNED_IN = _object("Who signed in.", {"user": _ACCOUNT, "session": _SESSION, **_TICKETS}, tuple(_TICKETS))
_NOTHING = _object("Nothing more.", {"csrfToken": _CSRF}, ("csrfToken",))
_COOKIE = {"Set-Cookie": {"description": "The cookie of the session, for browsers.", "schema": {"type": "string"}}}

_CARRIER = _text("What is carried from then on.", enum=["cookie", "tokens"], default="cookie")
_PERSON = {
    "id": _ID,
    "email": _EMAIL,
    "emailVerified": _text("When the address was proved.", type=["string", "null"], format="date-time"),
    "name": _NAME,
    "locale": _LOCALE,
    "image": _text("The address of a picture.", format="uri"),
}
_SYNCED = _object("A person as the adapter of a front end has her.", _PERSON, ("image",))
_USER = _object(
    "The user that a credentials provider hands to its library.",
    {
        **_PERSON,
        "tenantId": _text("The organization's id; say it in the session as `tenantId`."),
        "sessionId": _text(
            "The session that was begun here; say it in the front end's session as `sessionId`, which then ends with this one."
        ),
        "role": _text("The role there."),
        "permissions": {"type": "array", "items": {"type": "string"}, "description": "What the role may do."},
    },
    ("image",),
)
_TOLD = {
    "type": ["object", "null"],
    "description": "Who is signed in; for nobody null (Auth.js), or without anything in it (next-auth 4).",
    "properties": {
        "user": _object("The person.", {"name": _NAME, "email": _EMAIL, "image": _PERSON["image"]}, ("name", "email", "image")),
        "expires": _text("When the session ends.", format="date-time"),
    },
}
_PROOF = {"type": ["boolean", "string"], "description": "true, or the moment when the front end verified the address; else it is refused."}
_WISH = _object(
    "What a front end knows of somebody; what is left out stays as it is.",
    {
        "email": _EMAIL,
        "emailVerified": _PROOF,
        **{name: {**_PERSON[name], "type": ["string", "null"]} for name in ("name", "image", "locale")},
    },
    ("name", "image", "locale"),
)
_ORGANIZATION = _object(
    "An organization to found.",
    {
        "slug": _text("Its name in addresses."),
        "name": _text("Its name."),
        "defaultLocale": _text("The language of its texts.", default="en"),
        "defaultCurrency": _text("The currency of its prices (ISO 4217).", default="EUR"),
    },
    ("defaultLocale", "defaultCurrency"),
)
_CREDENTIALS = {"email": _EMAIL, "password": _PASSWORD}

_OWED = {
    "challenge": _text("The challenge that the password was answered with."),
    "code": _text("The code of the authenticator, or a recovery code."),
}

_LOG_IN = _operation(
    "logIn",
    "Sign in, with a cookie or with tokens",
    "One answer for wrong passwords, unknown addresses and unproved ones. Attempts are counted.",
    {"200": {**_answered("Who signed in, and her session.", _SIGNED_IN), "headers": _COOKIE}},
    _object(
        "Who wants in.",
        {
            **_CREDENTIALS,
            "carrier": _CARRIER,
            "csrfToken": _CSRF,
        },
        ("carrier", "csrfToken"),
    ),
)
_REGISTER = _operation(
    "register",
    "Sign up, with an organization or without",
    "A link is mailed; the answer is the same whether there is an account or not.",
    {"202": _answered("A mail is on its way.", _object("Where it goes.", {"sentTo": _EMAIL}))},
    _object(
        "Who wants an account.",
        {**_CREDENTIALS, "name": _NAME, "locale": _LOCALE, "organization": _ORGANIZATION},
        ("locale", "organization"),
    ),
)
_LOG_OUT = _operation(
    "logOut",
    "Sign out",
    "The session ends, and our cookie goes. A front end's own cookie is the front end's to clear.",
    {"200": {**_answered("Signed out, or never signed in.", _object("Nothing.", {})), "headers": _COOKIE}},
    _NOTHING,
)

DESCRIBED: Mapping[str, Any] = {
    "/api/auth/login": {"post": _LOG_IN},
    "/login": {"post": _alias(_LOG_IN, "logInByOlderPath", "/api/auth/login")},
    "/api/users/signin": {"post": _alias(_LOG_IN, "signInUser", "/api/auth/login")},
    "/api/auth/2fa/challenge": {
        "post": _operation(
            "answerChallengeForCookie",
            "Finish signing in with the second factor",
            "What is carried from then on was chosen with the password.",
            {"200": {**_answered("Who signed in, and her session.", _SIGNED_IN), "headers": _COOKIE}},
            _object("The challenge and the code.", _OWED),
        )
    },
    "/api/auth/register": {"post": _REGISTER},
    "/api/users/signup": {"post": _alias(_REGISTER, "signUpUser", "/api/auth/register")},
    "/api/auth/verify-email": {
        "post": _operation(
            "verifyEmail",
            "Finish signing up by the link that was mailed",
            "The account exists from then on, and so does the organization asked for.",
            {"200": _answered("The account, which can sign in.", _ANSWERED_USER)},
            _object(
                "The link, and the password typed at signing up.",
                {
                    "token": _text("Its secret."),
                    "password": _text("The password typed at signing up."),
                    "organizationSlug": _text("Another name for the organization, where its own was taken."),
                },
                ("organizationSlug",),
            ),
        )
    },
    "/api/auth/refresh": {
        "post": _operation(
            "refresh",
            "The next pair of tokens",
            "A refresh token is good once; who shows one a second time after ten seconds ends the session.",
            {"200": _answered("The next pair.", _SIGNED_IN)},
            _object("The token.", {"refreshToken": _TICKETS["refreshToken"]}),
        )
    },
    "/api/auth/switch-organization": {
        "post": _operation(
            "switchOrganizationForCookie",
            "Go over to another of one's organizations",
            "A browser's cookie is replaced, and the one before is worth nothing; the new session ends no later.",
            {"200": {**_answered("The session there.", _SIGNED_IN), "headers": _COOKIE}},
            _object("Where to.", {"organizationId": _text("One of `viewer.memberships`."), "carrier": _CARRIER}, ("carrier",)),
        )
    },
    "/api/auth/logout": {"post": _LOG_OUT},
    "/api/users/signout": {"post": _alias(_LOG_OUT, "signOutUser", "/api/auth/logout")},
    "/api/users/currentuser": {
        "get": _operation(
            "currentUser",
            "Whoever is signed in",
            "By cookie, access token or a front end's session.",
            {
                "200": _answered(
                    "The person, null for nobody.", _object("Who it is.", {"currentUser": {"anyOf": [_ACCOUNT, {"type": "null"}]}})
                )
            },
        )
    },
    "/api/auth/session": {
        "get": _operation(
            "session",
            "Who is signed in, as NextAuth tells it",
            "Of a front end's session it tells what that says, else what the account says.",
            {"200": _answered("The session.", _TOLD)},
        )
    },
    "/api/auth/csrf": {
        "get": _operation(
            "formToken",
            "A token for forms, as NextAuth makes it",
            "The same as long as the cookie beside it is sent; 404 where no front end is agreed.",
            {"200": {**_answered("The token.", _object("It.", {"csrfToken": _text("The token.")})), "headers": _COOKIE}},
        )
    },
    "/api/auth/credentials": {
        "post": _operation(
            "checkCredentials",
            "What a credentials provider asks in authorize()",
            "Begins a session here, which the front end's session names. Attempts are counted as those of signing in. Who owes a second "
            "factor gets the problem second-factor-required with a challenge, and asks again with that and the code.",
            {"200": _answered("The user.", _USER)},
            _object(
                "Who wants in, by address and password or by challenge and code; whatever else the library passes on is not looked at.",
                {**_CREDENTIALS, **_OWED},
                (*_CREDENTIALS, *_OWED),
            ),
        )
    },
    "/api/auth/users/by-email": {
        "get": _operation(
            "personByEmail",
            "Somebody by her address",
            "For a service key with people:sync, which only the platform grants.",
            {"200": _answered("The person.", _SYNCED)},
            parameters=[{"name": "email", "in": "query", "required": True, "description": "The address.", "schema": _EMAIL}],
            security=[{"accessToken": []}],
        )
    },
    "/api/auth/users": {
        "put": _operation(
            "syncPerson",
            "Enter or change somebody by her proven address",
            "For a service key with people:sync, which only the platform grants.",
            {"200": _answered("The person as changed.", _SYNCED), "201": _answered("The person, who is new.", _SYNCED)},
            _WISH,
            security=[{"accessToken": []}],
        )
    },
}
"""What the OpenAPI document says of these routes."""
