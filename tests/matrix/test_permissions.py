"""The AWS permissions that each endpoint uses, and those that its function's policy grants.

``tests/support/permission_recorder.py`` checks the calls of every test. Here are the scenarios of
each endpoint, as an applicant and as staff go through them, and the proof that the check notices.
"""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

import boto3
import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import FUNCTIONS, HANDLERS
from chalicelib.platform.aws import OPERATIONS
from ops import functions
from tests.matrix.scenarios import SCENARIOS
from tests.matrix.steps import as_staff_unseen_for_a_while
from tests.support import permission_recorder, permissions
from tests.support.environments import forget_keys, stage
from tests.support.permission_plugin import PermissionPlugin
from tests.support.permission_recorder import OPERATION, Recorder
from tests.support.permissions import lambdas_needs

RECORD = permissions.recorded()
POLICIES = {function: functions.policy(function) for function in FUNCTIONS}
ENTRIES = permission_recorder.entries()
LAMBDAS = {(name, need) for name in HANDLERS for need in lambdas_needs(name)}
GRANTED = [
    (function, number, verb)
    for function, policy in POLICIES.items()
    for number, statement in enumerate(policy["Statement"])
    for verb in statement["Action"]
    if statement["Sid"] != permissions.LOG
]


@pytest.fixture(scope="module")
def backend():
    """A stage for all scenarios."""
    with stage() as backend:
        yield backend


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_within_the_policy_as_an_applicant_and_as_staff(backend, name):
    scenario = SCENARIOS[name]
    begun = scenario.begin(backend, Client(app))
    put_back = backend.keep()
    # Staff also do what applicants do. Noting when they were last seen takes a permission too.
    for by_staff in (False, True) if scenario.signed_in else (False,):
        put_back()
        person = replace(begun)
        if by_staff:
            as_staff_unseen_for_a_while(backend, person)
        forget_keys()

        # What a call must not do ends in a 503, and fails the test with what is missing.
        assert scenario.request(person).status < 500


def test_signing_out_asks_nothing():
    assert RECORD["sign_out"] == RECORD["sign_out_by_get"] == []


def test_the_record_has_every_endpoint_and_schedule():
    assert RECORD.keys() == ENTRIES.keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_is_on_record_and_nothing_else(function):
    assert POLICIES[function] == permissions.policy(function), "run make permissions"


def test_signing_out_may_write_its_log_and_nothing_else():
    [statement] = functions.policy("sign-out")["Statement"]

    assert statement["Sid"] == "WriteItsOwnLog"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_change_or_delete_an_entry_of_the_audit_log(function):
    table = permissions.resource("audit")
    granted = {
        verb
        for statement in POLICIES[function]["Statement"]
        if statement["Resource"] == table
        for verb in statement["Action"]
    }

    assert granted <= {"dynamodb:PutItem", "dynamodb:Query"}


def test_there_is_a_policy_for_each_function_and_no_other():
    assert {path.stem for path in functions.POLICIES.iterdir()} == set(FUNCTIONS)


def recorder(folder, *, policies=POLICIES):
    return Recorder(folder, policies, denies=True)


def all_pairs():
    """Everything on record, and what Lambda needs: endpoint and permission."""
    return recorded_pairs() | LAMBDAS


def recorded_pairs():
    """Everything on record: endpoint and permission."""
    return {(endpoint, need) for endpoint, needed in RECORD.items() for need in needed}


PAIRS = all_pairs()


def problems(checking, of_functions=FUNCTIONS):
    """What a recorder says of everything on record for these functions."""
    return [
        problem
        for endpoint, need in PAIRS
        if ENTRIES[endpoint].function in of_functions
        and (problem := checking.problem(ENTRIES[endpoint], need))
    ]


def policies_without(function, number, verb):
    """The policies, without one action of one of them."""
    policy = deepcopy(POLICIES[function])
    policy["Statement"][number]["Action"].remove(verb)
    return POLICIES | {function: policy}


