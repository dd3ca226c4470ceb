"""The data directory: everything that outlives a run, used by one TicketBase at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.embedded.faults import CannotStart, disk_full, unusable
from gateway.embedded.files import write_whole
from gateway.embedded.ownership import Owner, owner_of
from gateway.vault_keys import new_vault_key

LOCK = "ticketbase.lock"
# A new file system has this one from the start.
NOT_OURS = frozenset({"lost+found"})
# A fresh installation takes about 60 MB; with less than this PostgreSQL soon stops.
ROOM_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """A directory that is ours for this run, and the user whose files lie in it."""

    path: Path
    owner: Owner

    def folder(self, name: str) -> Path:
        """A folder in it, made when absent."""
        try:
            return self.owner.make_folder(self.path / name)
        except OSError as error:
            raise unusable(self.path, error) from error

    def emptied(self, name: str) -> Path:
        """A folder in it without what an earlier run left there."""
        folder = self.folder(name)
        try:
            for each in folder.iterdir():
                each.unlink()
        except OSError as error:
            raise unusable(self.path, error) from error
        return folder

    def signing_key(self) -> Path:
        """The file with the Ed25519 key that signs access tokens, made when absent."""
        path = self.folder("keys") / "signing.pem"
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_whole(path, pem.decode(), self.owner)
        return path

    def vault_keys(self) -> Path:
        """The file with the keys that seal what lies in the database, made with one key when absent. Losing it loses what they sealed."""
        path = self.folder("keys") / "vault.keys"
        if not path.exists():
            write_whole(path, f"{new_vault_key()}\n", self.owner)
        return path


@contextmanager
def claim(path: Path) -> Iterator[DataDirectory]:
    """The directory for ourselves, made when absent. Raises CannotStart when it cannot be used or is in use.

    The lock is the kernel's and goes with this process, however it ends.
    """
    path = path.absolute()
    if path.exists() and not path.is_dir():
        raise CannotStart(f"{path} is a file: name a directory with --data.")
    try:
        owner = owner_of(path, path / "postgresql")
        _refuse_foreign(path)
        lock = _open_lock(path, owner)
    except OSError as error:
        raise unusable(path, error) from error
    try:
        _lock(lock, path)
        _refuse_full(path)
        yield DataDirectory(path, owner)
    finally:
        os.close(lock)


def _refuse_foreign(path: Path) -> None:
    """Root hands everything in the directory to a plain user, so it had better be ours."""
    if path.is_dir() and not (path / LOCK).exists() and {each.name for each in path.iterdir()} - NOT_OURS:
        raise CannotStart(f"{path} holds files that are not TicketBase's: name an empty or a new directory with --data.")


def _open_lock(path: Path, owner: Owner) -> int:
    owner.make_folder(path)
    if path.lstat().st_uid == 0:
        owner.keep(path)
    lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    owner.keep(lock)
    return lock


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode(errors="replace").strip()
        raise CannotStart(
            f"TicketBase{f' (process {holder})' if holder else ''} already runs on {path}: "
            "stop it, or give this one a directory of its own with --data."
        ) from None
    # Only for the sentence above: a number that is stale means nothing, because the lock is what counts.
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _refuse_full(path: Path) -> None:
    room = os.statvfs(path)
    if room.f_bavail * room.f_frsize < ROOM_BYTES:
        raise disk_full(path)
