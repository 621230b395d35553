"""Tests of the test support: a visit fails the test on an unexpected browser error."""

import pytest

from tests.browser.visits import Visit


@pytest.fixture
def judged(browser, served):
    """A visit that the test itself closes."""
    opened = Visit(browser, served.url)
    opened.page.goto(f"{served.url}/signin")
    opened.page.get_by_role("heading", name="Sign in").wait_for()
    yield opened
    opened.context.close()


@pytest.mark.parametrize(
    ("done", "said"),
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
def test_every_browser_error_fails_the_test(judged, done, said):
    judged.page.evaluate(f"() => {{ try {{ {done} }} catch {{ /* It is in the console. */ }} }}")
    judged.page.wait_for_function("1")
    judged.page.evaluate("fetch('health').then((answer) => answer.text())")

    with pytest.raises(AssertionError, match=said):
        judged.close()


def test_so_is_an_expected_error_that_does_not_come(judged):
    judged.expects(422)

    with pytest.raises(AssertionError, match="422"):
        judged.close()


def test_what_is_expected_passes(judged):
    judged.expects(401)
    judged.page.evaluate("fetch('me').then((answer) => answer.text())")

    judged.close()
