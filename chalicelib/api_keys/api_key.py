"""API keys: their tokens, and what the service stores of them."""

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from chalicelib.api_keys.scope import Scope
from chalicelib.identity.account import Account
from chalicelib.identity.role import Permission
from chalicelib.platform import settings
from chalicelib.platform.access import API_KEY_PREFIX
from chalicelib.platform.identifiers import CROCKFORD

MAX_LIFETIME = timedelta(days=365)
# How long a key stays in the list after it has ended.
KEPT_AFTER_END = timedelta(days=30)
MAX_KEYS = 50
_SECRET_BYTES = 32
# Programs that look for leaked secrets recognize a key by this: docs/clients.md has it, too.
_TOKEN = re.compile(f"{API_KEY_PREFIX}([{CROCKFORD}]{{26}})_([0-9a-f]{{64}})([0-9a-f]{{8}})")


@dataclass(frozen=True, slots=True)
class ApiKeyToken:
    """The text that another system sends: ``blp_ID_SECRET``, with a checksum at the end.

    Attributes:
        key_id: the ID of the key.
        secret: 256 random bits in hexadecimal digits.
    """

    key_id: str
    secret: str = field(repr=False)

    @classmethod
    def new(cls, key_id: str) -> Self:
        """Return a token with a new secret."""
        return cls(key_id, secrets.token_hex(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the token in a text; None if it isn't one, or has a typing error."""
        if not (match := _TOKEN.fullmatch(text)):
            return None
        key_id, secret, checksum = match.groups()
        token = cls(key_id, secret)
        return token if token._checksum == checksum else None

    @property
    def text(self) -> str:
        """The text."""
        return f"{API_KEY_PREFIX}{self.key_id}_{self.secret}{self._checksum}"

    @property
    def secret_hash(self) -> str:
        """The SHA-256 of the secret, which has too many bits to be guessed from its hash."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    @property
    def _checksum(self) -> str:
        """The CRC-32 of ID and secret: it finds typing errors before a read, and proves nothing."""
        return f"{zlib.crc32(f'{self.key_id}_{self.secret}'.encode()):08x}"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key, as it's stored.

    Attributes:
        id: its ID, a part of its token.
        name: what its creator calls it.
        scopes: what it may read.
        secret_hash: the SHA-256 of the secret in its token.
        created_by: the account ID of its creator.
        created_at: when it was created.
        expires_at: when it ends.
        last_used_on: the last day (UTC) on which it was used; None if it never was.
        revoked_at: when it was revoked; None if it wasn't.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    secret_hash: str = field(repr=False)
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None = None
    revoked_at: datetime | None = None

    def belongs_to(self, token: ApiKeyToken) -> bool:
        """Return whether a token has the secret of this key."""
        return hmac.compare_digest(self.secret_hash, token.secret_hash)

    def has_ended(self, now: datetime) -> bool:
        """Return whether it has expired or was revoked."""
        return self.revoked_at is not None or self.expires_at <= now


def may_have_keys(account: Account | None) -> bool:
    """Return whether keys that an account created work.

    They end with what permits the account to create them, and wait while staff who need a second
    factor have none: a key must not do what its creator can't.
    """
    if account is None or account.disabled:
        return False
    stage_settings = settings.current()
    needs_both = stage_settings.staff_second_factor == settings.REQUIRED
    has_both = account.second_factor or account.passkey_count
    needs_passkey = stage_settings.staff_passkey == settings.REQUIRED
    if (needs_both and not has_both) or (needs_passkey and not account.passkey_count):
        return False
    return account.role.permits(Permission.MANAGE_STAFF)
