"""Request bodies that aren't JSON objects, are too large, or have another media type."""

import gzip

import pytest

JSON_PATHS = ["/signup", "/signin"]


@pytest.fixture(autouse=True)
def _assert_nothing_is_written(client, backend):
    yield
    assert not any(backend.everything().values())


@pytest.mark.parametrize("path", JSON_PATHS)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"username=river",
        b'{"username": "river",}',
        b"{'username': 'river'}",
        b'{"username": NaN}',
        b'{"username": Infinity}',
        b'{"username": "\\ud800"}',
        b'{"username": "\xed\xa0\x80"}',
        b'{"username": "\xff"}',
        b'\xef\xbb\xbf\xef\xbb\xbf{"username": "river"}',
        b"null",
        b"true",
        b"1",
        b'"river"',
        b"[]",
        b'[{"username": "river"}]',
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b'{"username": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"role": 1, "username": "river", "role": 2}',
        b'{"role": 1, "r\\u006fle": 1}',
        b'{"inside": {"twice": 1, "twice": 1}}',
        b'{"inside": [[{"twice": {}, "twice": {}}]]}',
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_a_body_without_a_json_object_is_rejected(anonymous, path, raw):
    response = anonymous.post(path, raw=raw)

    assert (response.status, response.code, response.set_cookie) == (400, "bad_json", None)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain; application/json",
        "*/*",
        "application/*",
        "application/jsonp",
        "application/problem+json",
        "multipart/form-data; boundary=application/json",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
    ],
)
def test_another_media_type_is_rejected(anonymous, content_type):
    response = anonymous.post("/signup", raw=b"{}", content_type=content_type)

    assert (response.status, response.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        " application/json ; charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json; charset=utf8",
        'application/json; charset="UTF8"',
    ],
)
def test_equivalent_json_content_types_are_accepted(anonymous, content_type):
    assert anonymous.post("/signup", raw=b"{}", content_type=content_type).code == "invalid_fields"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate", "gzip, br"])
def test_a_compressed_body_is_rejected_with_the_reason(anonymous, encoding):
    raw = gzip.compress(b'{"username": "river"}')
    response = anonymous.post("/signup", raw=raw, Content_Encoding=encoding)

    assert (response.status, response.code) == (415, "unsupported_media_type")
    assert "Content-Encoding" in response.json["error"]


def test_a_body_whose_encoding_is_identity_is_read(anonymous):
    assert (
        anonymous.post("/signup", raw=b"{}", Content_Encoding="identity").code == "invalid_fields"
    )


def test_a_byte_order_mark_before_a_body_is_skipped(anonymous):
    with_mark = anonymous.post("/signup", raw=b'\xef\xbb\xbf{"username": "river"}')

    assert (with_mark.code, with_mark.fields) == ("invalid_fields", {"password"})


@pytest.mark.parametrize(
    "raw",
    [
        b'{"role": 1, "username": "river", "role": 2}',
        b'{"role": 1, "r\\u006fle": 1}',
        b'{"inside": {"role": 1, "role": 1}}',
        b'{"inside": [[{"role": {}, "role": {}}]]}',
    ],
)
def test_a_duplicate_field_is_reported(anonymous, raw):
    response = anonymous.post("/signup", raw=raw)

    assert response.code == "bad_json"
    assert response.json["error"] == 'The body has the field "role" twice.'


@pytest.mark.parametrize("name", ["<script>", "a b", "é", "a" * 41, ""])
def test_an_invalid_field_name_is_not_echoed(anonymous, name):
    pair = f'"{name}": 1'.encode()
    response = anonymous.post("/signup", raw=b"{" + pair + b", " + pair + b"}")

    assert (response.code, response.json["error"]) == (
        "bad_json",
        "The body must be a JSON object.",
    )


def test_a_body_over_64_kib_is_rejected(anonymous):
    assert anonymous.post("/signup", raw=b"{}".ljust(65_536)).code == "invalid_fields"
    assert anonymous.post("/signup", raw=b"{}".ljust(65_537)).code == "too_large"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85"])
@pytest.mark.parametrize("name", ["username", "email", "firstName", "lastName"])
def test_control_characters_are_rejected(anonymous, name, character):
    fields = {"username": "river", "password": "four quiet lakes in May"}

    assert anonymous.post("/signup", fields | {name: f"a{character}b"}).fields == {name}


def test_an_error_response_is_not_larger_than_its_request(anonymous):
    response = anonymous.post("/signup", {f"{number:05}": 1 for number in range(5000)})

    assert response.status == 422
    assert len(response.body) < 10_000
    assert len(anonymous.post("/signup", {"a" * 60_000: 1}).body) < 1000


def test_validation_errors_do_not_echo_input(anonymous):
    response = anonymous.post("/signup", {"username": "<script>", "password": "hunter2"})

    assert b"<script>" not in response.body
    assert b"hunter2" not in response.body
