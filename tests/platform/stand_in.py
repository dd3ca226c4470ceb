"""Stands in for TicketBase's own commands, so that `ticketbase up` can be tested by itself: `stand_in.py COMMAND`.

They do as STAND_IN says: `worker-dies`, `migrate-fails`, `never-ready`, `stubborn`. `serve` answers every path with its
process id and what it was given.
"""

import http.server
import json
import os
import signal
import socket
import sys
import time
from urllib.parse import urlsplit

MODE = os.environ.get("STAND_IN", "")


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
    if word == "serve":
        serve(int(rest[rest.index("--fd") + 1]))
    elif word == "worker":
        worker()
    elif word == "migrate" and MODE == "migrate-fails":
        sys.exit("the tables do not fit")
    elif word == "token":
        say("a.demo.token")


if __name__ == "__main__":
    main()
