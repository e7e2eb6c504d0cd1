"""people.js: our people as a box to type into; the list beneath it is what is sent."""

import pytest
from playwright.sync_api import Locator, expect

from tests.house.looking import grave_faults
from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

OPTIONS = """
<option value="zhang" data-sound="zhangwei zw" data-note="招商局 局长"
 data-placed="zhao shang ju|ju zhang">张伟</option>
<option value="zhang2" data-sound="zhangwei zw" data-note="园区 科员"
 data-placed="yuan qu|ke yuan">张伟</option>
<option value="li" data-sound="liming lm" data-note="园区 主任" data-placed="yuan qu|zhu ren">李明</option>"""
ONE = f"""<form><label for="owner">负责人</label>
<select id="owner" name="owner" data-people aria-required="true">
<option value="">（未定）</option>{OPTIONS}</select><button type="button" id="next">下一项</button></form>"""
SOME = f"""<form><label for="mentioned">提到</label>
<select id="mentioned" name="mentioned" data-people multiple>
{OPTIONS}</select></form>"""


def opened(stage: Stage, content: str) -> Locator:
    stage.show(content)
    stage.run("people", "({ enlivenPeople }) => enlivenPeople(document)")
    return stage.page.locator("main .picker-box input")


def rows(stage: Stage) -> Locator:
    return stage.page.locator(".suggest-row")


def sent(stage: Stage) -> list[str]:
    """What the form would send."""
    found: list[str] = stage.page.evaluate("[...new FormData(document.forms[0])].map(([, value]) => value)")
    return found


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("张", ["招商局 局长", "园区 科员"]),
        ("zhang w", ["招商局 局长", "园区 科员"]),
        ("ZW", ["招商局 局长", "园区 科员"]),
        ("liming", ["园区 主任"]),
        ("园区", ["园区 科员", "园区 主任"]),
        ("yuanqu", ["园区 科员", "园区 主任"]),
        ("zsj", ["招商局 局长"]),
        ("shangju", ["招商局 局长"]),  # from the second word on
        ("z", ["招商局 局长", "园区 科员"]),  # a single letter finds names, not every unit and post
    ],
)
def test_people_are_found_by_name_unit_and_post_and_how_they_sound(
    stage: Stage, typed: str, notes: list[str]
) -> None:
    opened(stage, ONE).fill(typed)
    expect(rows(stage)).to_have_count(len(notes))
    assert rows(stage).locator("small").all_inner_texts() == notes


def test_whom_nobody_is_like_is_said(stage: Stage) -> None:
    opened(stage, ONE).fill("王五")
    expect(stage.page.locator(".suggest")).to_have_text("没有这个人")


def test_of_two_namesakes_the_one_that_is_picked_is_sent(stage: Stage) -> None:
    box = opened(stage, ONE)
    box.fill("张伟")
    rows(stage).get_by_text("园区 科员").click()
    expect(box).to_have_value("张伟")
    assert sent(stage) == ["zhang2"]
    stage.page.locator("#next").focus()
    assert sent(stage) == ["zhang2"]


def test_a_name_that_can_be_two_people_chooses_nobody_by_itself(stage: Stage) -> None:
    box = opened(stage, ONE)
    box.fill("张伟")
    expect(rows(stage)).to_have_count(2)
    stage.page.locator("#next").focus()
    expect(box).to_have_value("")
    assert sent(stage) == [""]


def test_what_can_be_one_person_only_is_chosen_when_the_field_is_left(stage: Stage) -> None:
    box = opened(stage, ONE)
    box.fill("lm")
    stage.page.locator("#next").focus()
    expect(box).to_have_value("李明")
    assert sent(stage) == ["li"]


def test_an_unfinished_name_gives_way_to_who_stood_there_and_an_emptied_box_to_nobody(stage: Stage) -> None:
    box = opened(stage, ONE.replace('value="li"', 'value="li" selected'))
    expect(box).to_have_value("李明")
    box.fill("张")
    stage.page.locator("#next").focus()
    expect(box).to_have_value("李明")
    box.fill("")
    stage.page.locator("#next").focus()
    assert sent(stage) == [""]


def test_enter_settles_an_unfinished_name_instead_of_sending_the_form(stage: Stage) -> None:
    box = opened(stage, ONE)
    stage.page.evaluate("document.forms[0].addEventListener('submit', () => { window.left = true; })")
    box.fill("liming")
    expect(rows(stage)).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value("李明")
    assert sent(stage) == ["li"] and not stage.page.evaluate("window.left")


def test_several_become_chips_and_whoever_is_chosen_is_not_offered_again(stage: Stage) -> None:
    box = opened(stage, SOME)
    for typed, note in (("lm", "园区 主任"), ("zsj", "招商局 局长")):
        box.fill(typed)
        rows(stage).get_by_text(note).click()
    chips = stage.page.locator(".chips .chip")
    assert chips.all_inner_texts() == ["张伟 ×", "李明 ×"]
    assert sent(stage) == ["zhang", "li"]
    box.fill("张伟")
    expect(rows(stage)).to_have_count(1)
    stage.page.get_by_role("button", name="去掉 李明").click()
    assert sent(stage) == ["zhang"]
    expect(box).to_be_focused()
    stage.page.evaluate("document.forms[0].reset()")
    expect(chips).to_have_count(0)
    assert sent(stage) == []


def test_the_label_and_what_is_said_of_the_list_go_over_to_the_box(stage: Stage) -> None:
    opened(stage, ONE)
    expect(stage.page.get_by_label("负责人")).to_have_attribute("aria-required", "true")
    expect(stage.page.locator("select")).to_be_hidden()


def test_open_suggestions_can_be_read_by_everybody(stage: Stage) -> None:
    box = opened(stage, ONE)
    box.fill("张")
    expect(rows(stage)).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert grave_faults(stage.page) == []
