"""The OpenAPI document, written from the declarations of endpoints and schemas.

pydantic turns the schemas into JSON Schema. It doesn't ship: the document is built with the pages.
"""
