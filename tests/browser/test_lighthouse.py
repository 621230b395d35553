"""What Lighthouse says of pages with data: applicants' on a phone, staff's on a computer."""

import pytest

from tests.browser.tour import OPEN, STAFF
from tests.pages.addresses import PAGES
from tests.support.clients import COOKIE
from tests.support.events import EVENT
from tools import page_checks

pytestmark = pytest.mark.slow

LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 95}
LEAST_OF_STAFF = dict.fromkeys(LEAST, 90) | {"accessibility": 100, "best-practices": 100}


@pytest.mark.parametrize("path", [*PAGES, "/event/{event_id}"])
def test_scores_of_a_page_are_high(service, submitted_data, path):
    if problem := page_checks.problem():
        pytest.skip(problem)
    reader = submitted_data.reader_of(path) if path in PAGES and path not in OPEN else None
    cookie = f"{COOKIE}={reader.token}" if reader else None
    is_staff = path in STAFF
    address = submitted_data.address(path).replace("{event_id}", EVENT)
    scores = page_checks.lighthouse(f"{service.url}{address}", cookie, is_phone=not is_staff)

    least = LEAST_OF_STAFF if is_staff else LEAST
    assert {name: score for name, score in scores.items() if score < least[name]} == {}
