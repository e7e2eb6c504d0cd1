"""The board in a real browser: a card dragged with the mouse, moved by the keyboard and on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.promotion.leads import services
from app.promotion.leads.enums import LeadSource
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from app.register.accounts.queries import actor_for_user
from app.register.enterprises.models import Enterprise
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
NAME = "储能电芯与模组一期"


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        user = db.session.query(User).filter_by(login=LOGINS[Role.OFFICER]).one()
        actor = actor_for_user(user.id)
        assert actor is not None
        company = Enterprise(name="苏州澜川新材料有限公司", name_key="澜川", core_key="澜川")
        db.session.add(company)
        db.session.flush()
        with acting_as(actor):
            services.create_lead(
                services.NewLead(
                    name=NAME,
                    enterprise_id=company.id,
                    source=LeadSource.DIRECTED,
                    owner_id=user.person_id,
                )
            )
        db.session.commit()
    return product


@contextmanager
def the_board(
    browser: Browser, county: Product, role: Role = Role.OFFICER, *, phone: bool = False
) -> Iterator[Page]:
    with signed_in(browser, county, role, phone=phone) as page:
        page.goto("/leads/board")
        yield page


def column(page: Page, name: str) -> Locator:
    return page.locator(f"[data-stage-name='{name}']")


def card_in(page: Page, name: str) -> Locator:
    return column(page, name).locator("[data-card]", has_text=NAME)


def drag_over(page: Page, card: Locator, name: str) -> None:
    """The mouse picks the card up and holds it over a column."""
    card.locator(".deal-company").hover()
    page.mouse.down()
    box = column(page, name).bounding_box()
    assert box
    middle, height = box["x"] + box["width"] / 2, box["y"] + 80
    page.mouse.move(middle, height, steps=8)
    # A hand is never still. Chromium tells a place that it is under the card only at the move after the one
    # that brought it there.
    page.mouse.move(middle, height + 4)


def test_a_card_is_dragged_taken_back_and_refused_where_it_stands(county: Product, browser: Browser) -> None:
    with the_board(browser, county) as page:
        drag_over(page, card_in(page, "线索"), "研判")
        expect(column(page, "研判").get_by_text("移到「研判」")).to_be_visible()
        page.mouse.up()
        expect(card_in(page, "研判")).to_be_visible()
        toast = page.get_by_role("status").filter(has_text="已移到「研判」")
        toast.hover()
        page.wait_for_timeout(1500)
        expect(toast).to_be_visible()
        toast.get_by_role("button", name="撤销").click()
        expect(card_in(page, "线索")).to_be_visible()

        # Where it cannot go is said while it is held and stays beside it when it is dropped all the same.
        drag_over(page, card_in(page, "线索"), "评审")
        sentence = "到「评审」是跳步，不在您的职责内"
        expect(column(page, "评审").get_by_text(sentence)).to_be_visible()
        page.mouse.up()
        expect(card_in(page, "线索").get_by_role("alert")).to_contain_text(sentence)


def test_by_keyboard_a_card_says_what_is_missing_and_leads_there(county: Product, browser: Browser) -> None:
    with the_board(browser, county) as page:
        menu = card_in(page, "线索").locator("summary")
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(card_in(page, "研判")).to_be_visible()

        drag_over(page, card_in(page, "研判"), "首谈")
        expect(column(page, "首谈").get_by_text("还差 2 项：研判意见、首谈人和首谈日期")).to_be_visible()
        page.mouse.up()
        refusal = card_in(page, "研判").get_by_role("alert")
        expect(refusal).to_contain_text("没有移到「首谈」，还差 2 项")
        refusal.get_by_role("link", name="写意见").click()
        expect(page.get_by_role("heading", level=1, name="研判意见")).to_be_visible()


def test_a_move_that_needs_words_is_in_the_menu_and_opens_its_form_when_a_card_is_dropped(
    county: Product, browser: Browser
) -> None:
    with the_board(browser, county, Role.BUREAU_HEAD) as page:
        card_in(page, "线索").locator("summary").click()
        ways = card_in(page, "线索").locator("form").get_by_role("link")
        expect(ways.filter(has_text="跳步到「在谈」")).to_be_visible()
        expect(ways.filter(has_text="其他阶段")).to_have_count(0)
        menu = card_in(page, "线索").locator("form").bounding_box()
        column_of_it = column(page, "线索").bounding_box()
        assert menu and column_of_it  # the board would cut off what reaches beyond its edge
        assert menu["x"] >= column_of_it["x"]
        assert menu["x"] + menu["width"] <= column_of_it["x"] + column_of_it["width"]
        ways.filter(has_text="暂缓").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("暂缓")
        page.go_back()

        drag_over(page, card_in(page, "线索"), "评审")
        expect(column(page, "评审").get_by_text("到「评审」要写明原因，放下后填写")).to_be_visible()
        page.mouse.up()
        expect(page.get_by_role("heading", level=1)).to_contain_text("评审")


def test_on_a_phone_the_menu_does_the_same(county: Product, browser: Browser) -> None:
    with the_board(browser, county, phone=True) as page:
        card_in(page, "线索").locator("summary").tap()
        card_in(page, "线索").get_by_role("button", name="研判").tap()
        expect(card_in(page, "研判")).to_be_visible()
        page.get_by_role("button", name="撤销").tap()
        expect(card_in(page, "线索")).to_be_visible()
