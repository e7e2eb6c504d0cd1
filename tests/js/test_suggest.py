"""suggest.js: suggestions under a text box, by hand and by keys."""

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

PICKER = """<form><div data-picker="/pick" data-picker-id="kept"><input id="company" aria-label="企业">
<input type="hidden" id="kept"><div class="suggest" hidden></div></div>
<button id="after">保存</button></form>"""
GLOBAL = """<form data-suggest="/hints" data-recent="/recent"><input name="q" id="company">
<div class="suggest" hidden></div></form>"""
ROWS = '<div role="listbox">' + "".join(
    f'<div class="suggest-row" role="option" data-id="{number}" data-text="{name}">{name}</div>'
    for number, name in enumerate(("澄明储能", "澄明电池", "明远光伏"))
) + "</div>"  # fmt: skip
LINKS = '<div role="listbox"><a class="suggest-row" role="option" href="/leads/1">储能电芯</a></div>'


def opened(stage: Stage, content: str, **answers: str) -> Locator:
    """A page alive, its server giving these rows at these paths; the box itself."""
    stage.show(content)
    for path, rows in answers.items():
        stage.answer(f"/{path}", body=rows)
    stage.run("suggest", "({ enlivenSuggestions }) => enlivenSuggestions(document)")
    return stage.page.locator("#company")


def suggestions(stage: Stage) -> Locator:
    return stage.page.locator(".suggest")


def chosen(stage: Stage) -> str:
    return stage.page.locator('[aria-selected="true"]').inner_text()


def test_a_picked_row_fills_the_box_and_its_id_until_something_else_is_typed(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.fill("澄明")
    suggestions(stage).get_by_text("澄明电池").click()
    expect(box).to_have_value("澄明电池")
    expect(stage.page.locator("#kept")).to_have_value("1")
    expect(suggestions(stage)).to_be_hidden()
    box.press_sequentially("二厂")
    expect(stage.page.locator("#kept")).to_have_value("")


def test_keys_walk_round_the_rows_and_enter_picks_instead_of_sending(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.fill("澄明")
    expect(suggestions(stage)).to_be_visible()
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        box.press(key)
        seen.append(chosen(stage))
    assert seen == ["澄明储能", "澄明电池", "明远光伏", "澄明储能", "明远光伏"]
    active = box.get_attribute("aria-activedescendant")
    expect(stage.page.locator(f"#{active}")).to_have_text("明远光伏")
    box.press("Enter")
    expect(box).to_have_value("明远光伏")
    assert [request.method for request in stage.sent] == ["GET"] * len(stage.sent)


def test_from_below_the_last_row_comes_first(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.fill("澄明")
    expect(suggestions(stage)).to_be_visible()
    box.press("ArrowUp")
    assert chosen(stage) == "明远光伏"


def test_escape_closes_and_an_arrow_asks_again(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.fill("澄明")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(suggestions(stage)).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("澄明")
    box.press("ArrowDown")
    expect(suggestions(stage)).to_be_visible()


def test_whoever_goes_on_to_the_next_field_leaves_no_list_behind(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.fill("澄明")
    expect(suggestions(stage)).to_be_visible()
    stage.page.locator("#after").focus()
    expect(suggestions(stage)).to_be_hidden()


def test_a_field_with_a_mistake_opens_its_list_only_when_it_is_asked(stage: Stage) -> None:
    box = opened(
        stage, PICKER.replace('<input id="company"', '<input id="company" aria-invalid="true"'), pick=ROWS
    )
    box.focus()
    stage.page.wait_for_timeout(200)
    expect(suggestions(stage)).to_be_hidden()
    box.click()
    expect(suggestions(stage)).to_be_visible()


def test_letters_typed_in_a_row_are_one_question(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.focus()
    expect(suggestions(stage)).to_be_visible()
    stage.sent.clear()
    stage.page.evaluate(
        """() => {
            const box = document.getElementById("company");
            for (const typed of ["澄", "澄明", "澄明储"]) {
                box.value = typed;
                box.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
    )
    stage.page.wait_for_timeout(400)
    assert [request.url.partition("q=")[2] for request in stage.sent] == ["%E6%BE%84%E6%98%8E%E5%82%A8"]


def test_a_late_answer_to_an_earlier_question_is_not_shown(stage: Stage) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    late: list[Route] = []
    stage.answers["/pick"] = late.append
    box.fill("澄")
    stage.page.wait_for_timeout(400)
    stage.answer("/pick", body=ROWS)
    box.fill("明远")
    expect(suggestions(stage)).to_be_visible()
    for route in late:
        route.fulfill(body='<div role="listbox"><div class="suggest-row" role="option">旧的</div></div>')
    stage.page.wait_for_timeout(200)
    expect(suggestions(stage)).not_to_contain_text("旧的")


def test_words_in_the_place_of_rows_are_shown_and_are_no_list(stage: Stage) -> None:
    box = opened(stage, PICKER)
    stage.answer("/pick", 429, '<p class="suggest-none">问得太多，歇一分钟</p>')
    box.fill("澄明")
    expect(suggestions(stage)).to_have_text("问得太多，歇一分钟")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    box.press("Enter")
    expect(stage.page.locator("#kept")).to_have_value("")


@pytest.mark.parametrize("status", [500, 0])
def test_without_an_answer_the_box_stays_a_box(stage: Stage, status: int) -> None:
    box = opened(stage, PICKER, pick=ROWS)
    box.focus()
    expect(suggestions(stage)).to_be_visible()
    stage.answers["/pick"] = lambda route: route.fulfill(status=status) if status else route.abort()
    box.fill("澄明")
    expect(suggestions(stage)).to_be_hidden()
    expect(box).to_have_value("澄明")


def test_the_search_of_every_page_begins_with_what_was_looked_for_lately(stage: Stage) -> None:
    box = opened(stage, GLOBAL, hints=LINKS, recent=ROWS)
    box.focus()
    expect(suggestions(stage)).to_contain_text("澄明储能")
    box.fill("储能")
    expect(suggestions(stage)).to_contain_text("储能电芯")
    box.press("ArrowDown")
    box.press("Enter")
    stage.page.wait_for_url("**/leads/1")
    assert [request.url.partition("localhost")[2].partition("?")[0] for request in stage.sent] == [
        "/recent",
        "/hints",
    ]
