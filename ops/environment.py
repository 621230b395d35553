"""The stage that a command works on."""

import os

from chalicelib.platform import settings


def use_stage(stage: str) -> None:
    """Choose the stage of this process, whose AWS credentials are found as boto3 finds them.

    Args:
        stage: the stage's name.
    """
    os.environ[f"{settings.PREFIX}STAGE"] = stage
    # The service's own client knows only Lambda's credentials: no profiles, SSO, or roles.
    os.environ[f"{settings.PREFIX}AWS_CLIENT"] = settings.BOTO3
    settings.current.cache_clear()
