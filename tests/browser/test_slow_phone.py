"""A first visit on a slow phone, with the limits that Chromium can set for its network."""

import statistics
import time

import pytest
from playwright.sync_api import expect

from tests.support.events import EVENT

LATENCY_MS = 1800
BYTES_PER_SECOND = 400_000 / 8
VISITS = 5
LONGEST_SECONDS = 6


@pytest.mark.slow
def test_the_form_shows_within_six_seconds_on_a_first_visit(visit, applicant):
    seconds = []
    for _ in range(VISITS):
        phone = visit()
        phone.become(applicant)
        network = phone.context.new_cdp_session(phone.page)
        network.send("Network.enable")
        network.send("Network.clearBrowserCache")
        limits = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
        limits |= {"offline": False, "latency": LATENCY_MS}
        network.send("Network.emulateNetworkConditions", limits)
        begun = time.monotonic()
        phone.page.goto(f"{phone.url}/register/{EVENT}", wait_until="commit")
        expect(phone.page.locator("#registration")).to_be_visible()
        seconds.append(time.monotonic() - begun)

    assert statistics.median(seconds) <= LONGEST_SECONDS, seconds
