"""The second fault matrix: a function killed at any of its calls, in the packaged zip."""

import compileall
import os
import signal
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from chalicelib.functions import FUNCTION_BY_PACKAGE, all_endpoints
from ops import functions
from tests.matrix.faults import WRITES
from tests.matrix.scenarios import SCENARIOS
from tests.matrix.stored import comparable, settled
from tests.matrix.test_faults import succeeded, successes
from tests.package.conftest import OF_LAMBDA
from tests.support.clients import OverHttp
from tests.support.environments import MAIL_FROM, stage
from tools import moto_server, rehearsal

pytestmark = pytest.mark.slow

ENDPOINTS = {endpoint.view.__name__: endpoint for endpoint in all_endpoints()}
BEFORE, AFTER = "before it is done", "after it is done"


class Proxy(ThreadingHTTPServer):
    """A proxy for DynamoDB that records calls and kills the process that makes a chosen call."""

    daemon_threads = True

    def __init__(self, endpoint):
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.endpoint = endpoint
        self.watch()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def watch(self, victim=None, number=None, when=None):
        """Watch from now on, and kill the victim at the call of that number."""
        self.calls, self.victim, self.number, self.when = [], victim, number, when

    def strikes(self, when):
        struck = (len(self.calls) - 1, when) == (self.number, self.when)
        if struck:
            os.kill(self.victim, signal.SIGKILL)
        return struck


class _ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        # SES has paths instead of names.
        self.server.calls.append(self.headers.get("X-Amz-Target", self.path).rpartition(".")[2])
        if self.server.strikes(BEFORE):
            self.close_connection = True
            return
        url, headers = f"{self.server.endpoint}{self.path}", dict(self.headers)
        got = requests.post(url, data=body, headers=headers, timeout=10)
        if self.server.strikes(AFTER):
            self.close_connection = True
            return
        self.send_response(got.status_code)
        for name in ("Content-Type", "x-amz-crc32", "x-amzn-RequestId"):
            if name in got.headers:
                self.send_header(name, got.headers[name])
        self.send_header("Content-Length", str(len(got.content)))
        self.end_headers()
        self.wfile.write(got.content)

    def log_message(self, *arguments):
        pass


@contextmanager
def proxy_before(endpoint):
    proxy = Proxy(endpoint)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


@pytest.fixture(scope="module")
def killable_function(dev_package, local_endpoint, tmp_path_factory):
    """The packaged function, the proxy it speaks through, and the stage behind both."""
    log = tmp_path_factory.mktemp("log") / "function.log"
    with (
        stage(local_endpoint) as behind,
        moto_server.running() as aws,
        proxy_before(local_endpoint) as proxy,
    ):
        # moto's server shows what moto holds in this very process: the stage's key is there.
        environment = {
            **OF_LAMBDA,
            "AWS_ENDPOINT_URL": aws,
            "AWS_ENDPOINT_URL_DYNAMODB": proxy.url,
            "BREEZE_LAKES_POINT_STAGE": behind.name,
            "BREEZE_LAKES_POINT_PUBLIC_URL": "http://localhost",
            "BREEZE_LAKES_POINT_MAIL_FROM": MAIL_FROM,
            "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": "off",
            "BREEZE_LAKES_POINT_STAFF_SECOND_FACTOR": "optional",
        }
        with rehearsal.running(
            compiled(dev_package, tmp_path_factory), environment, log=log
        ) as served:
            yield behind, proxy, served


def compiled(packaged, tmp_path_factory):
    """The package unpacked and compiled: it starts a hundred times here, and must start soon."""
    folder = tmp_path_factory.mktemp("compiled") / "task"
    with zipfile.ZipFile(packaged.code) as packed:
        packed.extractall(folder)
    compileall.compile_dir(folder, quiet=1)
    return replace(packaged, code=folder)


def as_it_should_go(scenario, killable_function):
    """Run a scenario to its end; return its calls and the stored items."""
    behind, proxy, served = killable_function
    person = scenario.begin(behind, OverHttp(served.url))
    proxy.watch()
    assert scenario.request(person).status in successes(ENDPOINTS[scenario.action])
    return list(proxy.calls), comparable(behind.everything())


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_whenever_the_function_is_killed_nothing_is_half_done(killable_function, scenario, when):
    behind, proxy, served = killable_function
    calls, after = as_it_should_go(scenario, killable_function)
    endpoint = ENDPOINTS[scenario.action]
    function = functions.logical_name(FUNCTION_BY_PACKAGE[endpoint.package])

    # Killed before its first write it has done nothing, and after its last one everything.
    for number in [number for number, call in enumerate(calls) if call in WRITES]:
        person = scenario.begin(behind, OverHttp(served.url))
        before = comparable(behind.everything())
        [victim] = served.processes[function]
        proxy.watch(victim, number, when)
        response = scenario.request(person)
        proxy.watch()
        stored = comparable(behind.everything())

        assert (response.status, response.code, response.set_cookie) == (
            503,
            "unavailable",
            None,
        ), number
        assert victim not in served.processes[function]
        assert scenario.stepwise or settled(stored) in (settled(before), settled(after)), number
        again = scenario.request(person)
        then = comparable(behind.everything())
        if succeeded(again, scenario):
            once = settled(then) == settled(after)
            assert once or (scenario.adds and settled(stored) == settled(after)), number
        else:
            assert again.code in {error.code for error in endpoint.errors}, number
            assert settled(then) == settled(stored) == settled(after), number
