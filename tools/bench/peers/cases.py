"""The cases of other services: their packages, their tables, and the requests that they answer."""

import hashlib
import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ops.package import PROJECT
from tools import downloads
from tools.bench.scene import PASSWORD, Scene
from tools.bench.starts import Case
from tools.lambda_runtime import NoAnswer, Process, Setup

FLASK, BETTER_AUTH = "Flask", "Better Auth"
_HERE = Path(__file__).parent
_REQUIREMENTS = PROJECT / "requirements-peers.txt"
_NODE_FILES = sorted((_HERE / "better_auth").iterdir())
_SECRET = "a secret of 32 characters or more"  # noqa: S105  # nosec B105 # of people who are made up
_TIMEOUT_SECONDS = 10
# Some bundled modules call require, which modules don't have.
_REQUIRE = 'import {createRequire} from "module"; const require = createRequire(import.meta.url);'
# The indexes that Better Auth's adapter reads, by model.
_INDEXES = {
    "user": ["email"],
    "session": ["token", "userId"],
    "account": ["userId", "accountId"],
    "verification": ["identifier"],
}


def cases(scene: Scene, client: Any, folder: Path) -> Iterator[Case]:
    """Yield a read of the account and a sign-in of each service, with an account that exists.

    Args:
        scene: where they run.
        client: of DynamoDB.
        folder: for their code; empty.

    Raises:
        NotAvailable: npm or Node.js is missing.
    """
    run = uuid.uuid4().hex
    yield from _flask(scene, client, folder / "flask", f"flask-{run}")
    yield from _better_auth(scene, client, folder / "better-auth", f"better-auth-{run}")


def _flask(scene: Scene, client: Any, folder: Path, table: str) -> Iterator[Case]:
    folder.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--require-hashes", "--no-deps", "--target", str(folder)]
    subprocess.run([*pip, *options, "-r", str(_REQUIREMENTS)], check=True)
    shutil.copy(_HERE / "flask_app.py", folder)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder)], check=True)
    _create_table(client, table, "username")
    environment = {**scene.of_lambda(), "TABLE": table, "SECRET": _SECRET}
    setup = Setup(folder, scene.runtime, "flask_app.app", environment, _TIMEOUT_SECONDS, scene.log)
    body = {"username": "river", "password": PASSWORD}
    yield from _cases(
        FLASK,
        setup,
        sign_up=_event("POST", "/signup", body),
        sign_in=_event("POST", "/signin", body),
        me="/me",
    )


def _better_auth(scene: Scene, client: Any, folder: Path, tables: str) -> Iterator[Case]:
    for model, fields in _INDEXES.items():
        _create_table(client, f"{tables}-{model}", "id", fields)
    environment = {
        **scene.of_lambda(),
        "NODE_ENV": "production",
        "NODE_NO_WARNINGS": "1",
        "TABLES": tables,
        "SECRET": _SECRET,
    }
    setup = Setup(
        _bundle(folder),
        scene.runtime,
        "function.mjs",
        environment,
        _TIMEOUT_SECONDS,
        scene.log,
        command=(str(shutil.which("node")), "function.mjs"),
    )
    body = {"email": "river@example.com", "password": PASSWORD}
    yield from _cases(
        BETTER_AUTH,
        setup,
        sign_up=_event("POST", "/api/auth/sign-up/email", {**body, "name": "River"}),
        sign_in=_event("POST", "/api/auth/sign-in/email", body),
        me="/api/auth/get-session",
    )


def _cases(name: str, setup: Setup, *, sign_up: bytes, sign_in: bytes, me: str) -> Iterator[Case]:
    process = Process(setup)
    try:
        process.invoke(sign_up)
        signed_in = json.loads(process.invoke(sign_in))
    finally:
        process.close()
    if signed_in["statusCode"] != 200:
        raise NoAnswer(f"{name}: {signed_in}")
    me_event = _event("GET", me, cookie=_cookie(signed_in))
    yield Case(f"{name}: me", setup, lambda: me_event)
    yield Case(f"{name}: sign in", setup, lambda: sign_in)


def _event(method: str, path: str, body: Any = None, cookie: str = "") -> bytes:
    """Return an event of API Gateway with what these services read of it."""
    headers = {
        "Host": "lakes.example",
        "Origin": "https://lakes.example",
        "Content-Type": "application/json",
        "Cookie": cookie,
    }
    event = {
        "httpMethod": method,
        "path": path,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "requestContext": {"identity": {"sourceIp": "192.0.2.7"}},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


def _cookie(response: Mapping[str, Any]) -> str:
    """Return the header ``Cookie`` with the cookies that a response sets."""
    headers = response.get("multiValueHeaders") or {}
    set_cookies = headers.get("Set-Cookie") or [response["headers"]["Set-Cookie"]]
    return "; ".join(cookie.partition(";")[0] for cookie in set_cookies)


def _create_table(client: Any, name: str, key: str, indexes: list[str] | None = None) -> None:
    options: dict[str, Any] = {}
    if indexes:
        options["GlobalSecondaryIndexes"] = [
            {
                "IndexName": field,
                "KeySchema": [{"AttributeName": field, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
            for field in indexes
        ]
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": field, "AttributeType": "S"} for field in [key, *(indexes or [])]
        ],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def _bundle(folder: Path) -> Path:
    """Bundle Better Auth's function to one file, as its users do for Lambda; return its folder."""
    modules = _node_modules()
    for path in _NODE_FILES:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder)
    (folder / "node_modules").symlink_to(modules)
    options = ["--bundle", "--minify", "--platform=node", "--format=esm", "--outfile=function.mjs"]
    subprocess.run(
        [
            str(modules / ".bin" / "esbuild"),
            "function.js",
            *options,
            f"--banner:js={_REQUIRE}",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def _node_modules() -> Path:
    """Return the folder of what Better Auth's function needs, fetched once with npm."""
    listed = [path for path in _NODE_FILES if path.suffix == ".json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in listed)).hexdigest()
    name = f"better-auth-{digest[:16]}"
    if not downloads.home(name).exists():
        with downloads.fetching(name, BETTER_AUTH) as folder:
            for path in listed:
                shutil.copy(path, folder / "kept")
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=folder / "kept", check=True)
    return downloads.home(name) / "node_modules"
