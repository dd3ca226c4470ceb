"""A gateway to ask, organizations to ask for, and the JSON Schema that the pretix package ships."""

import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.operators import Operator, operator_of
from tests.api.conftest import Tenant, api_settings, gateway, house, http, other_tenant, tenant
from tests.architecture.sources import ROOT
from tests.audits import FOR_ORDERS, breaches_of

__all__ = ["adds_up", "api_settings", "gateway", "house", "http", "operator", "other_tenant", "pretix_schema", "tenant"]

CACHE = ROOT / ".pytest_cache" / "pretix"
SCHEMA = "pretix/static/seating/seating-plan.schema.json"


@pytest.fixture
def operator(tenant: Tenant) -> Operator:
    """One who may do everything in the test's organization."""
    return operator_of(tenant.house, tenant.organization)


@pytest.fixture(scope="session")
def pretix_schema() -> Any:
    """The format of seating plans as pretix says it; the package is fetched once, without what it depends on, and only read."""
    wheel = _find_wheel() or _fetch_wheel()
    return json.loads(zipfile.ZipFile(wheel).read(SCHEMA))


def _find_wheel() -> Path | None:
    return next(iter(sorted(CACHE.glob("pretix-*.whl"))), None)


def _fetch_wheel() -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(CACHE), "pretix"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the package index did not give the pretix wheel within two minutes, so its JSON Schema could not be read")
    found = _find_wheel()
    if done.returncode or found is None:
        pytest.skip(f"the package index does not give the pretix wheel, so its JSON Schema could not be read: {done.stderr.strip()[-200:]}")
    return found


@pytest_asyncio.fixture
async def adds_up(owner: Any, tenant: Tenant) -> AsyncIterator[None]:
    """After the test nothing is held, sold or claimed that was not counted."""
    yield
    assert await breaches_of(owner, tenant.organization.id, but=FOR_ORDERS) == []
