"""fresh.js: what is new on a page is enlivened once. strip.js: a strip of words on the page."""

import pytest

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser


def test_an_element_is_new_once_for_each_selector(stage: Stage) -> None:
    stage.show('<p class="a">一</p><p>二</p>')
    counts = """({ fresh }) => {
        const count = (selector) => fresh(document, selector).length;
        const first = [count("p"), count("p"), count(".a")];
        document.getElementById("main").append(document.createElement("p"));
        return [...first, count("p")];
    }"""
    assert stage.run("fresh", counts) == [2, 0, 1, 1]


def test_a_piece_that_htmx_brings_counts_itself(stage: Stage) -> None:
    stage.show('<p class="a"><b class="a">一</b></p>')
    found = "({ fresh }) => fresh(document.querySelector('p'), '.a').map((one) => one.tagName)"
    assert stage.run("fresh", found) == ["P", "B"]


@pytest.mark.parametrize(("kind", "role"), [("red", "alert"), ("yellow", "status")])
def test_what_went_wrong_interrupts_whoever_listens_and_other_words_wait(
    stage: Stage, kind: str, role: str
) -> None:
    stage.show("")
    made = stage.run("strip", f"({{ strip }}) => strip('{kind}', '<b>1 < 2</b>').outerHTML")
    words = "&lt;b&gt;1 &lt; 2&lt;/b&gt;"
    assert made == f'<div class="strip strip-{kind}" role="{role}"><p>{words}</p></div>'
