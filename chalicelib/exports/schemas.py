"""Schemas of queries and responses of exports."""

from typing import Annotated, Any

from chalicelib.exports.export_job import ExportStatus
from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.staff.list_query import RegistrationFilters, SpreadsheetFormat

__all__ = ["ExportDownload", "RegistrationExport", "RegistrationExportList", "StartExportQuery"]


class StartExportQuery(SpreadsheetFormat, RegistrationFilters):
    """The filters and the order of the list, and the format of the file."""

    def filters(self) -> dict[str, Any]:
        """Return the filters that have a value, as they are stored."""
        names = RegistrationFilters.annotations()
        values = {name: value for name, value in self.values().items() if name in names}
        return {
            name: getattr(value, "value", value)
            for name, value in values.items()
            if value is not None
        }


class RegistrationExport(ResponseSchema):
    """An export of registrations to a file."""

    id: Identifier
    status: Annotated[
        ExportStatus,
        Field(
            description="`failed`: the writing stopped, or the person may no longer see "
            "registrations.",
            examples=["writing"],
        ),
    ]
    rows: Annotated[
        int, Field(description="How many registrations the file has by now.", examples=[12400])
    ]
    total: Annotated[
        int | None,
        Field(
            description="About how many it will have. Null before the writing begins, and with "
            "filters other than `status`.",
            examples=[100000],
        ),
    ]
    created_at: Timestamp
    expires_at: Annotated[
        Timestamp,
        Field(
            description="Until when it's written or can be downloaded: 24 hours each.",
            examples=["2026-11-23T20:08:33Z"],
        ),
    ]


class RegistrationExportList(ResponseSchema):
    """The caller's exports of an event, newest first."""

    items: list[RegistrationExport]


class ExportDownload(ResponseSchema):
    """A URL that downloads the file without a session. Don't store it or pass it on."""

    url: Annotated[
        str,
        Field(
            description="Where the file is downloaded from, with GET.",
            examples=["https://bucket.s3.us-east-1.amazonaws.com/exports/…"],
        ),
    ]
    expires_in_seconds: Annotated[int, Field(description="How long the URL works.", examples=[60])]
