"""Schemas of request bodies of exports."""

from chalicelib.platform.request_schema import BodySchema, IdentifierInput


class StartExport(BodySchema):
    """With an `id` chosen by the client, a repeated request starts one export."""

    id: IdentifierInput | None = None
