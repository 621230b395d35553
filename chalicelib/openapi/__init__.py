"""The description of the API, as OpenAPI and as a page, and the health check."""
