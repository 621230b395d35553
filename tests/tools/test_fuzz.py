"""The fuzzing: its targets accept valid and reject invalid input; it reports broken targets."""

import pytest

from tests.support.environments import HERE, environment
from tools.fuzz import description, one_parser, parsers, service, targets
from tools.fuzz.targets import TARGETS


@pytest.fixture(autouse=True)
def few_inputs(monkeypatch):
    """Of each target, as ``make dev`` would be set up."""
    monkeypatch.setattr(one_parser, "AT_A_TIME", 100)
    with environment(STAGE="local", PUBLIC_URL=HERE):
        yield


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_accepts_its_examples(name):
    for example in TARGETS[name].examples:
        assert TARGETS[name].attempt(example)


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"device", "cookie", "language"}))
def test_a_target_rejects_noise(name):
    assert not TARGETS[name].attempt(b"\xff{\x00")


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_a_hundred_inputs(name):
    assert one_parser.by_hypothesis(name, seed=1, seconds=0) >= 100


def test_the_same_seed_sends_the_same(monkeypatch):
    def sent(seed):
        seen = []
        target = targets.Target(seen.append, (), (b"an example",))
        monkeypatch.setitem(TARGETS, "kept", target)
        one_parser.by_hypothesis("kept", seed, 0)
        return seen

    assert sent(1) == sent(1) != sent(2)


def test_what_is_no_error_is_noticed(monkeypatch):
    def parse(sent):
        if b"\x00" in sent:
            raise KeyError("it forgot to refuse this")

    monkeypatch.setitem(TARGETS, "broken", targets.Target(parse, (), (b"an example",)))

    with pytest.raises(KeyError, match="it forgot"):
        one_parser.by_hypothesis("broken", 1, 10)


@pytest.mark.parametrize(
    ("name", "module", "reads"),
    [
        ("cursor", targets.cursors, "verify"),
        ("token", targets.session_token, "verify"),
        ("device", targets.trusted_device, "verify"),
    ],
)
def test_accepting_a_forgery_is_reported(name, module, reads, monkeypatch):
    monkeypatch.setattr(module, reads, lambda *_: "someone")

    with pytest.raises(AssertionError, match="that the service did not issue"):
        TARGETS[name].attempt(b"a forgery")


def test_a_run_counts_what_either_engine_tried():
    assert parsers.inputs_in("Done\nstat::number_of_executed_units: 155813\n") == 155813
    assert parsers.inputs_in("1000 inputs\n") == 1000
    assert parsers.inputs_in("Traceback") == 0


def test_the_cases_are_those_that_schemathesis_says_it_generated():
    assert description.cases_in("Test cases:\n  4955 generated, 4955 passed") == 4955
    assert description.cases_in("Usage:") == 0


@pytest.fixture
def schemathesis_runs(monkeypatch):
    """What Schemathesis would be asked, and what it would say."""
    commands, fails = [], []

    def examine(url, folder, person, *options):
        commands.append((person, options))
        return description.Examined(person not in fails, 60, "what was wrong")

    monkeypatch.setattr(description, "examine", examine)
    monkeypatch.setattr(description, "serving", lambda *_: _Nowhere())
    return commands, fails


class _Nowhere:
    url = folder = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def new_user(self, role):
        return role


def test_each_role_asks_its_quarter_of_the_cases_each_run_by_a_seed_of_its_own(schemathesis_runs):
    commands, _ = schemathesis_runs

    assert description.fuzz(400, 1, None)
    assert [person for person, *_ in commands] == [
        r for role in service.ROLES for r in (role, role)
    ]
    assert len({options for _, options in commands}) == 8


def test_fewer_cases_are_random_ones_alone(schemathesis_runs):
    commands, _ = schemathesis_runs

    assert description.fuzz(400, 1, None)
    assert description.fuzz(20_000, 1, None)
    phases = [
        options[options.index("--phases") + 1] for _, options in commands if "--phases" in options
    ]
    assert set(phases) == {"fuzzing"}
    assert 0 < len(phases) < len(commands)


def test_a_role_that_is_not_answered_as_described_fails_the_run_and_is_told(
    schemathesis_runs, capsys
):
    _, fails = schemathesis_runs
    fails.append("Admin")

    assert not description.fuzz(240, 1, None)
    assert "Admin" in capsys.readouterr().out
