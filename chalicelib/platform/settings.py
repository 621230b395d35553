"""What may differ from stage to stage, read once from the environment and checked at once."""

import functools
import itertools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

APPLICATION = "breeze-lakes-point"
PREFIX = "BREEZE_LAKES_POINT_"

_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
# RFC 6265 takes a cookie's name from RFC 2616's tokens.
_COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# RFC 6265bis 4.1.3: browsers refuse such a cookie without Secure.
_SECURE_PREFIXES = ("__Host-", "__Secure-")
# An origin as browsers send it (RFC 6454, 6.2), in small letters and without a default port.
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_DEFAULT_PORTS = (("https://", ":443"), ("http://", ":80"))
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}")
# NIST SP 800-63B-4 3.1.1.2: no setting may allow shorter passwords than this.
_SHORTEST_MINIMUM = 8
_LONGEST_MINIMUM = 64
_MOST_PER_ADDRESS = 1_000_000


class SettingsError(ValueError):
    """The environment does not make a service; the message names everything that is wrong."""


@dataclass(frozen=True)
class Settings:
    """The settings of one stage.

    Attributes:
        stage: the stage's name, part of every table's name; None where nothing is set up.
        public_url: where the service is reached, without a slash at the end; None if unknown.
        front_end_origin: the one other origin whose pages may call; None for no other.
        cookie_name: the session cookie's name.
        minimum_password_length: characters.
        sign_in_tries_per_address: failed sign-ins that one address may have in an hour.
        sign_ups_per_address: accounts that one address may ask for in an hour.
    """

    stage: str | None = None
    public_url: str | None = None
    front_end_origin: str | None = None
    cookie_name: str = f"{PREFIX}ACCESS_TOKEN"
    minimum_password_length: int = 15
    sign_in_tries_per_address: int = 300
    sign_ups_per_address: int = 300

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


# For each setting that is a number, in their order above: what it is unless set, least and most.
_NUMBERS = {
    "MINIMUM_PASSWORD_LENGTH": (
        Settings.minimum_password_length,
        _SHORTEST_MINIMUM,
        _LONGEST_MINIMUM,
    ),
    "SIGN_IN_TRIES_PER_ADDRESS": (Settings.sign_in_tries_per_address, 1, _MOST_PER_ADDRESS),
    "SIGN_UPS_PER_ADDRESS": (Settings.sign_ups_per_address, 1, _MOST_PER_ADDRESS),
}


def origin_of(url: str) -> str:
    """Return the origin (RFC 6454) of a URL: scheme, host and port."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}"


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
    problems: list[str] = []

    def take(name: str) -> str | None:
        return given.pop(name, None)

    stage = take("STAGE")
    if stage is not None and not _STAGE.fullmatch(stage):
        problems.append("STAGE must be small letters, digits and hyphens")
    public_url = take("PUBLIC_URL")
    if public_url is not None:
        public_url = public_url.rstrip("/")
        if not _is_safe_url(public_url):
            problems.append("PUBLIC_URL must be an https URL, or http on this machine")
    front_end_origin = take("FRONT_END_ORIGIN")
    if front_end_origin is not None and not _is_origin(front_end_origin):
        problems.append("FRONT_END_ORIGIN must be one origin such as https://front.example.com")
    cookie_name = take("COOKIE_NAME") or Settings.cookie_name
    if not _COOKIE_NAME.fullmatch(cookie_name):
        problems.append("COOKIE_NAME must be a cookie's name (RFC 6265)")
    if (
        cookie_name.startswith(_SECURE_PREFIXES)
        and not Settings(public_url=public_url).secure_cookies
    ):
        problems.append("COOKIE_NAME has a prefix that takes a PUBLIC_URL with https")
    numbers = {name: take(name) or str(usual) for name, (usual, _, _) in _NUMBERS.items()}
    problems += filter(None, itertools.starmap(_number_problem, numbers.items()))
    problems += [f"{name} is unknown" for name in sorted(given)]
    if problems:
        raise SettingsError(f"Wrong settings ({PREFIX}…): {'; '.join(problems)}.")
    return Settings(stage, public_url, front_end_origin, cookie_name, *map(int, numbers.values()))


@functools.cache
def current() -> Settings:
    """Return this process's settings, read from its environment on the first call.

    Raises:
        SettingsError: as :func:`read` does.
    """
    return read(os.environ)


def _number_problem(name: str, text: str) -> str | None:
    _, least, most = _NUMBERS[name]
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return None
    return f"{name} must be {least} to {most}"


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
