"""Schemas of the endpoint that clears email problems."""

from chalicelib.identity.schemas import Account

__all__ = ["Account"]
