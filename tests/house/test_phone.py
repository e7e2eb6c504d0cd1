"""On a phone: what is touched is large enough for a thumb, and a list begins in the upper third."""

import pytest
from playwright.sync_api import Browser, Page

from tests.house.browsing import ServedHouse
from tests.house.looking import small_targets
from tests.services.chromium import PHONE

LISTS = ("/leads", "/visits", "/projects", "/enterprises")
FIRST_ROW_ABOVE = 300  # px of 844
pytestmark = pytest.mark.browser


def pages_with_targets(served: ServedHouse) -> list[str]:
    ids = served.house.ids
    records = [f"{of}{ids[of]}" for of in ("/leads/", "/visits/", "/projects/", "/enterprises/", "/steps/")]
    forms = ["/leads/new", "/visits/new", "/enterprises/new"]
    return ["/", *LISTS, "/leads/board", *records, *forms, "/search?q=储能", "/funnel", "/account"]


def too_small_on(page: Page, *paths: str) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        found += [f"{path} {target}" for target in small_targets(page)]
    return found


def test_every_target_is_large_enough_for_a_thumb(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.set_viewport_size(PHONE)
        assert "\n".join(too_small_on(page, *pages_with_targets(served))) == ""


def test_a_target_that_a_thumb_would_miss_is_noticed(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.goto("/leads")
        page.evaluate(
            "document.querySelector('main h1').insertAdjacentHTML('afterend', '<button>看</button>')"
        )
        assert [target for target in small_targets(page) if "看" in target]


def test_a_list_shows_its_first_card_without_scrolling(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.set_viewport_size(PHONE)
        for path in LISTS:
            page.goto(path)
            card = page.locator(".list-cards tbody tr:not(.totals)").first.bounding_box()
            assert card is not None and card["y"] <= FIRST_ROW_ABOVE, (path, card)


def test_the_cards_of_all_lists_are_built_alike(served: ServedHouse, browser: Browser) -> None:
    """The name stands first and across, then what it is about, then the figure with the light beside it."""
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.set_viewport_size(PHONE)
        for path in LISTS:
            page.goto(path)
            card = page.locator(".list-cards tbody tr:not(.totals)").first
            parts = ("th[scope=row]", ".card-note", ".card-sum")
            boxes = [card.locator(part).first.bounding_box() for part in parts]
            tops = [box["y"] for box in boxes if box is not None]
            assert len(tops) == 3 and tops == sorted(tops), (path, boxes)
            light = card.locator(".card-light").bounding_box()
            assert light is not None and abs(light["y"] - tops[2]) < 8, path


def test_a_figure_of_the_leaders_home_opens_at_its_own_rows(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser, "leader") as context:
        page = context.new_page()
        for size in (PHONE, {"width": 1440, "height": 900}):
            page.set_viewport_size(size)
            for label in ("今年签约", "今年新增线索"):
                page.goto("/")
                figure = page.locator(".metric", has_text=label).locator("a.figure").first
                number = figure.inner_text()
                figure.click()
                heading = page.locator("#rows h2")
                heading.wait_for()
                box = heading.bounding_box()
                assert box is not None and 0 <= box["y"] < size["height"] / 2, (label, box)
                assert f"，{number} 个" in heading.inner_text()
