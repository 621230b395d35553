"""What may differ from stage to stage, read once from the environment and checked at once."""

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from chalicelib.platform import zones

APPLICATION = "breeze-lakes-point"
PREFIX = "BREEZE_LAKES_POINT_"
OFF, BEST_EFFORT, STRICT = "off", "best-effort", "strict"
REQUIRED, OPTIONAL = "required", "optional"
HTTP, BOTO3 = "http", "boto3"
# What people are told by mail of their own account and registrations.
SIGNED_UP = "signed-up"
PASSWORD_CHANGED, PASSWORD_RESET = "password-changed", "password-reset"
EMAIL_CHANGE_STARTED, EMAIL_CHANGED = "email-change-started", "email-changed"
USERNAME_REPLACED, RECOVERY_CODES_LOW = "username-replaced", "recovery-codes-low"
ACCOUNTS_MERGED, ACCOUNT_CLOSED = "accounts-merged", "account-closed"
SECOND_FACTOR_SET, SECOND_FACTOR_REMOVED = "second-factor-set", "second-factor-removed"
REGISTRATION_SUBMITTED, REGISTRATION_MOVED = "registration-submitted", "registration-moved"
NOTICES = (
    *(SIGNED_UP, PASSWORD_CHANGED, PASSWORD_RESET),
    *(EMAIL_CHANGE_STARTED, EMAIL_CHANGED, USERNAME_REPLACED),
    *(ACCOUNTS_MERGED, ACCOUNT_CLOSED),
    *(SECOND_FACTOR_SET, SECOND_FACTOR_REMOVED, RECOVERY_CODES_LOW),
    *(REGISTRATION_SUBMITTED, REGISTRATION_MOVED),
)

_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
# RFC 6265 takes a cookie's name from RFC 2616's tokens.
_COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# RFC 6265bis 4.1.3: browsers reject such a cookie without Secure.
_SECURE_PREFIXES = ("__Host-", "__Secure-")
# An origin as browsers send it (RFC 6454, 6.2), in small letters and without a default port.
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DEFAULT_PORTS = (("https://", ":443"), ("http://", ":80"))
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}")
_FUNCTION = re.compile(r"[a-z-]+")
_RULE = "rule"


class SettingsError(ValueError):
    """The environment does not make a service; the message names everything that is wrong."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a setting is read from text: a reader that raises ValueError, and what must hold."""

    read: Callable[[str], Any]
    must: str


def _where(holds: Callable[[str], object], must: str) -> dict[str, _Rule]:
    """Return the rule of a text for which something holds."""

    def read(text: str) -> str:
        if not holds(text):
            raise ValueError(text)
        return text

    return {_RULE: _Rule(read, must)}


