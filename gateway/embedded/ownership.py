"""Whose files the embedded services write: PostgreSQL refuses to run as root, so root hands them to a plain user."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from gateway.embedded.faults import CannotStart

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Owner:
    """The user and group that services run as; `switched` when that is not who we are."""

    uid: int
    gid: int
    switched: bool

    def keep(self, path: Path | int) -> None:
        """Give a file, or an open one, to the owner; never what a link points at."""
        if not self.switched:
            return
        if isinstance(path, int):
            os.fchown(path, self.uid, self.gid)
        else:
            os.lchown(path, self.uid, self.gid)

    def make_folder(self, path: Path) -> Path:
        """The directory, made when absent, for the owner's eyes only."""
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True)
            self.keep(path)
        return path

    def adopt(self, folder: Path) -> None:
        """Take over what root left in our own folder, as a copy made by root does; files of others stay theirs."""
        if not self.switched or not folder.is_dir():
            return
        for place, _, names in os.walk(folder):
            for path in (Path(place), *(Path(place, name) for name in names)):
                if path.lstat().st_uid == 0:
                    self.keep(path)


def owner_of(folder: Path, *inner: Path) -> Owner:
    """Who owns the data in this folder: the first of `inner` and the folder that exists and is not root's decides.

    As a plain user that is ourselves. Raises CannotStart when a plain user meets the files of somebody else.
    """
    if (me := os.geteuid()) == 0:
        found = [path.lstat() for path in (*inner, folder) if path.exists()]
        chosen = next(((status.st_uid, status.st_gid) for status in found if status.st_uid != 0), (NOBODY, NOBODY))
        return Owner(*chosen, switched=True)
    # The folder first: into one of somebody else's we may not even look.
    for path in (folder, *inner):
        if path.exists() and (uid := path.lstat().st_uid) != me:
            raise CannotStart(
                f"{folder} belongs to {user_name(uid)}: start TicketBase as that user or as root, or name another directory with --data."
            )
    return Owner(me, os.getegid(), switched=False)


def user_name(uid: int) -> str:
    """The user's name where the system knows one."""
    try:
        return f"the user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"the user with number {uid}"
