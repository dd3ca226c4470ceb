"""Objects in the bucket: invited, read, written once, discarded. Requests are signed here and sent by httpx; listing is minio's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

import httpx
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from adapters.s3.presigning import Signer
from adapters.s3.storage import ObjectStorage
from domain.refusals import Refused
from domain.storage import Invitation, StorageUnreachable

Answer = TypeVar("Answer")

INVITED_FOR = timedelta(minutes=15)
OWN_REQUEST_SECONDS = 60
TIMEOUT = httpx.Timeout(5, connect=2)


class S3Objects:
    """Implements `Storage`. `invitations` signs with the address under which clients find the service."""

    def __init__(self, http: httpx.AsyncClient, bucket: ObjectStorage, own: Signer, invitations: Signer) -> None:
        self._http = http
        self._bucket = bucket
        self._own = own
        self._invitations = invitations

    def invite(self, key: str, content_type: str, byte_size: int) -> Invitation:
        """A PUT of exactly this type and length, for fifteen minutes."""
        now = datetime.now(UTC).replace(microsecond=0)
        headers = {"Content-Type": content_type, "Content-Length": str(byte_size)}
        url = self._invitations.sign("PUT", key, headers, now, int(INVITED_FOR.total_seconds()))
        return Invitation(url, "PUT", headers, now + INVITED_FOR)

    async def read(self, key: str, at_most: int) -> bytes | None:
        """The beginning of the object; no more of it is fetched than asked for."""
        read = bytearray()
        try:
            async with self._http.stream("GET", self._sign("GET", key, {})) as response:
                if response.status_code == HTTPStatus.NOT_FOUND:
                    return None
                _expect(response, HTTPStatus.OK)
                async for piece in response.aiter_raw():
                    read += piece
                    if len(read) >= at_most:
                        break
        except httpx.HTTPError as fault:
            raise Refused(StorageUnreachable()) from fault
        return bytes(read[:at_most])

    async def keep_new(self, key: str, body: bytes, content_type: str) -> None:
        """Write it; one that is there stays as it is."""
        headers = {"Content-Type": content_type, "If-None-Match": "*"}
        try:
            response = await self._http.put(self._sign("PUT", key, headers), content=body, headers=headers)
        except httpx.HTTPError as fault:
            raise Refused(StorageUnreachable()) from fault
        _expect(response, HTTPStatus.OK, HTTPStatus.PRECONDITION_FAILED)

    async def discard(self, prefix: str) -> None:
        """Delete all under the prefix."""
        await _in_thread(lambda: self._bucket.remove_under(prefix, None))

    async def discard_older(self, prefix: str, before: datetime) -> int:
        """Delete what was last written before this time."""
        return await _in_thread(lambda: self._bucket.remove_under(prefix, before))

    def _sign(self, method: str, key: str, headers: dict[str, str]) -> str:
        return self._own.sign(method, key, headers, datetime.now(UTC), OWN_REQUEST_SECONDS)


@asynccontextmanager
async def open_objects(bucket: ObjectStorage, own: Signer, invitations: Signer) -> AsyncIterator[S3Objects]:
    """The objects of the bucket, with connections that are closed with the block."""
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as http:
        yield S3Objects(http, bucket, own, invitations)


async def _in_thread(work: Callable[[], Answer]) -> Answer:
    try:
        return await asyncio.to_thread(work)
    except (MinioException, HTTPError, OSError) as fault:
        raise Refused(StorageUnreachable()) from fault


def _expect(response: httpx.Response, *statuses: HTTPStatus) -> None:
    """Anything else than these is the service's trouble, or that of its settings; neither is the caller's."""
    if response.status_code not in statuses:
        raise Refused(StorageUnreachable())
