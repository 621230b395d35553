"""Renders the page that API Gateway itself returns for an address that no endpoint has.

API Gateway knows no language and runs no code, so the page has all languages. Its policy allows no
style sheet and no script.
"""

from chalicelib.platform.languages import Language
from web import pages


def render(home: str | None) -> str:
    """Return the page.

    Args:
        home: the service's URL, without a slash at its end; None if it isn't known.
    """
    return (
        pages.environment(Language.ENGLISH)
        .get_template("unknown-path.html")
        .render(home=home, catalogs=[pages.environment(language) for language in Language])
    )
