"""Response bodies of the service's description of itself."""

from typing import Annotated, Any, Literal

from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import ResponseSchema


class Health(ResponseSchema):
    """Whether the service responds."""

    status: Literal["ok"]


class Description(ResponseSchema):
    """An OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html)."""

    openapi: Annotated[str, Field(pattern=r"^3\.1\.\d+$", examples=["3.1.1"])]
    info: Annotated[
        dict[str, Any], Field(examples=[{"title": "Breeze Lakes Point", "version": "1.0.0"}])
    ]
    servers: Annotated[list[dict[str, Any]], Field(examples=[[{"url": "https://example.com/api"}]])]
    tags: Annotated[list[dict[str, Any]], Field(examples=[[{"name": "about"}]])]
    paths: Annotated[dict[str, Any], Field(examples=[{}])]
    webhooks: Annotated[dict[str, Any], Field(examples=[{}])]
    components: Annotated[dict[str, Any], Field(examples=[{}])]
