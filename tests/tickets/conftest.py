"""The same whole gateway that the API tests ask."""

from tests.api.conftest import api_settings, gateway, house, http, other_tenant, tenant

__all__ = ["api_settings", "gateway", "house", "http", "other_tenant", "tenant"]