def test_every_recorded_permission_is_granted(tmp_path):
    assert problems(recorder(tmp_path)) == []


@pytest.mark.parametrize(
    ("function", "number", "verb"),
    GRANTED,
    ids=str,
)
def test_a_policy_without_any_one_of_its_actions_fails_the_check(tmp_path, function, number, verb):
    checking = recorder(tmp_path, policies=policies_without(function, number, verb))
    denials = problems(checking, {function})

    assert denials
    assert all(f"needs {verb} on" in problem and function in problem for problem in denials)


@pytest.fixture
def cleared(backend):
    """The stage without the items that the scenarios stored."""
    backend.clear()


@pytest.fixture
def checking(request):
    """The recorder that checks this very run."""
    return request.config.pluginmanager.get_plugin("permissions").recorder


@pytest.mark.usefixtures("cleared")
def test_a_call_that_is_not_granted_is_denied_and_named(checking, applicant, monkeypatch):
    accounts = POLICIES["accounts"]["Statement"]
    [number] = [n for n, statement in enumerate(accounts) if statement["Sid"] == "UseUsers"]
    policies = policies_without("accounts", number, "dynamodb:BatchGetItem")
    monkeypatch.setattr(checking, "policies", policies)
    monkeypatch.setattr(checking, "_checked", {})

    response = applicant.get("/me")

    assert response.status == 503
    # Taken from the recorder here, so that it doesn't fail this test.
    [problem] = checking.new_problems()
    assert problem == (
        "GET /me (show_me) needs dynamodb:BatchGetItem on users, "
        "which the policy of the function accounts doesn't grant"
    )
    assert checking.new_problems() == []


@pytest.mark.usefixtures("cleared")
def test_a_call_that_names_an_attribute_that_is_not_granted_is_denied_and_named(
    checking, applicant, monkeypatch
):
    policies = deepcopy(POLICIES)
    [update] = [s for s in policies["accounts"]["Statement"] if s["Sid"] == "UpdateItemUsers"]
    update["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"].remove("middleName")
    monkeypatch.setattr(checking, "policies", policies)
    monkeypatch.setattr(checking, "_checked", {})

    assert applicant.request("PATCH", "/me", {"middleName": "Lee"}).status == 503
    [problem] = checking.new_problems()
    assert problem == (
        "PATCH /me (change_me) needs dynamodb:UpdateItem on users Attributes=middleName, "
        "which the policy of the function accounts doesn't grant"
    )


def test_a_call_in_a_thread_of_an_endpoint_is_checked(tmp_path):
    client = boto3.client("sesv2")

    def send():
        with pytest.raises(permission_recorder.ClientError, match="AccessDenied"):
            watching.call(client, "SendEmail", {})

    watching = recorder(tmp_path)
    with permission_recorder.running(ENTRIES["sign_out"]), ThreadPoolExecutor(1) as pool:
        pool.submit(send).result()

    [problem] = watching.new_problems()
    assert "(sign_out) needs ses:SendEmail on mail" in problem


def test_an_operation_that_does_not_ship_is_denied(tmp_path):
    watching = recorder(tmp_path)
    users, scans = {"TableName": "breeze-lakes-point-test-users"}, "dynamodb:Scan is not in"
    with (
        permission_recorder.running(ENTRIES["show_me"]),
        pytest.raises(permission_recorder.ClientError, match=scans),
    ):
        watching.call(boto3.client("dynamodb"), "Scan", users)


def test_what_is_called_outside_of_endpoints_is_not_recorded(tmp_path):
    watching = recorder(tmp_path)
    watching.call(boto3.client("dynamodb"), "Scan", {"TableName": "anything"})

    assert not watching.seen
    assert not watching.new_problems()


