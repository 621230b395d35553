"""The client of Have I Been Pwned, on the network."""

import ssl

import pytest

from chalicelib.platform import pwned_passwords
from chalicelib.platform.errors import ServiceUnavailable
from tests.platform.hostile_server import hostile_server, respond
from tests.support.environments import environment


def test_server_whose_certificate_is_not_trusted_receives_no_request(certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    with hostile_server([respond(b"0" * 35 + b":1")], tls) as server:
        url = server.url.replace("http://", "https://")
        with (
            environment(STAGE="test", BREACHED_PASSWORDS_URL=url),
            pytest.raises(ServiceUnavailable) as error,
        ):
            pwned_passwords.fetch_breached_hash_suffixes("00000")

    assert "SSLCert" in error.value.cause
    assert server.requests == []
