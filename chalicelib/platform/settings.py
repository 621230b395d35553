"""The settings of a stage, read once from the environment and validated together."""

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from chalicelib.platform import oidc_providers, zones
from chalicelib.platform.oidc_providers import Provider

APPLICATION = "breeze-lakes-point"
PREFIX = "BREEZE_LAKES_POINT_"
OFF, BEST_EFFORT, STRICT = "off", "best-effort", "strict"
REQUIRED, OPTIONAL = "required", "optional"
HTTP, BOTO3 = "http", "boto3"
SEPARATE, MOVING, IN_USERS = "separate", "moving", "in-users"
# The notices that the service emails about accounts and registrations.
SIGNED_UP, PASSWORD_REMOVED = "signed-up", "password-removed"
PASSWORD_CHANGED, PASSWORD_RESET = "password-changed", "password-reset"
EMAIL_CHANGE_STARTED, EMAIL_CHANGED = "email-change-started", "email-changed"
USERNAME_REPLACED, RECOVERY_CODES_LOW = "username-replaced", "recovery-codes-low"
ACCOUNTS_MERGED, ACCOUNT_CLOSED = "accounts-merged", "account-closed"
SECOND_FACTOR_SET, SECOND_FACTOR_REMOVED = "second-factor-set", "second-factor-removed"
IDENTITY_LINKED, IDENTITY_UNLINKED = "identity-linked", "identity-unlinked"
PASSKEY_ADDED, PASSKEY_REMOVED = "passkey-added", "passkey-removed"
REGISTRATION_SUBMITTED, REGISTRATION_MOVED = "registration-submitted", "registration-moved"
REGISTRATION_UNFINISHED, EXPORT_READY = "registration-unfinished", "export-ready"
NOTICES = (
    *(SIGNED_UP, PASSWORD_CHANGED, PASSWORD_RESET, PASSWORD_REMOVED),
    *(EMAIL_CHANGE_STARTED, EMAIL_CHANGED, USERNAME_REPLACED),
    *(ACCOUNTS_MERGED, ACCOUNT_CLOSED),
    *(SECOND_FACTOR_SET, SECOND_FACTOR_REMOVED, RECOVERY_CODES_LOW),
    *(IDENTITY_LINKED, IDENTITY_UNLINKED, PASSKEY_ADDED, PASSKEY_REMOVED),
    *(REGISTRATION_SUBMITTED, REGISTRATION_MOVED, REGISTRATION_UNFINISHED, EXPORT_READY),
)
# Queues in which messages wait longer each time, and no group of messages delays another. The
# others are FIFO queues.
STANDARD_QUEUES = frozenset({"webhooks", "undelivered-webhooks"})
_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
# RFC 6265 takes a cookie's name from RFC 2616's tokens.
_COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# RFC 6265bis 4.1.3: browsers reject such a cookie without Secure.
_SECURE_PREFIXES = ("__Host-", "__Secure-")
# An origin as browsers send it (RFC 6454, 6.2), in small letters and without a default port.
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DOMAIN = re.compile(r"(?!(.*\.)?amazonaws\.com(\.cn)?$)([a-z0-9-]+\.)+[a-z][a-z0-9-]*")
_DEFAULT_PORTS = (("https://", ":443"), ("http://", ":80"))
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}")
_FUNCTION = re.compile(r"[a-z-]+")
_RULE = "rule"


class SettingsError(ValueError):
    """Some environment variables are invalid; the message names all of them."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a setting is parsed and validated: a function that raises ValueError, and its message."""

    read: Callable[[str], Any]
    must: str


def _where(holds: Callable[[str], object], must: str) -> dict[str, _Rule]:
    """Return the rule for a text that satisfies a predicate."""

    def read(text: str) -> str:
        if not holds(text):
            raise ValueError(text)
        return text

    return {_RULE: _Rule(read, must)}


