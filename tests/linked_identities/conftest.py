"""The providers of the tests, and a browser: those of ``tests/oidc``."""

from tests.oidc.conftest import browser, internet, provider

__all__ = ["browser", "internet", "provider"]
