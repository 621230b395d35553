"""Secrets as AWS Secrets Manager keeps them."""

from chalicelib.platform.aws import aws_client
from chalicelib.platform.errors import ServiceUnavailable

# The label of the version that holds: AWS takes it for granted, moto does not.
CURRENT = "AWSCURRENT"


def fetch(name: str) -> str:
    """Return a secret's current text.

    Raises:
        ServiceUnavailable: it cannot be had.
    """
    client = aws_client("secretsmanager")
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(client.get_secret_value(SecretId=name, VersionStage=CURRENT)["SecretString"])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ServiceUnavailable(cause=f"get_secret_value: {code}") from error
    except BotoCoreError as error:
        raise ServiceUnavailable(cause=f"get_secret_value: {type(error).__name__}") from error
