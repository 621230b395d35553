"""Creates a stage's first session key, rotates it, and shares it with the functions that need it.

Two secrets hold the session keys: see ``chalicelib.sessions.keys``. The signing secret, which most
functions read, is written before the account secret, whose function signs tokens. So no function
receives a token that is signed with a key it can't read.
"""

import itertools
import sys
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from chalicelib.platform import clock, settings
from chalicelib.platform.aws import aws_client
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.secrets_manager import CURRENT
from chalicelib.sessions import keys
from chalicelib.sessions.cookie import SESSION_LIFETIME
from chalicelib.sessions.keys import Key
from ops.environment import use_stage

# Twice as long as a function goes on with the keys that it has.
SIGNS_AFTER = timedelta(seconds=2 * keys.CACHE_SECONDS)
# Clocks differ, and a request that began takes its time.
_LEEWAY = timedelta(minutes=5)
_ATTEMPTS = 5
_PENDING = "AWSPENDING"


class Revoke(Enum):
    """What a rotation revokes at once."""

    NOTHING = "nothing"
    # The old keys, and with them every session.
    SESSIONS = "sessions"
    # Also the lasting secret, and with it known devices, counters, and authenticator apps: an
    # attacker who has read the keys has read this secret too.
    ALL = "all"


class RotationFailed(RuntimeError):
    """This rotation did not change the keys; another operator may have rotated them."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a secret holds and is not revoked.

    Attributes:
        version: the version that is read; None for a secret that has never had a value.
        keys: that version's; none of them where they are revoked.
        lasting: that version's lasting secret; empty without one.
    """

    version: str | None
    keys: tuple[Key, ...]
    lasting: bytes


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation comes to.

    Attributes:
        key: the new one.
        kept: the old ones that are still read.
    """

    key: Key
    kept: tuple[Key, ...]


def run(stage: str, revoke: Revoke) -> int:
    """Rotate a stage's key and print the result.

    Args:
        stage: the stage.
        revoke: what goes at once.

    Returns:
        The exit status.
    """
    use_stage(stage)
    try:
        result = rotate(clock.now, revoke)
    except (RotationFailed, ServiceUnavailable) as failed:
        cause = failed.cause if isinstance(failed, ServiceUnavailable) else failed
        print(f"Not rotated: {cause}.", file=sys.stderr)
        return 1
    print(
        f"{result.key.identifier} signs new sessions from {clock.to_text(result.key.signs_from)}."
    )
    for key in result.kept:
        print(f"{key.identifier} is still accepted.")
    return 0


def rotated(held: Sequence[Key], now: datetime) -> Rotation:
    """Decide which key comes and which stay.

    The new one signs in ten minutes, when every function has it; an old one stays until the last
    token that it signed is over. With none to take over from, it signs at once.

    Args:
        held: the keys that there are.
        now: the present moment.
    """
    if not held:
        return Rotation(keys.new_key(now), ())
    in_turn = sorted(held, key=lambda key: key.signs_from)
    kept_keys = [
        key
        for key, successor in itertools.pairwise(in_turn)
        if now < successor.signs_from + SESSION_LIFETIME + _LEEWAY
    ]
    return Rotation(keys.new_key(now + SIGNS_AFTER), (*kept_keys, in_turn[-1]))


def rotate(now: Callable[[], datetime], revoke: Revoke = Revoke.NOTHING) -> Rotation:
    """Rotate the key of this process's stage; of several at once, none loses another's key.

    Args:
        now: tells the time.
        revoke: what goes at once.

    Raises:
        RotationFailed: others rotate it all the time, or AWS rejects.
        ServiceUnavailable: what the secret holds cannot be read as keys, or AWS can't be reached.
    """
    client = aws_client("secretsmanager")
    name = settings.current().account_secret_name
    for _ in range(_ATTEMPTS):
        # First: a rotation that completes after this read makes the write below fail.
        shared = _shared(client)
        held = _held(client, name, revoke)
        rotation = rotated(held.keys, now())
        text = keys.to_text(
            [*rotation.kept, rotation.key], held.lasting or keys.new_permanent_secret()
        )
        if _share(client, shared, text) and _replaced(client, name, held.version, text):
            return rotation
    share()
    raise RotationFailed("someone else is rotating it at the same time")


def begin(now: Callable[[], datetime]) -> bool:
    """Give this process's stage its first key, unless it has one.

    Args:
        now: tells the time.

    Returns:
        Whether there was none.

    Raises:
        RotationFailed: there is no such secret, or AWS rejects.
        ServiceUnavailable: AWS can't be reached.
    """
    client = aws_client("secretsmanager")
    name = settings.current().account_secret_name
    is_new = _current(client, name) is None
    is_first = is_new and _replaced(client, name, None, keys.new_secret(now()))
    share()
    return is_first


def share() -> None:
    """Make the signing secret hold the keys of the account secret, if that has any.

    A deployment calls this before it updates the functions that read the signing secret. It also
    completes a rotation that was interrupted, or one by an earlier version, which knew one secret.

    Raises:
        RotationFailed: others rotate the keys all the time, or AWS rejects.
        ServiceUnavailable: the account secret's value is invalid, or AWS can't be reached.
    """
    client = aws_client("secretsmanager")
    for _ in range(_ATTEMPTS):
        shared = _shared(client)
        secret = _current(client, settings.current().account_secret_name)
        if secret is None or _share(client, shared, secret["SecretString"]):
            return
    raise RotationFailed("someone else is rotating it at the same time")


def _shared(client: Any) -> Any | None:
    """Return the current version of the signing secret; None if it has none."""
    return _current(client, settings.current().signing_secret_name)


def _share(client: Any, seen: Any | None, account_secret: str) -> bool:
    """Replace the signing secret by what goes with an account secret, and create it if need be.

    Return whether it was done: another may have replaced it in the meantime.
    """
    name, text = settings.current().signing_secret_name, keys.shared_text(account_secret)
    if seen is not None:
        return seen["SecretString"] == text or _replaced(client, name, seen["VersionId"], text)
    created = _call(
        client,
        "create_secret",
        allowed={"ResourceExistsException"},
        Name=name,
        Description="The keys that sign tokens, for the functions that authenticate requests.",
        SecretString=text,
        ClientRequestToken=_first_version(name),
        Tags=[
            {"Key": "application", "Value": settings.APPLICATION},
            {"Key": "stage", "Value": str(settings.current().stage)},
        ],
    )
    return created is not None or _replaced(client, name, None, text)


def _held(client: Any, name: str, revoke: Revoke) -> Held:
    """Return the parts of a secret that the rotation keeps; the other parts may be unreadable."""
    secret = _current(client, name)
    if secret is None:
        return Held(None, (), b"")
    version, text = secret["VersionId"], secret["SecretString"]
    match revoke:
        case Revoke.ALL:
            return Held(version, (), b"")
        case Revoke.SESSIONS:
            return Held(version, (), keys.parse_permanent_secret(text))
    return Held(version, keys.parse(text), keys.parse_permanent_secret(text))


def _replaced(client: Any, name: str, seen: str | None, text: str) -> bool:
    """Replace a version by a new one, unless another did in the meantime; say whether it was done.

    Secrets Manager writes without conditions, but moves the label of the current version only from
    the one that is said to have it, and lets a version's token stand for one text only.
    """
    if seen is None:
        return _put(client, name, _first_version(name), text, CURRENT)
    version = str(uuid.uuid4())
    if not _put(client, name, version, text, _PENDING):
        return False
    moved = _call(
        client,
        "update_secret_version_stage",
        allowed={"InvalidParameterException", "InvalidRequestException"},
        SecretId=name,
        VersionStage=CURRENT,
        RemoveFromVersionId=seen,
        MoveToVersionId=version,
    )
    if moved is not None:
        return True
    # It was moved already: by another, or by a first call of ours whose answer was lost.
    current = _current(client, name)
    return current is not None and bool(current["VersionId"] == version)


def _first_version(name: str) -> str:
    """Return the id of a secret's first version, which is the same for all who write one."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def _current(client: Any, name: str) -> Any | None:
    """Return the current version; None for a secret without any value."""
    return _call(
        client,
        "get_secret_value",
        allowed={"ResourceNotFoundException"},
        SecretId=name,
        VersionStage=CURRENT,
    )


def _put(client: Any, name: str, version: str, text: str, label: str) -> bool:
    put = _call(
        client,
        "put_secret_value",
        allowed={"ResourceExistsException"},
        SecretId=name,
        SecretString=text,
        ClientRequestToken=version,
        VersionStages=[label],
    )
    return put is not None


def _call(
    client: Any, operation: str, *, allowed: Collection[str] = (), **arguments: Any
) -> Any | None:
    """Call Secrets Manager; return None for an error that is allowed for.

    Raises:
        RotationFailed: any other.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return getattr(client, operation)(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in allowed:
            return None
        if code == "ResourceNotFoundException":
            raise RotationFailed(
                f"there is no secret {arguments['SecretId']}, deploy the stage first"
            ) from None
        raise RotationFailed(f"{operation}: {code}") from error
    except BotoCoreError as error:
        raise RotationFailed(f"{operation}: {type(error).__name__}") from error