def _between(least: int, most: int) -> dict[str, _Rule]:
    """Return the rule of a whole number."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return {_RULE: _Rule(read, f"must be {least} to {most}")}


def _one_of(*words: str) -> dict[str, _Rule]:
    """Return the rule of a word."""
    return _where(words.__contains__, f"must be {', '.join(words[:-1])} or {words[-1]}")


def _some_of(*words: str) -> dict[str, _Rule]:
    """Return the rule of a list of words, with commas in between, or ``off`` for none."""

    def read(text: str) -> str:
        given = [word.strip() for word in text.split(",")]
        if text != OFF and not set(given) <= set(words):
            raise ValueError(text)
        return ",".join(given)

    return {_RULE: _Rule(read, f"must be {OFF}, or some of {', '.join(words)}")}


def _url() -> dict[str, _Rule]:
    """Return the rule of a URL, which is kept without a slash at the end."""

    def read(text: str) -> str:
        url = text.rstrip("/")
        if not _is_safe_url(url):
            raise ValueError(text)
        return url

    return {_RULE: _Rule(read, "must be an https URL, or http on this machine")}


def origin_of(url: str) -> str:
    """Return the origin (RFC 6454) of a URL: scheme, host and port."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}"


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
        stage: the stage's name, part of every table's name; None where nothing is set up.
        function: the Lambda function that this process is one of, which serves its own packages
        only;
            None for all of them.
        public_url: where the service is reached, without a slash at the end; None if unknown.
        front_end_origin: the one other origin whose pages may call; None for no other.
        cookie_name: the session cookie's name.
        minimum_password_length: characters.
        breached_passwords: whether new passwords are looked up among breached ones: ``off``,
            ``best-effort``, or ``strict``, which takes none while they cannot be.
        breached_passwords_url: where, without a slash at the end.
        sign_in_tries_per_address: failed sign-ins that one address may have in an hour.
        sign_ups_per_address: accounts that one address may ask for in an hour.
        reset_links_per_address: links to choose a password that one address may ask for in an
            hour.
        staff_idle_minutes: how long a session of staff goes on without a request.
        staff_second_factor: whether staff can do anything without a second factor: ``required``,
            or ``optional``.
        kept_days_after_event: how long registrations are kept after their event's last day.
        default_time_zone: the IANA name of the time zone of a new event that names none.
        aws_client: what calls DynamoDB and Secrets Manager: ``http``, our own small client, or
            ``boto3``.
        mail_from: the address that mail comes from, known to SES; None where none is sent.
        mail_folder: the folder that mail is left in; for a service on this very machine.
        mail_notices: what people are told by mail, with commas in between; ``off`` for nothing.
    """

    stage: str | None = field(
        default=None,
        metadata=_where(_STAGE.fullmatch, "must be small letters, digits and hyphens"),
    )
    function: str | None = field(
        default=None,
        metadata=_where(_FUNCTION.fullmatch, "must be small letters and hyphens"),
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
    # A school, a shelter or a desk is one address for a hundred people in an hour.
    sign_in_tries_per_address: int = field(default=300, metadata=_between(1, 1_000_000))
    sign_ups_per_address: int = field(default=300, metadata=_between(1, 1_000_000))
    reset_links_per_address: int = field(default=100, metadata=_between(1, 1_000_000))
    # Less is shorter than it takes to fill in a form, and more is longer than a session lasts.
    staff_idle_minutes: int = field(default=60, metadata=_between(5, 480))
    staff_second_factor: str = field(default=REQUIRED, metadata=_one_of(REQUIRED, OPTIONAL))
    # Registration may be open until 36 hours after the moment that these days are counted from.
    kept_days_after_event: int = field(default=400, metadata=_between(2, 3650))
    default_time_zone: str = field(
        default="America/Chicago",
        metadata=_where(zones.is_zone, "must be a time zone such as America/Chicago"),
    )
    aws_client: str = field(default=HTTP, metadata=_one_of(HTTP, BOTO3))
    mail_from: str | None = field(
        default=None, metadata=_where(_MAIL_ADDRESS.fullmatch, "must be one email address")
    )
    mail_folder: str | None = field(default=None, metadata=_where(bool, "must be a folder"))
    mail_notices: str = field(default=",".join(NOTICES), metadata=_some_of(*NOTICES))

    @property
    def notices(self) -> frozenset[str]:
        """What people are told by mail."""
        return frozenset(self.mail_notices.split(",")) - {OFF}

    @property
    def sends_mail(self) -> bool:
        """Whether mail goes anywhere."""
        return bool(self.mail_from or self.mail_folder)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are kept to HTTPS: always, but for a service on this very machine."""
        return self.public_url is None or self.public_url.startswith("https://")

    @property
    def trusted_origins(self) -> frozenset[str]:
        """The origins whose pages may change something: the service's own and the front end's."""
        own = origin_of(self.public_url) if self.public_url else None
        return frozenset(origin for origin in (own, self.front_end_origin) if origin)

    @property
    def device_cookie_name(self) -> str:
        """The device cookie's name, with whatever prefix the session cookie's has."""
        prefix = next((p for p in _SECURE_PREFIXES if self.cookie_name.startswith(p)), "")
        return f"{prefix}{PREFIX}DEVICE"

    @property
    def issuer(self) -> str:
        """Who signs the tokens of this stage."""
        return f"{APPLICATION}-{self.stage}"

    @property
    def session_key_name(self) -> str:
        """The name of the secret that holds the session keys."""
        return f"{APPLICATION}-{self.stage}-session-key"

    def table_name(self, table: str) -> str:
        """Return the full name of a table, for example ``breeze-lakes-point-dev-users``."""
        return f"{APPLICATION}-{self.stage}-{table}"

    def as_variables(self) -> dict[str, str]:
        """Return the variables by which these settings are read again; the usual ones need none."""
        return {
            f"{PREFIX}{one.name.upper()}": str(getattr(self, one.name))
            for one in fields(self)
            if getattr(self, one.name) != one.default
        }


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from variables that begin with ``BREEZE_LAKES_POINT_``.

    Raises:
        SettingsError: naming every variable that is wrong or unknown.
    """
    given = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    values: dict[str, Any] = {}
    problems: list[str] = []
    for one in fields(Settings):
        variable, rule = one.name.upper(), one.metadata[_RULE]
        if (text := given.pop(variable, None)) is not None:
            try:
                values[one.name] = rule.read(text)
            except ValueError:
                problems.append(f"{variable} {rule.must}")
    settings = Settings(**values)
    problems += [*_contradictions(settings), *(f"{name} is unknown" for name in sorted(given))]
    if problems:
        raise SettingsError(f"Wrong settings ({PREFIX}…): {'; '.join(problems)}.")
    return settings


@functools.cache
def current() -> Settings:
    """Return this process's settings, read from its environment on the first call.

    Raises:
        SettingsError: as :func:`read` does.
    """
    return read(os.environ)


def _contradictions(settings: Settings) -> Iterator[str]:
    """Say which settings do not go together."""
    if settings.cookie_name.startswith(_SECURE_PREFIXES) and not settings.secure_cookies:
        yield "COOKIE_NAME has a prefix that takes a PUBLIC_URL with https"
    # A folder of links that open accounts has no place where others can reach the service.
    if settings.mail_folder and (settings.mail_from or settings.secure_cookies):
        yield "MAIL_FOLDER takes a PUBLIC_URL with http on this machine, and no MAIL_FROM"
