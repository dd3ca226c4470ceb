"""Stands in for TicketBase's own commands, so that `ticketbase up` can be tested by itself: `stand_in.py up OPTIONS`.

OPTIONS is JSON: the fields of the plan, with `patience` as a mapping. Of the commands, `serve` answers every path with
what it was given, and they do as STAND_IN says: `worker-dies`, `migrate-fails`, `never-ready`, `stubborn`.
"""

import asyncio
import http.server
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.embedded.faults import CannotStart
from gateway.supervisor.console import Console
from gateway.supervisor.plan import Commands, Patience, Plan
from gateway.supervisor.tree import supervise

MODE = os.environ.get("STAND_IN", "")


def up(options: dict[str, Any]) -> None:
    """As the command `up`, with this file's commands."""
    me = (sys.executable, "-P", __file__)
    commands = Commands((*me, "migrate"), (*me, "seed"), (*me, "worker"), (*me, "serve"), (*me, "token"))
    patience = Patience(**options.pop("patience", {}))
    plan = Plan(data=Path(options.pop("data")), environment=dict(os.environ), commands=commands, patience=patience, **options)
    try:
        asyncio.run(supervise(plan, Console(sys.stdout)))
    except CannotStart as error:
        sys.exit(str(error))


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers with the process id and the environment."""

    def do_GET(self) -> None:
        self.send_response(503 if MODE == "never-ready" else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"pid": os.getpid(), "environment": dict(os.environ)}).encode())

    def log_message(self, *_: object) -> None:
        pass


def serve(descriptor: int) -> None:
    """Serve on the open door until told to stop."""
    server = http.server.HTTPServer(("", 0), Answer, bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=descriptor)
    leave_on_signal("gateway")
    say(f"serving as {os.getpid()}")
    server.serve_forever()


def worker() -> None:
    """Work until told to stop."""
    if MODE == "worker-dies":
        sys.exit("the worker has no work")
    leave_on_signal("worker")
    while True:
        time.sleep(60)


def leave_on_signal(who: str) -> None:
    """Say, when told to stop, what of the rest still stands."""

    def leave(*_: object) -> None:
        place = urlsplit(os.environ["DATABASE_URL"])
        with socket.socket() as probe:
            stands = probe.connect_ex((place.hostname, place.port)) == 0
        say(f"{who} leaves, PostgreSQL {'stands' if stands else 'is gone'}")
        os._exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if MODE == "stubborn" else leave)


def say(text: str) -> None:
    """One line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Do what the first word says."""
    word, *rest = sys.argv[1:]
    if word == "up":
        up(json.loads(rest[0]))
    elif word == "serve":
        serve(int(rest[rest.index("--fd") + 1]))
    elif word == "worker":
        worker()
    elif word == "migrate" and MODE == "migrate-fails":
        sys.exit("the tables do not fit")
    elif word == "token":
        say("a.demo.token")


if __name__ == "__main__":
    main()
