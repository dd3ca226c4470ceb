"""Object storage from its wheel: SeaweedFS speaks S3 on the loopback interface and keeps pictures and documents."""

import asyncio
import re
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from gateway.embedded.faults import not_installed
from gateway.embedded.ownership import Owner
from gateway.embedded.ports import PAIR
from gateway.embedded.process import Program, plain_environment
from gateway.embedded.service import Service

ACCESS_KEY = "ticketbase"
USES = ("s3", "master", "volume", "filer", "admin")
# Parts of SeaweedFS that nothing here uses; each would listen on a port of its own or call home.
OFF = ("-admin.ui=false", "-webdav=false", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0")


@dataclass(frozen=True, slots=True)
class StorageAddress:
    """Where the object storage is found, with its key pair and the bucket that was made in it."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str

    def environment(self) -> Mapping[str, str]:
        """S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            "S3_BUCKET": self.bucket,
        }


class ObjectStorage(Service):
    """SeaweedFS with its data in a folder."""

    name: ClassVar[str] = "s3"
    title: ClassVar[str] = "The object storage"
    # Warnings and worse; the rest is a banner.
    notable: ClassVar[re.Pattern[str]] = re.compile(r"[WEF]\d{4} ")
    # A part of SeaweedFS takes the port 10,000 higher for its inner calls, whatever it is told.
    paired_ports: ClassVar[bool] = True

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        owner: Owner | None = None,
        log: Path | None = None,
        bucket: str = "ticketbase",
    ) -> None:
        """As any service, with the bucket to make."""
        super().__init__(folder, port=port, owner=owner, log=log)
        self.bucket = bucket

    async def start(self) -> StorageAddress:
        """Start it and wait until the bucket is there."""
        program = _program()
        async with self._own_folder() as lock:
            ports = self._reserve(*USES)
            secret = self._passwords(ACCESS_KEY)[ACCESS_KEY]
            data = self.owner.make_folder(self.folder / "data")
            self._clear_stale_sockets(ports)
            run = Program(
                self.name,
                (str(program), "mini", f"-dir={data}", *OFF, *_listening(ports), *self._sockets()),
                self.log,
                plain_environment(HOME=str(self.folder), AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=secret),
                self.owner,
                as_owner=True,
                folder=self.folder,
                files=(lock,),
            )
            address = StorageAddress(f"http://127.0.0.1:{ports['s3']}", ACCESS_KEY, secret, self.bucket)
            with self._begun(run) as process:
                if not await process.ready(lambda: asyncio.to_thread(_make_bucket, address), within=60):
                    raise process.failure(self.title)
        return address

    async def stop(self) -> None:
        """Stop it, and remove the sockets that it leaves behind."""
        ports = {use: reserved.number for use, reserved in self._ports.items()}
        await super().stop()
        self._clear_stale_sockets(ports)

    def _sockets(self) -> tuple[str, ...]:
        """The program works in its folder, so that names without a path stay short enough for sockets."""
        return ("-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock")

    def _clear_stale_sockets(self, ports: Mapping[str, int]) -> None:
        """Remove what a SeaweedFS that ended left behind in /tmp under the numbers of our ports."""
        for use, port in ports.items():
            with suppress(OSError):
                Path(f"/tmp/seaweedfs-{use}-grpc-{port + PAIR}.sock").unlink()  # noqa: S108 - SeaweedFS chose the place


def _listening(ports: Mapping[str, int]) -> tuple[str, ...]:
    named = [argument for use, port in ports.items() for argument in (f"-{use}.port={port}", f"-{use}.port.grpc={port + PAIR}")]
    return ("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.preStopSeconds=0", *named)


def _make_bucket(address: StorageAddress) -> bool:
    """Whether the bucket is there, made now if need be; False while the storage does not answer yet."""
    http = PoolManager(timeout=Timeout(connect=2, read=5), retries=Retry(0))
    client = Minio(
        address.endpoint.removeprefix("http://"),
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=False,
        region="us-east-1",
        http_client=http,
    )
    try:
        if not client.bucket_exists(address.bucket):
            client.make_bucket(address.bucket)
        return client.bucket_exists(address.bucket)
    except (HTTPError, MinioException):
        return False
    finally:
        http.clear()


def _program() -> Path:
    """The program that the wheel puts beside Python's own."""
    program = Path(sysconfig.get_path("scripts"), "weed")
    if not program.is_file():
        raise not_installed("the object storage")
    return program