def _between(least: int, most: int) -> dict[str, _Rule]:
    """Return the rule for an integer."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return {_RULE: _Rule(read, f"must be {least} to {most}")}


def _one_of(*words: str) -> dict[str, _Rule]:
    """Return the rule for one of several words."""
    return _where(words.__contains__, f"must be {', '.join(words[:-1])} or {words[-1]}")


def _some_of(*words: str) -> dict[str, _Rule]:
    """Return the rule for words separated by commas, or ``off`` for none."""

    def read(text: str) -> str:
        chosen = [word.strip() for word in text.split(",")]
        if text != OFF and not set(chosen) <= set(words):
            raise ValueError(text)
        return ",".join(chosen)

    return {_RULE: _Rule(read, f"must be {OFF}, or some of {', '.join(words)}")}


def _url() -> dict[str, _Rule]:
    """Return the rule for a URL, stored without a slash at the end."""

    def read(text: str) -> str:
        url = text.rstrip("/")
        if not _is_safe_url(url):
            raise ValueError(text)
        return url

    return {_RULE: _Rule(read, "must be an https URL, or http on this machine")}


def _providers() -> dict[str, _Rule]:
    """Return the rule for OpenID Connect providers, stored as their JSON."""

    def read(text: str) -> str:
        oidc_providers.parse(text)
        return text

    return {_RULE: _Rule(read, "must be a JSON list of providers, as docs/operations.md says")}


def origin_of(url: str) -> str:
    """Return the origin (RFC 6454) of a URL: scheme, host and port."""
    scheme, separator, host = url.partition("://")
    return f"{scheme}{separator}{host.partition('/')[0]}"


def _is_safe_url(url: str) -> bool:
    origin = origin_of(url)
    path = url.removeprefix(origin)
    local = _LOCAL.fullmatch(origin) is not None
    return (
        _is_origin_of_browsers(origin)
        and (origin.startswith("https://") or local)
        and (not path or _PATH.fullmatch(path) is not None)
    )


def _is_origin(text: str) -> bool:
    return _is_safe_url(text) and origin_of(text) == text


def _is_origin_of_browsers(origin: str) -> bool:
    usual = any(origin.startswith(kind) and origin.endswith(port) for kind, port in _DEFAULT_PORTS)
    return _ORIGIN.fullmatch(origin) is not None and not usual


@dataclass(frozen=True)
class Settings:
    """The settings of one stage; each is a variable of its name in capitals, after ``PREFIX``.

    Attributes:
        stage: the stage's name, part of every table's name; None if no stage is configured.
        function: the Lambda function of this process; None if it serves the packages of all.
        public_url: the service's public URL, without a slash at the end; None if unknown.
        front_end_origin: the one other origin whose pages may send requests; None for no other.
        cookie_name: the session cookie's name.
        minimum_password_length: in characters.
        breached_passwords: whether new passwords are checked against known breaches: ``off``,
            ``best-effort``, or ``strict``, which rejects a password if the check fails.
        breached_passwords_url: the URL of the range API, without a slash at the end.
        sign_in_tries_per_address: the limit of failed sign-ins of one address, per hour.
        sign_ups_per_address: the limit of sign-ups of one address, per hour.
        reset_links_per_address: the limit of password reset requests of one address, per hour.
        staff_idle_minutes: the idle timeout of staff sessions, in minutes.
        staff_second_factor: whether staff need a second factor: ``required`` or ``optional``.
        staff_passkey: whether staff must sign in with a passkey: ``required`` or ``optional``.
        kept_days_after_event: the retention of registrations after their event's last day, in days.
        default_time_zone: the IANA name of the time zone of a new event that has none.
        credentials_layout: where password hashes and authenticators are: ``in-users``, in the table
            ``users``, where earlier versions read them; ``moving``, in either, and each write moves
            them to the table ``credentials``; or ``separate``, only there.
        aws_client: the client of AWS: ``http``, the service's own, or ``boto3``.
        queues_url: the URL below which the stage's queues are; only for functions that use them.
        exports_bucket: the S3 bucket of exports; only for functions that use it.
        passkey_domain: the domain of passkeys, a parent of the URL's host; None for that host.
        mail_from: the sender's address, verified with SES; None to send no emails.
        mail_folder: the folder to write emails to; only for a service on the developer's machine.
        mail_notices: the notices to email, separated by commas; ``off`` for none.
        oidc_providers: the OpenID Connect providers to sign in with, as a JSON list.
    """

    stage: str | None = field(
        default=None, metadata=_where(_STAGE.fullmatch, "must be small letters, digits and hyphens")
    )
    function: str | None = field(
        default=None, metadata=_where(_FUNCTION.fullmatch, "must be small letters and hyphens")
    )
    public_url: str | None = field(default=None, metadata=_url())
    front_end_origin: str | None = field(
        default=None,
        metadata=_where(_is_origin, "must be one origin such as https://front.example.com"),
    )
    cookie_name: str = field(
        default=f"{PREFIX}ACCESS_TOKEN",
        metadata=_where(_COOKIE_NAME.fullmatch, "must be a cookie's name (RFC 6265)"),
    )
    # NIST SP 800-63B-4 3.1.1.2: no setting may allow shorter passwords than eight characters.
    minimum_password_length: int = field(default=15, metadata=_between(8, 64))
    breached_passwords: str = field(default=BEST_EFFORT, metadata=_one_of(OFF, BEST_EFFORT, STRICT))
    breached_passwords_url: str = field(default="https://api.pwnedpasswords.com", metadata=_url())
    # 100 people at a school, a shelter, or a front desk may share one address in an hour.
    sign_in_tries_per_address: int = field(default=300, metadata=_between(1, 1_000_000))
    sign_ups_per_address: int = field(default=300, metadata=_between(1, 1_000_000))
    reset_links_per_address: int = field(default=100, metadata=_between(1, 1_000_000))
    # A shorter time would not suffice to fill in a form; a longer one would exceed the session's.
    staff_idle_minutes: int = field(default=60, metadata=_between(5, 480))
    staff_second_factor: str = field(default=REQUIRED, metadata=_one_of(REQUIRED, OPTIONAL))
    staff_passkey: str = field(default=OPTIONAL, metadata=_one_of(REQUIRED, OPTIONAL))
    # Registration may be open until 36 hours after the moment that these days are counted from.
    kept_days_after_event: int = field(default=400, metadata=_between(2, 3650))
    default_time_zone: str = field(
        default="America/Chicago",
        metadata=_where(zones.is_zone, "must be a time zone such as America/Chicago"),
    )
    credentials_layout: str = field(default=SEPARATE, metadata=_one_of(SEPARATE, MOVING, IN_USERS))
    aws_client: str = field(default=HTTP, metadata=_one_of(HTTP, BOTO3))
    queues_url: str | None = field(default=None, metadata=_url())
    exports_bucket: str | None = field(default=None, metadata=_where(bool, "must be a bucket"))
    passkey_domain: str | None = field(
        default=None, metadata=_where(_DOMAIN.fullmatch, "must be a domain such as example.com")
    )
    mail_from: str | None = field(
        default=None, metadata=_where(_MAIL_ADDRESS.fullmatch, "must be one email address")
    )
    mail_folder: str | None = field(default=None, metadata=_where(bool, "must be a folder"))
    mail_notices: str = field(default=",".join(NOTICES), metadata=_some_of(*NOTICES))
    oidc_providers: str = field(default="[]", metadata=_providers())

    @functools.cached_property
    def providers(self) -> tuple[Provider, ...]:
        """The OpenID Connect providers to sign in with, in the order of the sign-in page."""
        return oidc_providers.parse(self.oidc_providers)

    @property
    def notices(self) -> frozenset[str]:
        """The notices that the service emails."""
        return frozenset(self.mail_notices.split(",")) - {OFF}

    @property
    def sends_mail(self) -> bool:
        """Whether the service can send or store emails."""
        return bool(self.mail_from or self.mail_folder)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are restricted to HTTPS: always, except on the developer's machine."""
        return self.public_url is None or self.public_url.startswith("https://")

    @property
    def trusted_origins(self) -> frozenset[str]:
        """The origins whose pages may change data: the service's own and the front end's."""
        own_origin = origin_of(self.public_url) if self.public_url else None
        return frozenset(origin for origin in (own_origin, self.front_end_origin) if origin)

    @property
    def relying_party_id(self) -> str | None:
        """The domain that passkeys belong to; None for an IP or AWS address, which can change."""
        host = origin_of(self.public_url or "").partition("://")[2].partition(":")[0]
        domain = self.passkey_domain or host
        is_lasting = host == "localhost" or _DOMAIN.fullmatch(host)
        return domain if is_lasting and f".{host}".endswith(f".{domain}") else None

    @property
    def device_cookie_name(self) -> str:
        """The device cookie's name, with the prefix of the session cookie's name, if any."""
        return self._prefixed_cookie_name("DEVICE")

    @property
    def sign_in_code_cookie_name(self) -> str:
        """The name of the cookie of the browser that asked for a sign-in code; same prefix."""
        return self._prefixed_cookie_name("SIGN_IN_CODE")

    @property
    def oidc_cookie_name(self) -> str:
        """The name of the cookie of the browser that is at a provider to sign in; same prefix."""
        return self._prefixed_cookie_name("OIDC")

    @property
    def oidc_proof_cookie_name(self) -> str:
        """The name of the cookie of the browser that came back from a provider; same prefix."""
        return self._prefixed_cookie_name("OIDC_PROOF")

    @property
    def passkey_cookie_name(self) -> str:
        """The name of the cookie of the browser that is signing in with a passkey; same prefix."""
        return self._prefixed_cookie_name("PASSKEY")

    def _prefixed_cookie_name(self, name: str) -> str:
        prefix = next((p for p in _SECURE_PREFIXES if self.cookie_name.startswith(p)), "")
        return f"{prefix}{PREFIX}{name}"

    @property
    def issuer(self) -> str:
        """The issuer of this stage's tokens."""
        return f"{APPLICATION}-{self.stage}"

    @property
    def account_secret_name(self) -> str:
        """The name of the secret that only ``accounts`` reads, from when it was the only one."""
        return f"{APPLICATION}-{self.stage}-session-key"

    @property
    def signing_secret_name(self) -> str:
        """The name of the secret that every other function reads that authenticates requests."""
        return f"{APPLICATION}-{self.stage}-signing-key"

    @property
    def configuration_set(self) -> str:
        """The name of the SES configuration set, which reports bounces and complaints."""
        return f"{APPLICATION}-{self.stage}"

    @property
    def event_bus_name(self) -> str:
        """The name of the EventBridge bus that other systems get events from."""
        return f"{APPLICATION}-{self.stage}"

    @property
    def oidc_secret_name(self) -> str:
        """The name of the secret with the providers' client secrets, which only ``oidc`` reads."""
        return f"{APPLICATION}-{self.stage}-oidc"

    def queue_url(self, queue: str) -> str:
        """Return the URL of a queue. Its name is ``breeze-lakes-point-dev-links.fifo``, say."""
        return f"{self.queues_url}/{self.queue_name(queue)}"

    def queue_name(self, queue: str) -> str:
        """Return the full name of a queue. A FIFO queue accepts each message once."""
        suffix = "" if queue in STANDARD_QUEUES else ".fifo"
        return f"{APPLICATION}-{self.stage}-{queue}{suffix}"

    def table_name(self, table: str) -> str:
        """Return the full name of a table, for example ``breeze-lakes-point-dev-users``."""
        return f"{APPLICATION}-{self.stage}-{table}"

    def as_variables(self) -> dict[str, str]:
        """Return the environment variables for these settings, without default values."""
        return {
            f"{PREFIX}{setting.name.upper()}": str(getattr(self, setting.name))
            for setting in fields(self)
            if getattr(self, setting.name) != setting.default
        }


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from variables that begin with ``BREEZE_LAKES_POINT_``.

    Raises:
        SettingsError: names every invalid or unknown variable.
    """
    variables = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in fields(Settings):
        variable, rule = setting.name.upper(), setting.metadata[_RULE]
        if (text := variables.pop(variable, None)) is not None:
            try:
                values[setting.name] = rule.read(text)
            except ValueError:
                problems.append(f"{variable} {rule.must}")
    settings = Settings(**values)
    problems += [*_contradictions(settings), *(f"{name} is unknown" for name in sorted(variables))]
    if problems:
        raise SettingsError(f"Wrong settings ({PREFIX}…): {'; '.join(problems)}.")
    return settings


@functools.cache
def current() -> Settings:
    """Return this process's settings, read from its environment on the first call.

    Raises:
        SettingsError: see :func:`read`.
    """
    return read(os.environ)


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield a message for each combination of settings that is invalid."""
    if settings.cookie_name.startswith(_SECURE_PREFIXES) and not settings.secure_cookies:
        yield "COOKIE_NAME has a prefix that takes a PUBLIC_URL with https"
    if settings.secure_cookies and any(provider.is_local for provider in settings.providers):
        yield "OIDC_PROVIDERS has an issuer with http, which takes a PUBLIC_URL on this machine"
    if settings.staff_passkey == REQUIRED and settings.public_url and not settings.relying_party_id:
        yield "STAFF_PASSKEY takes a PUBLIC_URL with a domain that passkeys can belong to"
    # The folder contains links that open accounts, so the service must not be public.
    if settings.mail_folder and (settings.mail_from or settings.secure_cookies):
        yield "MAIL_FOLDER takes a PUBLIC_URL with http on this machine, and no MAIL_FROM"
