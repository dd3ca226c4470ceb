"""Object storage: where images, bundles and tickets' pictures lie."""

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException


class StorageUnavailable(Exception):
    """The object storage does not answer, or not with our bucket."""


class ObjectStorage:
    """One bucket of an S3 service. The `minio` client is synchronous, so it works in threads."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, bucket: str, region: str) -> None:
        address = urlsplit(endpoint)
        self._bucket = bucket
        self._client = Minio(
            address.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=address.scheme == "https",
            region=region,
            http_client=urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=3), retries=False),
        )

    async def check(self) -> None:
        """Raise StorageUnavailable unless the bucket is there and may be listed."""
        try:
            found = await asyncio.to_thread(self._client.bucket_exists, self._bucket)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as fault:
            raise StorageUnavailable(f"object storage does not answer: {type(fault).__name__}") from fault
        if not found:
            raise StorageUnavailable(f"the bucket {self._bucket} does not exist; create it or set S3_BUCKET")

    def remove_under(self, prefix: str, before: datetime | None) -> int:
        """Delete the objects under the prefix, only those last written before the time when one is given; how many they were. Blocks."""
        found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
        gone = [each.object_name for each in found if before is None or (each.last_modified and each.last_modified < before)]
        for name in gone:
            self._client.remove_object(self._bucket, name)
        return len(gone)
