"""Every page for every kind of user, in each size, color scheme, and language."""

import pytest

from tests.browser.axe import expect_accessible
from tests.browser.tour import OPEN, open_page
from tests.browser.visits import DESKTOP, PHONE
from tests.pages.addresses import PAGES

pytestmark = pytest.mark.slow

SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("language", ["en-US", "es-US"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_every_screen_is_accessible(examined, season, path, size, language):
    readers = [None] if path in OPEN else [season.applicant, season.staff]
    for reader in readers:
        opened = examined(viewport=SIZES[size], locale=language)
        page = open_page(opened, season, path, reader)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect_accessible(page)
