"""Another system reads with an API key, and can do nothing else."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.api_keys import authentication
from chalicelib.api_keys.api_key import ApiKeyToken
from chalicelib.platform import clock, settings
from chalicelib.platform.identifiers import new_identifier
from chalicelib.sessions.rate_limiter import FixedWindowPolicy
from tests.support.api_keys import create_key
from tests.support.clients import Person
from tests.support.environments import environment
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

LIST = f"/admin/events/{EVENT}/registrations"


@pytest.fixture
def registration(super_admin):
    """A submitted registration with a note, and its path."""
    create_event()
    store_registrations(make_registration(0))
    path = f"{LIST}/person-00000"
    assert super_admin.post(f"{path}/notes", {"text": "Came late."}).status == 201
    return path


def invalid(response):
    return (response.status, response.code) == (401, "invalid_api_key")


def test_a_key_reads_what_its_scopes_name(key, read, registration):
    for path in ("/admin/events", f"/admin/events/{EVENT}", LIST, registration):
        assert read(key["token"], path).status == 200, path
    summary = f"/admin/events/{EVENT}/summary"
    assert read(key["token"], summary).json["byStatus"]["Submitted"] == 1
    assert read(key["token"], f"/admin/events/{EVENT}/places").status == 200
    assert read(key["token"], LIST, method="HEAD").status == 200


def test_another_scope_is_not_enough(super_admin, read, registration):
    token = create_key(super_admin, "summary:read")["token"]

    for path in ("/admin/events", LIST, registration):
        response = read(token, path)
        assert (response.status, response.code) == (403, "scope_missing"), path
    assert read(token, f"/admin/events/{EVENT}/summary").status == 200


def test_a_key_gets_neither_notes_nor_fields_that_staff_do_not_see(
    super_admin, key, read, registration
):
    to_staff = super_admin.get(registration).json

    assert [note["text"] for note in to_staff["notes"]] == ["Came late."]
    assert read(key["token"], registration).json == {**to_staff, "notes": [], "cursor": None}
    assert "ethnicity" not in to_staff["form"]


def test_a_key_opens_no_draft_and_writes_nothing(super_admin, key, read, client, backend):
    create_event()
    applicant = Person(client, "river")
    applicant.sign_up()
    draft = applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).json
    reference, path = draft["reference"], f"{LIST}/{applicant.account['id']}"
    # One that the key's creator has started for an applicant.
    walk_in = super_admin.post("/admin/users", {"firstName": "Al", "lastName": "Ng"}).json
    body = {"form": FORM}
    assert super_admin.request("PUT", f"{LIST}/{walk_in['id']}", body).status == 201
    assert read(key["token"], "/admin/events").status == 200
    before = {name: rows for name, rows in backend.everything().items() if name != "attempts"}

    for query in (f"?reference={reference}", f"?q={reference}", "?status=Draft"):
        assert read(key["token"], LIST + query).json["items"] == []
    assert read(key["token"], f"{path}?reference={reference}").status == 404
    assert read(key["token"], f"{LIST}/{walk_in['id']}").status == 404
    after = {name: rows for name, rows in backend.everything().items() if name != "attempts"}
    assert after == before


def test_a_key_with_a_wrong_secret_is_invalid_and_looks_up_nothing_more(key, read, aws_calls):
    forged = ApiKeyToken.new(key["id"]).text

    assert invalid(read(forged, "/admin/events"))
    assert [call.operation for call in aws_calls] == ["GetItem"]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token[:40] + ("0" if token[40] != "0" else "1") + token[41:],
        lambda token: token.upper().replace("BLP", "blp"),
        lambda token: f"{token}0",
        lambda token: f"{token}\u0661",
        lambda _: "blp_",
    ],
)
def test_a_typing_error_costs_no_read(key, read, aws_calls, change):
    assert invalid(read(change(key["token"]), "/admin/events"))
    assert aws_calls == []


def test_an_unknown_key_is_invalid(key, read):
    assert invalid(read(ApiKeyToken.new(new_identifier()).text, "/admin/events"))


def test_a_key_works_until_it_expires(super_admin, read):
    key = create_key(super_admin, expiresInDays=1)

    for seconds, status in ((-1, 200), (0, 401)):
        moment = clock.from_text(key["expiresAt"]) + timedelta(seconds=seconds)
        with mock.patch.object(clock, "now", return_value=moment):
            assert read(key["token"], "/admin/events").status == status


def test_a_revoked_key_is_rejected_from_the_next_request(super_admin, key, read):
    assert read(key["token"], "/admin/events").status == 200
    assert super_admin.delete(f"/admin/api-keys/{key['id']}").status == 200

    assert invalid(read(key["token"], "/admin/events"))


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "Admin"}, {"role": "User"}])
def test_a_key_works_only_while_its_creator_is_an_active_super_admin(
    super_admin, key, read, backend, change
):
    backend.change("users", {"id": super_admin.account["id"]}, **change)
    assert invalid(read(key["token"], "/admin/events"))

    backend.change("users", {"id": super_admin.account["id"]}, disabled=False, role="SuperAdmin")
    assert read(key["token"], "/admin/events").status == 200


def test_a_key_waits_for_a_second_factor_that_its_creator_must_set_up(key, read):
    with environment(STAFF_SECOND_FACTOR=settings.REQUIRED):
        assert invalid(read(key["token"], "/admin/events"))


def test_requests_are_limited_by_key(super_admin, key, read):
    other = create_key(super_admin)
    with mock.patch.object(authentication, "REQUESTS_PER_KEY", FixedWindowPolicy("api key", 2)):
        statuses = [read(key["token"], "/admin/events").status for _ in range(3)]
        rejected = read(key["token"], "/admin/events")
        assert read(other["token"], "/admin/events").status == 200

    assert statuses == [200, 200, 429]
    assert rejected.code == "too_many_attempts"
    assert 1 <= int(rejected.headers["Retry-After"]) <= 3600


def test_the_scheme_is_not_case_sensitive_and_other_credentials_are_ignored(client, key):
    system = Person(client)

    for scheme in ("bearer", "BEARER"):
        response = system.get("/admin/events", Authorization=f"{scheme} {key['token']}")
        assert response.status == 200
    for other in (f"Basic {key['token']}", key["token"], "Bearer other", "Bearer", ""):
        assert system.get("/admin/events", Authorization=other).code == "not_signed_in"


def test_a_key_counts_instead_of_a_session(super_admin, key):
    bearer = {"Authorization": f"Bearer {key['token']}"}

    response = super_admin.get("/me", **bearer)
    assert (response.status, response.code) == (403, "api_key_not_accepted")
    assert super_admin.delete(f"/admin/api-keys/{key['id']}").status == 200
    assert invalid(super_admin.get("/admin/events", **bearer))


def test_each_line_about_a_request_names_the_key_and_never_its_token(key, read, capsys):
    capsys.readouterr()
    read(key["token"], "/admin/events")
    read(key["token"], "/me")

    log = capsys.readouterr().out
    assert f'"account": "{key["id"]}"' in log
    assert key["token"][4:40] not in log


def test_a_request_with_a_key_takes_four_calls_and_two_more_on_the_first_of_a_day(
    key, read, aws_calls
):
    def operations():
        aws_calls.clear()
        assert read(key["token"], "/admin/events").status == 200
        return [call.operation for call in aws_calls]

    verified = ["GetItem", "UpdateItem", "BatchGetItem"]
    assert operations() == [*verified, "TransactWriteItems", "Query"]
    assert operations() == [*verified, "Query"]
