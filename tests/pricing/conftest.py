"""A gateway to ask, and organizations to ask for."""

from tests.api.conftest import api_settings, gateway, house, http, other_tenant, tenant

__all__ = ["api_settings", "gateway", "house", "http", "other_tenant", "tenant"]
