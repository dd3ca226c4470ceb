"""Starts the double: `python -m gateway.embedded.stripe_double PORT`, its first account in the variables that TicketBase reads too."""

import os
import sys

import uvicorn

from gateway.embedded.stripe_double.accounts import Account
from gateway.embedded.stripe_double.app import stripe_double


def first_account() -> list[Account]:
    """The account of STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET and STRIPE_WEBHOOK_URL, if there is one."""
    names = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_URL")
    secret_key, publishable_key, webhook_secret, endpoint = (os.environ.get(name, "") for name in names)
    return [Account(secret_key, publishable_key, webhook_secret, endpoint)] if secret_key else []


def main(port: int) -> None:
    """Answer on the loopback interface until a signal ends it."""
    application = stripe_double(f"http://127.0.0.1:{port}", *first_account())
    uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
