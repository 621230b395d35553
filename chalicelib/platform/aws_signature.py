"""Signature Version 4, for requests without a query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import datetime

from chalicelib.platform.aws_errors import AwsUnreachable

_ALGORITHM = "AWS4-HMAC-SHA256"


def signature(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    region: str,
    service: str,
) -> dict[str, str]:
    """Return the headers that sign a request without a query (Signature Version 4).

    The credentials are read from the environment each time, because Lambda may renew them.

    Args:
        method: the HTTP method.
        path: the path.
        headers: the headers to be sent, which are all signed.
        body: the body.
        now: the time in UTC.
        region: the AWS region.
        service: the service's name.

    Raises:
        AwsUnreachable: there are no credentials.
    """
    try:
        access_key = os.environ["AWS_ACCESS_KEY_ID"]
        secret_key = os.environ["AWS_SECRET_ACCESS_KEY"]
    except KeyError:
        raise AwsUnreachable("NoCredentials") from None
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": moment}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        added["X-Amz-Security-Token"] = token
    signed = {name.lower(): value.strip() for name, value in {**headers, **added}.items()}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = "\n".join((method, path, "", lines, names, hashlib.sha256(body).hexdigest()))
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    text = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signed_text = hmac.digest(key, text.encode(), "sha256").hex()
    added["Authorization"] = (
        f"{_ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={names}, "
        f"Signature={signed_text}"
    )
    return added
