"""The real documents where they are, and an operator who imports into an organization of the test's own."""

import os
from pathlib import Path

import pytest

from gateway.operators import Operator, operator_of
from tests.api.conftest import Tenant, api_settings, gateway, house, http, tenant
from tests.architecture.sources import ROOT

__all__ = ["api_settings", "gateway", "house", "http", "operator", "real_documents", "tenant"]


@pytest.fixture(scope="session")
def real_documents() -> Path:
    """Documents that pretix answered; they are not part of the repository."""
    folder = Path(os.environ.get("PRETIX_DOCUMENTS") or ROOT.parent / "shared" / "data" / "pretix")
    if not folder.is_dir():
        pytest.skip(f"no documents of pretix in {folder}; name their folder with PRETIX_DOCUMENTS")
    return folder


@pytest.fixture
def operator(tenant: Tenant) -> Operator:
    """One who may do everything in the test's organization."""
    return operator_of(tenant.house, tenant.organization)
