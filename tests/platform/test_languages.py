"""Language negotiation: the service picks a supported language that the client accepts."""

import pytest

from chalicelib.platform.languages import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("xx, yy;q=0.8", None),
        ("*", None),
        ("es", "es"),
        ("ES-mx", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("xx;q=1.0, es;q=0.7, en;q=0.3", "es"),
        ("en;q=0.3, es ; Q=0.7", "es"),
        ("es;q=0, en;q=0.1", "en"),
        ("es;q=0", None),
        ("en, es", "en"),
        ("est, spanish", None),
        ("es;q=nonsense", None),
        ("," * 10_000 + "es", None),
        ("es" + "-x" * 10_000, None),
        ("es\x00", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_one_of_ours_that_is_wanted_most_is_taken(header, language):
    assert preferred(header) == language
