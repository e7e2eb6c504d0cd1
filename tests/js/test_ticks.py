"""ticks.js: ticked rows of a list, their count, and the box for the whole page."""

import pytest
from playwright.sync_api import expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

ROWS = "".join(f'<input type="checkbox" data-tick name="ids" value="{row}">' for row in range(3))
LIST = f"""<form id="list"><input type="checkbox" data-tick-all>{ROWS}
<input type="checkbox" id="other"><b data-batch-count>0</b></form>
<form><input type="checkbox" data-tick id="elsewhere"></form>"""


@pytest.fixture
def ticking(stage: Stage) -> Stage:
    stage.show(LIST)
    stage.run("ticks", "({ startTicks }) => startTicks()")
    return stage


def state(stage: Stage) -> tuple[str, str]:
    """What the bar counts, and what the box for the whole page shows."""
    shown = "box => box.indeterminate ? 'some' : box.checked ? 'all' : 'none'"
    return (
        stage.page.locator("[data-batch-count]").inner_text(),
        stage.page.locator("[data-tick-all]").evaluate(shown),
    )


def test_the_box_of_the_page_shows_whether_none_some_or_all_rows_are_ticked(ticking: Stage) -> None:
    rows = ticking.page.locator("#list [data-tick]")
    seen = []
    for row in (0, 1, 2):
        rows.nth(row).check()
        seen.append(state(ticking))
    rows.nth(1).uncheck()
    assert [*seen, state(ticking)] == [("1", "some"), ("2", "some"), ("3", "all"), ("2", "some")]


def test_the_box_of_the_page_ticks_its_rows_and_no_other_box(ticking: Stage) -> None:
    ticking.page.locator("[data-tick-all]").check()
    assert state(ticking) == ("3", "all")
    expect(ticking.page.locator("#other")).not_to_be_checked()
    expect(ticking.page.locator("#elsewhere")).not_to_be_checked()
    ticking.page.locator("[data-tick-all]").uncheck()
    assert state(ticking) == ("0", "none")


def test_a_row_of_another_list_is_not_counted(ticking: Stage) -> None:
    ticking.page.locator("#elsewhere").check()
    assert state(ticking) == ("0", "none")


def test_the_box_for_all_that_were_found_counts_them(stage: Stage) -> None:
    stage.show(LIST.replace("</form>", '<input type="checkbox" data-tick-found="150"></form>', 1))
    stage.run("ticks", "({ startTicks }) => startTicks()")
    stage.page.locator("#list [data-tick]").first.check()
    stage.page.locator("[data-tick-found]").check()
    assert state(stage)[0] == "150"
    stage.page.locator("[data-tick-found]").uncheck()
    assert state(stage)[0] == "1"


def test_boxes_that_a_browser_kept_are_counted_when_the_page_is_shown_again(ticking: Stage) -> None:
    ticking.page.locator("#list [data-tick]").nth(1).evaluate("box => { box.checked = true; }")
    ticking.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert state(ticking) == ("1", "some")
