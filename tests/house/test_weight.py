"""What a page costs on a slow line, counted by Chromium against gunicorn: the first page and the next."""

import pytest
from playwright.sync_api import Browser, Page

from tests.house.browsing import ServedHouse
from tests.services.weight import Line, watched_line

COLD_BYTES, COLD_REQUESTS, WARM_REQUESTS = 200 * 1024, 10, 3
WARM_BYTES = 40 * 1024
PAGES = ("/", "/leads", "/enterprises", "/visits/new", "/funnel", "/search?q=储能")
pytestmark = pytest.mark.browser


def opened(page: Page, path: str) -> Line:
    with watched_line(page) as line:
        page.goto(path, wait_until="networkidle")
    return line


@pytest.mark.parametrize("path", ["/login", *PAGES])
def test_the_first_page_of_a_day_is_light(served: ServedHouse, browser: Browser, path: str) -> None:
    with served.signed_in(browser, "" if path == "/login" else "everything") as context:
        line = opened(context.new_page(), path)
    assert 3 <= len(line.requests) <= COLD_REQUESTS, line.requests
    assert 20_000 < line.byte_count <= COLD_BYTES, line.requests


def test_every_page_after_it_loads_little_but_itself(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        opened(page, "/account")
        for path in PAGES:
            line = opened(page, path)
            assert 1 <= len(line.requests) <= WARM_REQUESTS, line.requests
            assert line.byte_count <= WARM_BYTES, (path, line.byte_count)
