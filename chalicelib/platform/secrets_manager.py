"""Secrets as AWS Secrets Manager keeps them."""

from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.errors import ServiceUnavailable

# The label of the version that holds: AWS takes it for granted, moto does not.
CURRENT = "AWSCURRENT"


def fetch(name: str) -> str:
    """Return a secret's current text.

    Raises:
        ServiceUnavailable: it cannot be had.
    """
    client = service_client("secretsmanager")
    try:
        secret = client.call("GetSecretValue", SecretId=name, VersionStage=CURRENT)
    except AwsError as error:
        raise ServiceUnavailable(cause=f"GetSecretValue: {error.code}") from error
    except AwsUnreachable as error:
        raise ServiceUnavailable(cause=f"GetSecretValue: {error}") from error
    return str(secret["SecretString"])
