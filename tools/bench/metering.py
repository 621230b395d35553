"""A proxy for DynamoDB Local that counts round trips and consumed capacity units."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Bill:
    """The requests that DynamoDB received.

    Attributes:
        calls: the operations, in order.
        reads: read units.
        writes: write units.
    """

    calls: list[str] = field(default_factory=list)
    reads: float = 0
    writes: float = 0

    def add(self, call: str, consumed: Any) -> None:
        """Add one round trip, and the capacity that DynamoDB reports for it."""
        self.calls.append(call)
        for capacity in consumed if isinstance(consumed, list) else [consumed]:
            # DynamoDB reports both for a transaction, but only their sum for a single call.
            written = capacity.get("WriteCapacityUnits")
            read = capacity.get("ReadCapacityUnits")
            if written is None and read is None:
                is_read = call in {"GetItem", "BatchGetItem", "Query"}
                read, written = (
                    (capacity["CapacityUnits"], 0) if is_read else (0, capacity["CapacityUnits"])
                )
            self.reads += read or 0
            self.writes += written or 0


class Meter(ThreadingHTTPServer):
    """The proxy."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        """Stand before an endpoint of DynamoDB."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(endpoint)
        self.bill = Bill()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self) -> None:
        """Begin a new bill."""
        self.bill = Bill()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Meter

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = self.headers["X-Amz-Target"].rpartition(".")[2]
        body = json.dumps({**sent, "ReturnConsumedCapacity": "TOTAL"}).encode()
        headers = {k: v for k, v in self.headers.items() if k.lower() != "content-length"}
        connection = http.client.HTTPConnection(str(self.server.behind.netloc))
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.server.bill.add(call, json.loads(content).get("ConsumedCapacity", []))
        self.send_response(answer.status)
        for name in ("Content-Type", "x-amz-crc32", "x-amzn-RequestId"):
            if value := answer.getheader(name):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Stay silent."""


@contextmanager
def before(endpoint: str) -> Iterator[Meter]:
    """Run a meter before an endpoint of DynamoDB."""
    meter = Meter(endpoint)
    thread = threading.Thread(target=meter.serve_forever)
    thread.start()
    try:
        yield meter
    finally:
        meter.shutdown()
        thread.join()
        meter.server_close()
