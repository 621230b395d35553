"""An OpenID Connect provider for tests: honest as it stands, hostile as a test makes it."""

import base64
import contextlib
import functools
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chalicelib.oidc import client_secrets, metadata, provider_http
from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform import clock
from tests.support.clients import OIDC_COOKIES, Person, Response

# The one that each test's stage has, which no request leaves the process for.
EXAMPLE_ISSUER = "https://id.example.com"
OIDC_COOKIE, PROOF_COOKIE = OIDC_COOKIES
CLIENT_ID = "lakes"
SECRET = "the client secret of the tests, long enough"
PROVIDERS = [
    {
        "name": "example",
        "label": "Example",
        "issuer": EXAMPLE_ISSUER,
        "clientId": CLIENT_ID,
        "authoritativeDomains": ["example.com"],
    },
    {
        "name": "posting",
        "label": "Posting",
        "issuer": f"{EXAMPLE_ISSUER}/posting",
        "clientId": CLIENT_ID,
        "responseMode": "form_post",
    },
]
SECRETS = dict.fromkeys((provider["name"] for provider in PROVIDERS), SECRET)
Claims = dict[str, Any]


@functools.cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@functools.cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass
class TestProvider:
    """What a provider does; a test replaces any of it.

    Attributes:
        issuer: its issuer.
        subject: the person who signs in there.
        claims: of the person, or in place of a correct claim; None removes one.
        header: of the ID token, beside the algorithm.
        document: in place of parts of the metadata.
        algorithm: of the ID token.
        key: signs the ID token; None for the key that is published.
        keys: the published keys; None for the usual ones.
        response: in place of parts of the authorization response; None removes one.
        token_response: in place of the token endpoint's response.
        codes: what each code is for.
        requests: the paths that were requested.
        takes_codes_twice: whether a code can be used twice.
        known_code: a code that it takes any number of times, for a request that no test has sent.
        known_nonce: the nonce of that request.
    """

    __test__ = False

    issuer: str
    subject: str = "river-at-the-provider"
    claims: Claims = field(default_factory=dict)
    header: Claims = field(default_factory=dict)
    document: Claims = field(default_factory=dict)
    algorithm: str = "ES256"
    key: Any = None
    keys: list[Claims] | None = None
    response: Claims = field(default_factory=dict)
    token_response: Claims | None = None
    codes: dict[str, Claims] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    takes_codes_twice: bool = False
    known_code: str | None = None
    known_nonce: str = ""

    def metadata(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "authorization_response_iss_parameter_supported": True,
            **self.document,
        }

    def jwks(self) -> Claims:
        usual = [
            {**jwk(ec_key()), "kid": "ec", "use": "sig", "alg": "ES256"},
            {**jwk(rsa_key()), "kid": "rsa", "use": "sig", "alg": "RS256"},
        ]
        return {"keys": usual if self.keys is None else self.keys}

    def authorize(self, location: str) -> dict[str, str]:
        """Return the response to a browser whose user signs in at a location."""
        asked = dict(parse_qsl(urlsplit(location).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}-{asked['nonce']}"
        self.codes[code] = asked
        response = {"code": code, "state": asked["state"], "iss": self.issuer, **self.response}
        return {name: value for name, value in response.items() if value is not None}

    def exchange(self, form: dict[str, str], authorization: str | None = None) -> Claims:
        """Return the response of the token endpoint."""
        if self.token_response is not None:
            return self.token_response
        take = self.codes.get if self.takes_codes_twice else self.codes.pop
        asked = take(form["code"], None)
        if form["code"] == self.known_code:
            return {"id_token": self.id_token(self.known_nonce)}
        if asked is None:
            raise ProviderError("status 400")
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        assert asked["redirect_uri"] == form["redirect_uri"]
        assert authorization or form["client_secret"] == SECRET
        return {"id_token": self.id_token(asked["nonce"]), "access_token": "a", "token_type": "x"}

    def id_token(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "email": "river@example.com",
            "email_verified": True,
            "given_name": "River",
            "family_name": "Okafor",
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        own_key = ec_key() if self.algorithm == "ES256" else rsa_key()
        kid = {"ES256": "ec", "RS256": "rsa"}.get(self.algorithm, "rsa")
        headers = {"kid": kid, **self.header}
        key = own_key if self.key is None else self.key
        return jwt.encode(kept, key, algorithm=self.algorithm, headers=headers)


def jwk(key: Any) -> Claims:
    """Return the public part of a key."""
    algorithm = jwt.algorithms.ECAlgorithm if hasattr(key, "curve") else jwt.algorithms.RSAAlgorithm
    return algorithm.to_jwk(key.public_key(), as_dict=True)


class Internet:
    """The providers that tests have, in place of the network; others are really asked."""

    def __init__(self) -> None:
        self.providers = {entry["issuer"]: TestProvider(entry["issuer"]) for entry in PROVIDERS}

    def fetch(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        del headers
        issuers = [issuer for issuer in self.providers if url.startswith(f"{issuer}/")]
        if not issuers:
            return _really_fetch(method, url, body, {})
        provider = self.providers[max(issuers, key=len)]
        path = url.removeprefix(provider.issuer)
        provider.requests.append(path)
        if path == "/token":
            return provider.exchange(dict(parse_qsl((body or b"").decode())), "Basic")
        return provider.metadata() if "/.well-known/" in path else provider.jwks()


_really_fetch = provider_http._fetch
# What is connected now, or was at last.
latest = Internet()


def forget() -> None:
    """Forget what providers have published, and the client secrets."""
    metadata.published.cache_clear()
    client_secrets.client_secrets.cache_clear()


@contextlib.contextmanager
def connected() -> Iterator[Internet]:
    """Have the example providers answer in this process."""
    internet = Internet()
    global latest  # noqa: PLW0603 (scenarios have no fixtures)
    latest = internet
    with mock.patch.object(provider_http, "_fetch", internet.fetch):
        forget()
        yield internet


@contextlib.contextmanager
def over_http(provider: TestProvider) -> Iterator[Callable[[str, Any], None]]:
    """Serve a provider over HTTP on this machine; its issuer becomes the server's URL.

    Yields:
        A function that sets what a path really returns: a function that gets the handler.
    """
    special: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def _serve(self, body: bytes) -> None:
            provider.requests.append(self.path)
            if act := special.get(self.path):
                act(self)
                return
            if self.path.startswith("/authorize"):
                asked = dict(parse_qsl(urlsplit(self.path).query))
                response = urlencode(provider.authorize(self.path))
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{response}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path == "/token":
                form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                content = provider.exchange(form, self.headers["Authorization"])
            else:
                content = provider.metadata() if "well-known" in self.path else provider.jwks()
            text = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield special.__setitem__
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# What a person does in the browser.


def begin(person: Person, name: str = "example", **body: str) -> str:
    """Start at a provider; return the location to which the page sends the browser."""
    response = person.post(f"/signin/providers/{name}", body)
    assert response.status == 200, response.json
    location: str = response.json["location"]
    return location


def come_back(person: Person, response: dict[str, str], name: str = "example") -> Response:
    """Bring a provider's response back."""
    path = f"/signin/providers/{name}/callback"
    if name == "posting":
        form, kind = urlencode(response).encode(), "application/x-www-form-urlencoded"
        return person.post(path, raw=form, content_type=kind, Sec_Fetch_Site="cross-site")
    return person.get(f"{path}?{urlencode(response)}", Sec_Fetch_Site="cross-site")


def visit(person: Person, provider: TestProvider, name: str = "example", **body: str) -> Response:
    """Go to a provider, sign in there, and come back."""
    return come_back(person, provider.authorize(begin(person, name, **body)), name)


def sign_in(person: Person, **body: str) -> Response:
    """Sign in with the proof that the browser brought."""
    return person.post("/signin/proof", body)


def problem_of(response: Response) -> str | None:
    """Return the problem with which a browser is sent on; None without one."""
    assert response.status == 303
    query = dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    return query.get("problem")


def pause(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what sends one byte of a response at a time."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(seconds)

    return act
