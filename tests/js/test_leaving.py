"""leaving.js: the warning before what is not saved is left."""

import pytest

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

FORM = '<form data-guard><input id="name"></form><form><input id="filter"></form>'
START = "({ startLeaving }) => startLeaving()"


def is_warned(stage: Stage) -> bool:
    """Whether a browser that is about to leave would ask first."""
    asked: bool = stage.page.evaluate(
        "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )
    return asked


def test_the_first_letter_of_what_would_be_lost_arms_the_warning(stage: Stage) -> None:
    stage.show(FORM)
    stage.run("leaving", START)
    assert not is_warned(stage)
    stage.page.locator("#filter").fill("储能")
    assert not is_warned(stage)
    stage.page.locator("#name").fill("储能")
    assert is_warned(stage)
    stage.run("leaving", "({ setUnsaved }) => setUnsaved(false)")
    assert not is_warned(stage)


def test_a_page_that_came_back_with_what_was_typed_warns_at_once(stage: Stage) -> None:
    stage.show(FORM)
    stage.page.evaluate("document.getElementById('main').dataset.unsaved = ''")
    stage.run("leaving", START)
    assert is_warned(stage)
