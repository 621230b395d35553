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
def test_every_screen_is_accessible(open_with_axe, submitted_data, path, size, language):
    readers = [None] if path in OPEN else [submitted_data.applicant, submitted_data.staff]
    for reader in readers:
        cut_fields = open_with_axe(viewport=SIZES[size], locale=language)
        page = open_page(cut_fields, submitted_data, path, reader)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect_accessible(page)
