"""The OpenAPI document, its page, and the health check."""
