"""Writes small files as a whole or not at all, for their owner's eyes only."""

import os
from pathlib import Path

from gateway.embedded.faults import unusable
from gateway.embedded.ownership import Owner


def write_whole(path: Path, text: str, owner: Owner) -> Path:
    """The file with this text, mode 0600. Raises CannotStart when the disk or the directory does not let us."""
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            owner.keep(descriptor)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except OSError as error:
        raise unusable(path, error) from error
    return path
