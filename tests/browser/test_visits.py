"""Tests of the test support: a visit fails the test on an unexpected browser error."""

import pytest

from tests.browser.visits import Visit


@pytest.fixture
def unclosed_visit(browser, service):
    """A visit that the test itself closes."""
    opened = Visit(browser, service.url)
    opened.page.goto(f"{service.url}/signin")
    opened.page.get_by_role("heading", name="Sign in").wait_for()
    yield opened
    opened.context.close()


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