def test_each_item_of_a_transaction_needs_a_permission_of_its_own():
    items = [
        {"Put": {"TableName": "breeze-lakes-point-prod-one-time-tokens"}},
        {"Delete": {"TableName": "breeze-lakes-point-prod-one-time-tokens"}},
        {"ConditionCheck": {"TableName": "breeze-lakes-point-a-b-events"}},
        {"Update": {"TableName": "breeze-lakes-point-prod-users"}},
    ]

    asked = permissions.requests("dynamodb", "TransactWriteItems", {"TransactItems": items})
    assert [request.need for request in asked] == [
        "dynamodb:PutItem one-time-tokens",
        "dynamodb:DeleteItem one-time-tokens",
        "dynamodb:ConditionCheckItem events",
        "dynamodb:UpdateItem users",
    ]


def test_an_index_takes_a_permission_of_its_own():
    read = {"TableName": "breeze-lakes-point-prod-notes", "IndexName": "byTime"}

    [request] = permissions.requests("dynamodb", "Query", read)
    assert request.need == "dynamodb:Query notes/byTime"


def test_processes_are_merged_and_what_none_of_them_needed_is_named(tmp_path):
    granted = all_pairs() | {
        (OPERATION, f"{s}:{name}") for s, names in OPERATIONS.items() for name in names
    }
    unseen = {(name, "dynamodb:DeleteItem sessions") for name in ENTRIES}
    granted -= unseen | {(OPERATION, "sesv2:SendEmail")}
    lines = [f"{endpoint}\t{need}\n" for endpoint, need in sorted(granted)]
    for number, worker in enumerate(("gw0", "gw1")):
        (tmp_path / worker).mkdir()
        (tmp_path / worker / f"{number}.seen").write_text("".join(lines[number::2]))

    seen = permission_recorder.merged(tmp_path)

    assert seen == granted
    assert list(permission_recorder.unused(seen, RECORD)) == [
        "the function accounts was not seen to need dynamodb:DeleteItem sessions",
        "aws.OPERATIONS has sesv2:SendEmail, which no endpoint called",
    ]
    assert permission_recorder.drift(seen, RECORD) == len(unseen & recorded_pairs()) + len(LAMBDAS)


@pytest.mark.parametrize(
    ("unused", "chosen", "ends"),
    [
        (["a permission"], "not slow", pytest.ExitCode.TESTS_FAILED),
        ([], "not slow", pytest.ExitCode.OK),
        (["a permission"], "slow", pytest.ExitCode.OK),
    ],
    ids=["unused", "all used", "not a whole run"],
)
def test_a_whole_run_that_needs_fewer_permissions_fails(
    monkeypatch, tmp_path, unused, chosen, ends
):
    monkeypatch.setenv("EVERYTHING", "1")
    monkeypatch.delenv(permission_recorder.WRITE, raising=False)
    monkeypatch.setattr(permission_recorder, "unused", lambda *_: unused)
    plugin = object.__new__(PermissionPlugin)
    plugin._is_worker, plugin._base = False, tmp_path
    plugin._config = SimpleNamespace(
        option=SimpleNamespace(keyword="", markexpr=chosen),
        args_source=pytest.Config.ArgsSource.TESTPATHS,
        pluginmanager=SimpleNamespace(get_plugin=lambda _: SimpleNamespace(stats={})),
    )
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)

    plugin.pytest_sessionfinish(session)

    assert session.exitstatus == ends


def test_what_was_seen_is_added_to_the_record_or_takes_its_place():
    seen, before = {("one", "b"), ("one", "a"), ("gone", "c")}, {"one": ["z"], "gone": ["c"]}

    assert permission_recorder.as_record(seen, {"one", "two"}, before) == {
        "one": ["a", "b", "z"],
        "two": [],
    }
    assert permission_recorder.as_record(seen, {"one"}, {}) == {"one": ["a", "b"]}


def test_an_exception_is_granted_and_explained():
    for (function, need), reason in permissions.EXCEPTIONS.items():
        assert len(reason) > 20
        assert permissions.grants(POLICIES[function], need)
        used = {
            needed for name, needed in all_pairs() if name in permissions.endpoints_of(function)
        }
        assert need not in used, "a test needs it: the exception can go"
