"""The two secrets of a stage on this machine, as a deployment creates them."""

import os
from typing import Any

from chalicelib.platform.settings import Settings
from chalicelib.sessions import keys


def store(vault: Any, stage: str, account_secret: str, *, replace: bool = False) -> None:
    """Store the account secret, and the signing secret that goes with it.

    Args:
        vault: a client of Secrets Manager.
        stage: the stage.
        account_secret: the account secret's text.
        replace: whether to replace the text of a secret that already exists.
    """
    named = Settings(stage=stage)
    texts = {
        named.account_secret_name: account_secret,
        named.signing_secret_name: keys.shared_text(account_secret),
    }
    # Of the OpenID Connect providers, which a developer may set.
    if client_secrets := os.environ.get("OIDC_CLIENT_SECRETS"):
        texts[named.oidc_secret_name] = client_secrets
    for name, text in texts.items():
        try:
            vault.create_secret(Name=name, SecretString=text)
        except vault.exceptions.ResourceExistsException:
            if replace:
                vault.put_secret_value(SecretId=name, SecretString=text)
