"""Read secrets from AWS Secrets Manager."""

from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.errors import ServiceUnavailable

# The label of the current version: AWS uses it by default, moto does not.
CURRENT = "AWSCURRENT"


def fetch(name: str) -> str:
    """Return the current text of a secret.

    Raises:
        ServiceUnavailable: the secret can't be read.
    """
    client = service_client("secretsmanager")
    try:
        secret = client.call("GetSecretValue", SecretId=name, VersionStage=CURRENT)
    except AwsError as error:
        raise ServiceUnavailable(cause=f"GetSecretValue: {error.code}") from error
    except AwsUnreachable as error:
        raise ServiceUnavailable(cause=f"GetSecretValue: {error}") from error
    return str(secret["SecretString"])
