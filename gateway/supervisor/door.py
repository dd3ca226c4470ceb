"""Opens the port that people reach TicketBase through; the gateway's processes are handed the open socket."""

import errno
import os
import socket

from gateway.embedded.faults import CannotStart

# Callers wait here while a process of the gateway is replaced.
WAITING_CALLERS = 2048


def open_door(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotStart when the port is taken or the host is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror:
        raise CannotStart(f"The host {host} is not known: give an address of this machine with --host.") from None
    door = socket.socket(family, kind, protocol)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(WAITING_CALLERS)
    except OSError as error:
        door.close()
        raise CannotStart(_why(error, host, port)) from error
    return door


def inherited_door(fd: int) -> socket.socket:
    """The listening socket that was handed to this process, as what it is; the descriptor stays open for others.

    Uvicorn, given the descriptor, would take it for a Unix socket. Then callers have no address, and no connection is told to send at once
    (TCP_NODELAY): each answer waits 40 ms for the caller's delayed acknowledgement. Raises CannotStart when it is no socket.
    """
    try:
        return socket.socket(fileno=os.dup(fd))
    except OSError as error:
        raise CannotStart(
            f"The descriptor {fd} is no socket ({error.strerror}): --fd takes one that the starting process has opened."
        ) from error


def port_of(door: socket.socket) -> int:
    """The port behind which it listens, also when any free one was asked for."""
    number: int = door.getsockname()[1]
    return number


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else 8000
        return f"Port {port} on {host} is taken: stop what listens there, or choose another, for example --port {other}."
    if error.errno == errno.EACCES:
        return f"Port {port} may be opened by root only: choose one above 1023, for example --port 8000."
    return f"Port {port} on {host} cannot be opened ({error.strerror}): give an address of this machine with --host."
