"""Becomes the program it is told to start, as the right user, and sees to it that the program dies with its parent.

Run by path (`python -I -S launch.py ORDER PROGRAM ARGUMENTS…`), so it imports the standard library only. ORDER is JSON:
parent (process id), signal (sent to the program when the parent dies), uid and gid (null: stay who we are), programs
(that must be runnable) and directories (that must be writable).

The order of the steps matters: a change of user clears the parent-death signal, so that is set last, and a parent that
died before that leaves us with another one.
"""

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 1, 8, 28, 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 4
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETPCAP = 1, 2, 8
CAPABILITY_VERSION_3 = 0x20080522

# The parent reads these: the program itself never ends with them.
CANNOT_REACH, CANNOT_RUN, ORPHANED = 121, 122, 123

libc = ctypes.CDLL(None, use_errno=True)


class Header(ctypes.Structure):
    """Which capability interface is spoken, and about which process (0: this one)."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class Sets(ctypes.Structure):
    """Thirty-two capabilities: those in force, those that may be, those that pass on."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def prctl(option: int, *arguments: int) -> bool:
    """Whether the kernel agreed."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return bool(libc.prctl(option, *(ctypes.c_ulong(each) for each in padded)) == 0)


def permitted() -> int:
    """The first thirty-two capabilities this process may use, as bits."""
    pair = (Sets * 2)()
    libc.capget(ctypes.byref(Header(CAPABILITY_VERSION_3, 0)), pair)
    return int(pair[0].permitted)


def hold(*, effective: int, permitted: int, inheritable: int) -> bool:
    """Hold these capabilities and no others; whether the kernel agreed."""
    pair = (Sets * 2)()
    pair[0].effective, pair[0].permitted, pair[0].inheritable = effective, permitted, inheritable
    return bool(libc.capset(ctypes.byref(Header(CAPABILITY_VERSION_3, 0)), pair) == 0)


def reachable(programs: list[str], directories: list[str]) -> bool:
    """Whether the user we are now can run all of these programs and write to all of these directories."""
    return all(os.access(path, os.R_OK | os.X_OK) for path in programs) and all(
        os.access(path, os.R_OK | os.W_OK | os.X_OK) for path in directories
    )


def become(uid: int, gid: int, programs: list[str], directories: list[str]) -> None:
    """Change the user, keeping one capability to see past closed directories when, and only when, it is needed."""
    prctl(PR_SET_KEEPCAPS, 1)
    try:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        refuse(CANNOT_REACH, f"cannot become user {uid}: {error.strerror}")
    if reachable(programs, directories):
        hold(effective=0, permitted=0, inheritable=0)
    elif not see_past_closed_directories(programs, directories):
        refuse(CANNOT_REACH, f"user {uid} cannot reach {' or '.join(programs + directories)}")


def see_past_closed_directories(programs: list[str], directories: list[str]) -> bool:
    """Keep the weakest capability that opens all paths, over the start of the program too; False if none does."""
    held = permitted()
    hold(effective=held, permitted=held, inheritable=0)
    # access(2) leaves a plain user's capabilities out unless told so, and initdb asks access(2) about its programs.
    if not prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP):
        return False
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        bit = 1 << capability
        if held & bit and hold(effective=bit, permitted=held, inheritable=bit) and reachable(programs, directories):
            raised = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
            return raised and hold(effective=bit, permitted=bit, inheritable=bit)
    return False


def refuse(code: int, why: str) -> None:
    """End with a code the parent knows."""
    print(why, file=sys.stderr, flush=True)  # noqa: T201
    os._exit(code)


def main() -> None:
    """Follow the order, then become the program."""
    order, program = json.loads(sys.argv[1]), sys.argv[2:]
    if order["uid"] is not None:
        become(order["uid"], order["gid"], order["programs"], order["directories"])
    prctl(PR_SET_PDEATHSIG, order["signal"])
    if os.getppid() != order["parent"]:
        refuse(ORPHANED, "the parent is gone")
    # Python ignores these two, and what is ignored stays so in the program.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(program[0], program)  # noqa: S606 - a shell would be one process too many
    except OSError as error:
        refuse(CANNOT_RUN, f"{program[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
