"""The files of exports, in the stage's private S3 bucket.

A file is written as a multipart upload: no reader sees it before it's complete, and a part that is
uploaded again replaces the one before. Only the function ``export-writer`` may write, and only the
function ``exports`` may read.
"""

from datetime import timedelta
from typing import Any

from chalicelib.exports.export_job import Export
from chalicelib.platform import aws, settings
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.errors import ServiceUnavailable

# S3 takes smaller parts only at the end of a file:
# docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
PART_BYTES = 5 * 1024 * 1024
# A download has to begin within this time.
DOWNLOAD_LIFETIME = timedelta(seconds=60)
# What the keys of all files begin with: roles name it.
PREFIX = "exports/"
_TYPE = "text/csv; charset=utf-8"
# The upload was completed before, and the response was lost.
_COMPLETED = "NoSuchUpload"


def begin(export: Export) -> str:
    """Begin the upload of an export's file; return the upload's ID."""
    return str(_call("CreateMultipartUpload", export, ContentType=_TYPE)["UploadId"])


def upload_part(export: Export, number: int, content: bytes) -> str:
    """Upload a part of the file, again if need be; return its ETag.

    Args:
        export: the export.
        number: the part's number, from 1.
        content: at least ``PART_BYTES``, but for the last part.
    """
    uploaded = _call(
        "UploadPart", export, UploadId=export.upload_id, PartNumber=number, Body=content
    )
    return str(uploaded["ETag"])


def complete(export: Export) -> None:
    """Make the file of its parts. This can be repeated."""
    parts = [
        {"PartNumber": number, "ETag": etag} for number, etag in enumerate(export.parts, start=1)
    ]
    _call(
        "CompleteMultipartUpload",
        export,
        ignored=_COMPLETED,
        UploadId=export.upload_id,
        MultipartUpload={"Parts": parts},
    )


def abort(export: Export) -> None:
    """Discard the parts of a file that won't be complete. This can be repeated."""
    _call("AbortMultipartUpload", export, ignored=_COMPLETED, UploadId=export.upload_id)


def download_url(export: Export) -> str:
    """Return a URL that downloads the file, for a short time, without other credentials.

    Raises:
        ServiceUnavailable: there are no credentials.
    """
    name = f"registrations-{export.event_id}.csv"
    return aws.presigned_url(
        aws.STORAGE,
        "GetObject",
        DOWNLOAD_LIFETIME,
        Bucket=_bucket(),
        Key=key(export),
        ResponseCacheControl="no-store",
        ResponseContentDisposition=f'attachment; filename="{name}"',
    )


def _call(operation: str, export: Export, *, ignored: str = "", **arguments: Any) -> dict[str, Any]:
    """Call S3.

    Raises:
        ServiceUnavailable: the call failed with another error than the ignored one.
    """
    client = aws.service_client(aws.STORAGE)
    try:
        return client.call(operation, Bucket=_bucket(), Key=key(export), **arguments)
    except AwsError as error:
        if error.code == ignored:
            return {}
        raise ServiceUnavailable(cause=f"{operation}: {error.code}") from error
    except AwsUnreachable as error:
        raise ServiceUnavailable(cause=f"{operation}: {error}") from error


def _bucket() -> str:
    if not (bucket := settings.current().exports_bucket):
        raise ServiceUnavailable(cause="EXPORTS_BUCKET is not set")
    return bucket


def key(export: Export) -> str:
    """Return the key of the file. Clients choose IDs, so an ID alone isn't unique."""
    return f"{PREFIX}{export.user_id}/{export.id}.csv"
