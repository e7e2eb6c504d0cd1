"""A month of the resident teams: it is closed, a score opens to the visit behind it, an objection is ruled
and the month issued again.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core.storage.db import db
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, TeamMembership, Unit, User
from tests.factories.accounts import actor_of
from tests.factories.assessments import OUTBOUND, VALID, a_scheme, months_ago
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
COMPANY = "苏州岚溪功能膜有限公司"
SCHEME, TEAM = "驻点组月度比拼", "驻长三角组"
LOGGED = 2


def _user(role: Role) -> User:
    return db.session.scalars(select(User).where(User.login == LOGINS[role])).one()


@pytest.fixture
def county(product: Product) -> Product:
    """A scheme in force since last month, in which a team met a company twice."""
    settle_in(product)
    with in_county(product):
        member = db.session.get_one(Person, _user(Role.RESIDENT).person_id)
        team = db.session.scalars(select(Unit).where(Unit.name == TEAM)).one()
        for term in db.session.scalars(select(TeamMembership)):
            term.starts_on = months_ago(6)
        company = make_enterprise(COMPANY)
        for day in range(1, LOGGED + 1):
            row = Visit(kind=VisitKind.OUTBOUND, held_on=months_ago(1).replace(day=day), summary="谈厂房")
            row.enterprise_id, row.author_id = company.id, member.id
            row.unit_id = row.team_id = team.id
            row.participants = [VisitParticipant(person_id=member.id, unit_id=team.id, team_id=team.id)]
            db.session.add(row)
        db.session.commit()
        a_scheme(actor_of(_user(Role.BUREAU_HEAD)), months=1, items=(OUTBOUND, VALID))
    return product


def open_month(page: Page) -> None:
    """The page of the scheme opens on the month that waits, once that is closed on the newest."""
    page.goto("/assessments")
    page.get_by_role("main").get_by_role("link", name=SCHEME).first.click()
    if str(months_ago(1)) not in page.url:
        page.goto(f"{page.url}?on={months_ago(1)}")


def open_score(page: Page) -> None:
    open_month(page)
    page.get_by_role("main").get_by_role("link", name=TEAM).click()
    expect(page.get_by_role("heading", name=re.compile(f"{TEAM}.*得分"))).to_be_visible()


def close(page: Page) -> None:
    page.goto("/assessments")
    page.get_by_role("main").get_by_role("link", name=SCHEME).first.click()
    page.get_by_role("button", name=re.compile("结账")).click()
    expect(page.get_by_role("status").filter(has_text="结账")).to_be_visible()


def open_the_visit_behind(page: Page) -> None:
    page.get_by_role("row", name=OUTBOUND.name).get_by_role("link", name=str(LOGGED), exact=True).click()
    row = page.get_by_role("row", name=re.compile(COMPANY)).first
    row.get_by_role("link").click()
    expect(page.get_by_text("谈厂房").first).to_be_visible()


def object_to_it(page: Page) -> None:
    open_score(page)
    page.get_by_role("link", name="提异议").click()
    page.get_by_role("main").get_by_role("combobox").select_option(label=OUTBOUND.name)
    page.get_by_role("main").get_by_role("textbox").last.fill("8 日还去了一次，行程单在")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status").filter(has_text="由招商局负责人答复")).to_be_visible()


def uphold(page: Page) -> None:
    open_month(page)
    page.get_by_role("link", name="8 日还去了一次，行程单在").click()
    page.get_by_label("成立，已重算").check()
    page.get_by_label("改成多少").fill(str(LOGGED + 1))
    page.get_by_role("textbox", name=re.compile("答复")).fill("看了行程单，补一次")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("第 2 次公布").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_a_month_is_closed_opened_to_its_visits_objected_to_and_issued_again(
    county: Product, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, county, Role.BUREAU_HEAD) as page:
        close(page)
    with signed_in(browser, county, Role.RESIDENT, phone=phone) as page:
        open_score(page)
        open_the_visit_behind(page)
        object_to_it(page)
    with signed_in(browser, county, Role.BUREAU_HEAD, phone=phone) as page:
        uphold(page)
    with signed_in(browser, county, Role.RESIDENT, phone=phone) as page:
        open_score(page)
        row = page.get_by_role("row", name=OUTBOUND.name)
        expect(row.get_by_role("link", name=str(LOGGED + 1), exact=True)).to_be_visible()
        expect(row.get_by_text(f"原来 {LOGGED}", exact=True)).to_be_visible()
        expect(page.get_by_text("看了行程单，补一次")).to_be_visible()
