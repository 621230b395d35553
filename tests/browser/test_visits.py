"""Tests of the test support: a visit fails the test on an unexpected browser error."""

import pytest

from tests.browser.visits import Visit


@pytest.fixture
def unclosed_visit(browser, service):
    """A visit that the test itself closes."""
    opened = Visit(browser, service.url)
    opened.page.goto(f"{service.url}/signin")
    opened.page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    return opened


@pytest.mark.parametrize(
    ("script", "expected_error"),
    [
        ("console.error('no')", "no"),
        ("setTimeout(() => { throw new Error('lost') })", "lost"),
        (
            "document.body.append(Object.assign(document.createElement('script'), {text: ''}))",
            "TrustedScript",
        ),
        ("document.body.innerHTML = ''", "TrustedHTML"),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("fetch('https://elsewhere.example/').catch(() => {})", "elsewhere"),
        ("fetch('me').catch(() => {})", "401"),
    ],
)
def test_every_browser_error_fails_the_test(unclosed_visit, script, expected_error):
    unclosed_visit.page.evaluate(
        f"() => {{ try {{ {script} }} catch {{ /* It is in the console. */ }} }}"
    )
    unclosed_visit.page.wait_for_function("1")
    unclosed_visit.page.evaluate("fetch('health').then((answer) => answer.text())")

    with pytest.raises(AssertionError, match=expected_error):
        unclosed_visit.close()


def test_so_is_an_expected_error_that_does_not_come(unclosed_visit):
    unclosed_visit.expects(422)

    with pytest.raises(AssertionError, match="422"):
        unclosed_visit.close()


def test_what_is_expected_passes(unclosed_visit):
    unclosed_visit.expects(401)
    unclosed_visit.page.evaluate("fetch('me').then((answer) => answer.text())")

    unclosed_visit.close()


@pytest.fixture
def two_visits(browser, service):
    """Opens a visit, and then another one of the same kind once the first is closed."""
    first = Visit(browser, service.url)
    first.page.goto(f"{service.url}/signin")

    def open_second():
        first.close()
        second = Visit(browser, service.url)
        second.page.goto(f"{service.url}/signin")
        return second

    return first, open_second


def test_a_visit_finds_nothing_of_the_one_before_in_the_same_context(two_visits, service):
    first, open_second = two_visits
    heard = []
    first.context.add_cookies([{"name": "left", "value": "1", "url": first.origin}])
    first.page.evaluate("localStorage.left = sessionStorage.left = 1")
    first.context.route("**/signin", lambda route: route.abort())
    first.context.on("request", lambda request: heard.append(request.url))
    first.tab()
    first.context.set_offline(offline=True)
    second = open_second()

    assert second.context is first.context
    assert second.context.cookies() == []
    assert second.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert second.page.evaluate("history.length") <= 2
    assert [page.url for page in second.context.pages].count(f"{service.url}/signin") == 1
    assert heard == []
    second.close()


def test_a_visit_has_another_context_after_one_that_installed_a_clock(two_visits):
    first, open_second = two_visits
    first.page.clock.install()
    second = open_second()

    assert second.context is not first.context
    second.close()
