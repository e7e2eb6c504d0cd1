"""board.js: what a zone of the board says of a dragged card, and what letting go of it does."""

import pytest
from playwright.sync_api import expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

STAGES = {"lead": "线索", "visit": "考察", "talk": "洽谈", "lost": "流失"}
CARD = """<article data-card="c7" id="card"><details class="deal-menu"><summary>移到…</summary>
<form><button name="stage" value="visit" type="button">考察{missing}</button>
<a href="/leads/c7/other" data-other-ways>其他阶段…</a></form></details></article>"""
WAYS = '<template data-ways><a href="http://localhost/leads/-card-/lose" data-to="lost">流失…</a></template>'


def board(missing: str = "") -> str:
    card = CARD.format(missing=missing)
    columns = "".join(
        f'<section data-stage="{stage}" data-stage-name="{name}" data-jump="不能跳到{name}"'
        f' data-back="不能退到{name}"><div class="column-cards">{card if stage == "visit" else ""}</div>'
        f"{WAYS}</section>"
        for stage, name in STAGES.items()
    )
    # The card stands in the second column, and its button leads to the third.
    return f"<div data-board>{columns}</div>".replace(
        'value="visit" type="button">考察', 'value="talk" type="button">洽谈'
    )


def alive(stage: Stage, content: str) -> None:
    stage.show(content)
    stage.run("board", "({ enlivenBoards }) => enlivenBoards(document)")


def drag(stage: Stage, to: str, *events: str) -> None:
    """Takes the card over a column; with `drop` it is let go there."""
    stage.page.evaluate(
        """([to, events]) => {
            const card = document.getElementById("card");
            const column = document.querySelector(`[data-stage=${to}]`);
            card.dispatchEvent(new DragEvent("dragstart", { bubbles: true }));
            const options = { bubbles: true, cancelable: true };
            for (const name of events) column.dispatchEvent(new DragEvent(name, options));
        }""",
        [to, events],
    )


def words(stage: Stage, to: str) -> str:
    drag(stage, to, "dragover")
    said = stage.page.locator(f"[data-stage={to}] .drop-words").inner_text()
    stage.page.locator(f"[data-stage={to}]").dispatch_event("dragleave")
    return said


def test_each_zone_says_what_letting_go_there_would_do(stage: Stage) -> None:
    alive(stage, board())
    assert [words(stage, to) for to in ("lead", "talk", "lost")] == [
        "不能退到线索",
        "移到「洽谈」",
        "到「流失」要写明原因，放下后填写",
    ]
    expect(stage.page.locator(".drop-words")).to_have_count(0)


def test_what_is_still_missing_is_said_before_anybody_lets_go(stage: Stage) -> None:
    alive(stage, board("<small>还缺会议结论</small>"))
    assert words(stage, "talk") == "到「洽谈」还缺会议结论"
    drag(stage, "talk", "dragover")
    expect(stage.page.locator("[data-stage=talk].is-closed")).to_have_count(1)


def test_the_column_in_which_a_card_stands_is_no_target(stage: Stage) -> None:
    alive(stage, board())
    drag(stage, "visit", "dragover")
    expect(stage.page.locator(".drop-words")).to_have_count(0)


def test_letting_go_presses_the_button_of_the_menu(stage: Stage) -> None:
    alive(stage, board())
    stage.page.evaluate("document.querySelector('button').onclick = () => { window.pressed = true; }")
    drag(stage, "talk", "dragover", "drop")
    assert stage.page.evaluate("window.pressed")
    expect(stage.page.locator(".is-target, .drop-words")).to_have_count(0)


def test_where_more_has_to_be_said_letting_go_opens_the_form_for_this_card(stage: Stage) -> None:
    alive(stage, board())
    drag(stage, "lost", "dragover", "drop")
    stage.page.wait_for_url("**/leads/c7/lose")


def test_a_card_let_go_where_it_cannot_stand_stays_and_says_why(stage: Stage) -> None:
    alive(stage, board())
    drag(stage, "lead", "dragover", "drop")
    drag(stage, "lead", "dragover", "drop")
    expect(stage.page.locator("#card [role=alert]")).to_have_text("不能退到线索")


def test_the_menu_of_a_card_tells_the_ways_of_its_column_when_it_is_opened(stage: Stage) -> None:
    alive(stage, board())
    stage.page.locator("summary").click()
    way = stage.page.locator("#card a[data-to=lost]")
    expect(way).to_have_attribute("href", "http://localhost/leads/c7/lose")
    expect(stage.page.locator("#card [data-other-ways]")).to_have_count(0)


def test_a_card_that_can_go_nowhere_is_not_for_dragging(stage: Stage) -> None:
    without = '<article data-card="c8" id="still"><details class="deal-menu"></details></article>'
    alive(stage, board().replace("</section>", f"{without}</section>", 1))
    assert [stage.page.locator(card).evaluate("card => card.draggable") for card in ("#card", "#still")] == [
        True,
        False,
    ]
