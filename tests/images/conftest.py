"""A whole gateway with an object storage of its own, and a little room for images."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from adapters.s3.objects import S3Objects
from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.s3 import ObjectStorage, StorageAddress
from gateway.embedded.valkey import ValkeyAddress
from gateway.environment import Secret
from gateway.house import open_storage
from gateway.settings import ObjectStorage as StorageSettings
from gateway.settings import Settings
from tests.api.conftest import Tenant, gateway, house, http, other_tenant, tenant
from tests.api.conftest import api_settings as settings_without_storage
from tests.images.studio import Studio, open_studio

__all__ = ["gateway", "house", "http", "other_tenant", "settings_without_storage", "tenant"]

QUOTA = 25_000_000


@pytest_asyncio.fixture(scope="session")
async def bucket(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StorageAddress]:
    """A SeaweedFS for the tests of images."""
    service = ObjectStorage(tmp_path_factory.mktemp("objects") / "s3")
    try:
        yield await service.start()
    finally:
        await service.stop()


@pytest.fixture(scope="session")
def api_settings(
    settings_without_storage: Settings, bucket: StorageAddress, database: DatabaseAddresses, valkey: ValkeyAddress
) -> Settings:
    """The settings of the API tests, and the storage."""
    s3 = StorageSettings(bucket.endpoint, bucket.access_key, Secret(bucket.secret_key), bucket.bucket, "us-east-1")
    return replace(settings_without_storage, s3=s3, image_quota_bytes=QUOTA)


@pytest_asyncio.fixture(scope="session")
async def objects(api_settings: Settings) -> AsyncIterator[S3Objects]:
    """The storage as the house sees it."""
    async with open_storage(api_settings.s3) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the storage, outside of the house."""
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest_asyncio.fixture
async def studio(tenant: Tenant, browser: httpx.AsyncClient, objects: S3Objects) -> Studio:
    """A draft event of a tenant, and the owner with pictures in his hands."""
    return await open_studio(tenant, browser, objects)


@pytest_asyncio.fixture
async def other_studio(other_tenant: Tenant, browser: httpx.AsyncClient, objects: S3Objects) -> Studio:
    """The same of another tenant, who must not notice."""
    return await open_studio(other_tenant, browser, objects)
