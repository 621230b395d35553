"""HTTP methods that no endpoint supports, over real HTTP."""

import http.client
import threading

import pytest

from tools import server


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "QUERY"])
def test_an_unknown_method_is_not_found_in_our_shape(method, backend):
    from app import app

    listening = server.start(app, 0).server
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        connection = http.client.HTTPConnection(*listening.server_address)
        connection.request(method, "/health")
        answer = connection.getresponse()
        assert (answer.status, b"not_found" in answer.read()) == (404, True)
        connection.close()
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
