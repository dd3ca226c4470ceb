"""Runs the command `ticketbase` as a process of its own, the way an operator does."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import Settings

WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that lead to these settings."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "TICKETBASE_MODE": settings.mode.value,
        "DATABASE_URL": settings.database_url.reveal(),
        "DATABASE_SYSTEM_URL": settings.database_system_url.reveal(),
        "REDIS_URL": settings.redis_url.reveal(),
        "S3_ENDPOINT": settings.s3.endpoint,
        "S3_ACCESS_KEY": settings.s3.access_key,
        "S3_SECRET_KEY": settings.s3.secret_key.reveal(),
        "TICKETBASE_MAIL_FROM": settings.mail_from,
        "SMTP_URL": settings.smtp_url.reveal(),
        "TICKETBASE_SIGNING_KEY": settings.tokens.signing_key.reveal(),
        "TICKETBASE_VAULT_KEYS": ",".join(f"{each.id}:{each.key.reveal()}" for each in settings.vault_keys),
    }


async def ticketbase(environment: dict[str, str], folder: Path, *arguments: str, said: str = "") -> Finished:
    """Run it in an empty folder, where no .env lies, and wait for its end; `said` is all that is typed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "gateway.cli", *arguments,
        cwd=folder, env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(said.encode()), WITHIN_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return Finished(process.returncode or 0, out.decode(), err.decode())
