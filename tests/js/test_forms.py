"""forms.js: quick dates, the eye of a password, the first mistake."""

import pytest
from playwright.sync_api import Browser, expect

from tests.js.conftest import Stage, opened_stage

pytestmark = pytest.mark.browser

DAYS = ("before", "yesterday", "today", "tomorrow", "friday", "monday")
CHIPS = "".join(f'<button type="button" data-day="{day}">{day}</button>' for day in DAYS)
DATE = f'<form><input type="date" id="due"><div data-quick-dates="due">{CHIPS}</div></form>'
ENLIVEN = "({ enlivenFields }) => enlivenFields(document)"
SATURDAY = "2026-11-28T04:00:00Z"


def offered(stage: Stage, instant: str) -> dict[str, str]:
    stage.page.clock.set_fixed_time(instant)
    stage.show(DATE)
    stage.run("forms", ENLIVEN)
    return {day: stage.page.locator(f"[data-day={day}]").get_attribute("value") or "" for day in DAYS}


@pytest.mark.parametrize(
    ("instant", "friday", "monday"),
    [
        ("2026-11-25T04:00:00Z", "2026-11-27", "2026-11-30"),  # a Wednesday
        ("2026-11-27T04:00:00Z", "2026-11-27", "2026-11-30"),  # the Friday itself
        (SATURDAY, "2026-12-04", "2026-11-30"),
        ("2026-11-29T04:00:00Z", "2026-12-04", "2026-11-30"),  # a Sunday ends its week
    ],
)
def test_the_next_friday_and_monday_follow_from_the_day(
    stage: Stage, instant: str, friday: str, monday: str
) -> None:
    days = offered(stage, instant)
    assert (days["friday"], days["monday"]) == (friday, monday)


def test_a_quick_date_goes_over_the_end_of_a_year(stage: Stage) -> None:
    days = offered(stage, "2026-12-31T04:00:00Z")
    assert [days[name] for name in ("before", "today", "tomorrow")] == [
        "2026-12-29",
        "2026-12-31",
        "2027-01-01",
    ]


@pytest.mark.parametrize("timezone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_the_day_is_that_of_the_county_whatever_the_device_says(browser: Browser, timezone: str) -> None:
    with opened_stage(browser, timezone) as stage:
        # Half past midnight of the 29th in Beijing, and no later than the 29th anywhere.
        assert offered(stage, "2026-11-28T16:30:00Z")["today"] == "2026-11-29"


def test_a_pressed_quick_date_is_marked_until_another_day_is_typed(stage: Stage) -> None:
    offered(stage, SATURDAY)
    stage.page.evaluate(
        "document.querySelector('form').addEventListener('input', () => { document.title = '改了'; })"
    )
    tomorrow = stage.page.locator("[data-day=tomorrow]")
    tomorrow.click()
    expect(stage.page.locator("#due")).to_have_value("2026-11-29")
    expect(tomorrow).to_have_attribute("aria-pressed", "true")
    assert stage.page.title() == "改了"  # whoever listens for typing hears it, too
    stage.page.locator("#due").fill("2026-12-31")
    expect(tomorrow).to_have_attribute("aria-pressed", "false")


def test_the_eye_shows_a_password_and_hides_it_again(stage: Stage) -> None:
    stage.show(
        '<input type="password" id="secret"><button type="button" data-password-eye="secret">看</button>'
    )
    stage.run("forms", ENLIVEN)
    eye, secret = stage.page.locator("button"), stage.page.locator("#secret")
    eye.click()
    expect(secret).to_have_attribute("type", "text")
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()
    expect(secret).to_have_attribute("type", "password")
    expect(eye).to_have_attribute("aria-pressed", "false")


def test_a_page_with_mistakes_begins_at_the_first_of_them(stage: Stage) -> None:
    stage.show('<input id="good"><input id="bad" aria-invalid="true"><input id="worse" aria-invalid="true">')
    stage.run("forms", "({ startForms }) => startForms()")
    expect(stage.page.locator("#bad")).to_be_focused()
