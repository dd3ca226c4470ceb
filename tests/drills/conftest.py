"""A shop whose payments come in at the double."""

from tests.payments.conftest import api_settings, double_address, gateway, house, http, shop, tenant

__all__ = ["api_settings", "double_address", "gateway", "house", "http", "shop", "tenant"]
