"""The county's main job in a real browser: companies imported, a lead, visits, the contract, the funnel."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.register.accounts.enums import Role
from tests.journeys.people import NAMES, settle_in, signed_in
from tests.services.product import ROOT, Product

COMPANIES = ROOT / "app" / "county" / "demo" / "data" / "companies.csv"
COMPANY = "黄冈市博元充电科技有限公司"
INITIALS = "bycd"
LEAD = "充电桩总装一期"
SLOW = 60_000  # ms; the machine may be busy, and nothing here is judged by its time
PAPER = {"name": "协议.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    return product


def shoot(page: Page, name: str) -> None:
    """Keeps a picture where JOURNEY_PICTURES says, for people to look at."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def import_companies(page: Page) -> None:
    page.goto("/imports")
    page.locator("input[type=file]").set_input_files(COMPANIES)
    page.locator("main form button[type=submit]").first.click()
    write = page.get_by_role("button", name="写入 500 行")
    expect(write).to_be_visible(timeout=SLOW)
    shoot(page, "import")
    write.click()
    expect(page.get_by_text("每一行都写好了")).to_be_visible(timeout=SLOW)


def find_by_initials(page: Page) -> None:
    """Types initials until the indexer has caught up, then opens the first hit."""
    box = page.get_by_role("combobox", name="全局搜索")
    hit = page.locator(".suggest-row", has_text=COMPANY)
    for _ in range(60):
        page.goto("/enterprises")
        box.fill(INITIALS)
        page.locator("#search-suggest:not([hidden])").wait_for(timeout=SLOW)
        if hit.count():
            break
        page.wait_for_timeout(500)
    shoot(page, "suggest")
    hit.click()
    expect(page.get_by_role("heading", level=1, name=COMPANY)).to_be_visible(timeout=SLOW)


def register_lead(page: Page) -> str:
    """From the company's page; returns the address of the lead."""
    page.get_by_role("link", name="登记线索").last.click()
    page.get_by_label("线索名称").fill(LEAD)
    page.get_by_label("来源").select_option("resident")
    page.get_by_label("计划总投资").fill("约2.6亿")
    page.get_by_role("button", name="登记线索").click()
    expect(page.get_by_role("heading", level=1, name=LEAD)).to_be_visible(timeout=SLOW)
    return page.url


def log_visit(page: Page, kind: str, words: str) -> None:
    """On a phone, from the company's page."""
    page.get_by_role("link", name="记走访").last.click()
    page.get_by_text(kind, exact=True).click()
    page.get_by_label("线索").select_option(label=LEAD)
    page.get_by_label("谈了什么").fill(words)
    page.get_by_label("下一步做什么").fill("约严总来看厂房")
    page.get_by_role("button", name="下周一").click()
    shoot(page, "visit")
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text(words)).to_be_visible(timeout=SLOW)


def saved(page: Page, lead: str) -> None:
    """Back on the page of the lead itself, whichever tab."""
    page.wait_for_url(re.compile(re.escape(lead) + r"(\?[^/]*)?(#.*)?$"))


def fill(page: Page, lead: str, part: str, values: dict[str, str]) -> None:
    page.goto(f"{lead}/fill/{part}")
    for label, value in values.items():
        field = page.get_by_label(label)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.get_by_role("button", name="保存").click()
    saved(page, lead)


def advance(page: Page, lead: str, to: str) -> None:
    page.goto(f"{lead}/move?to={to}")
    page.locator("main form button[type=submit]").click()
    saved(page, lead)


def go_on_with_the_project(page: Page) -> None:
    """Its next step is written, stands above the project and in 待办, and is done with one press."""
    page.get_by_role("link", name="写下一步").click()
    page.get_by_label("做什么").fill("催办施工许可证")
    page.get_by_role("button", name="下周一").click()
    shoot(page, "project-step-form")
    page.get_by_role("button", name="保存").click()
    bar = page.get_by_role("region", name="下一步")
    expect(bar).to_contain_text("催办施工许可证", timeout=SLOW)
    shoot(page, "project-step")
    project = page.url
    page.goto("/steps")
    expect(page.get_by_role("link", name="催办施工许可证")).to_be_visible(timeout=SLOW)
    shoot(page, "steps")
    page.goto(project)
    bar.get_by_role("button", name="办结").click()
    expect(page.get_by_text("办结：催办施工许可证")).to_be_visible(timeout=SLOW)


def test_a_company_becomes_a_signed_project_seen_in_the_funnel(county: Product, browser: Browser) -> None:
    with signed_in(browser, county, Role.OFFICER) as desk:
        import_companies(desk)
        find_by_initials(desk)
        company = desk.url
        lead = register_lead(desk)
        shoot(desk, "lead")
        today = desk.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'})")

        fill(desk, lead, "assessment", {"研判意见": "产业方向对路，能耗不高，结论：跟进"})
        advance(desk, lead, "assessed")
        fill(desk, lead, "first-talk", {"首谈人": NAMES[Role.OFFICER], "首谈日期": today})
        advance(desk, lead, "first_talk")

        desk.goto(lead)
        expect(desk.get_by_text("进入「在谈」还差 1 项").first).to_be_visible()
        shoot(desk, "gate")

        with signed_in(browser, county, Role.OFFICER, phone=True) as phone:
            phone.goto(company)
            log_visit(phone, "外出拜访", "明年要扩一条线，看中离县城近")
            phone.goto(company)
            log_visit(phone, "来访接待", "看了 5 号厂房，关心用电")

        advance(desk, lead, "negotiating")
        advance(desk, lead, "inspecting")
        fill(desk, lead, "summary", {"项目概要": "年产充电桩 2 万台，投资 2.6 亿元，用地 60 亩"})
        advance(desk, lead, "reviewing")
        minutes = {"会议结论": "原则同意", "会议日期": today, "纪要文号": "〔2026〕21 号"}
        fill(desk, lead, "conclusion", minutes)
        advance(desk, lead, "approved")

        desk.goto(lead)
        expect(desk.get_by_text("进入「签约」还差").first).to_be_visible()
        desk.goto(f"{lead}/move?to=signed")
        desk.locator("main form button[type=submit]").click()
        expect(desk.get_by_text("正式协议").first).to_be_visible(timeout=SLOW)
        expect(desk.get_by_role("heading", level=1)).not_to_contain_text("已签约")
        shoot(desk, "refused")

        desk.goto(f"{lead}/agreements/new")
        desk.get_by_label("种类").select_option("contract")
        desk.get_by_label("协议名称").fill("投资合同")
        desk.get_by_label("起草人").fill(NAMES[Role.OFFICER])
        desk.get_by_label("签订日期").fill(today)
        desk.get_by_label("合同金额").fill("2.6亿")
        desk.get_by_label("扫描件").set_input_files(PAPER)
        desk.locator("main form button[type=submit]").click()
        saved(desk, lead)

        desk.locator("a[href*='/ask']").first.click()
        desk.wait_for_url("**/ask*")  # loaded: only then is the picker a box to type into
        desk.get_by_label("审查人").fill(NAMES[Role.BUREAU_HEAD])
        desk.locator("main form button[type=submit]").click()
        saved(desk, lead)
        with signed_in(browser, county, Role.BUREAU_HEAD) as reviewer:
            reviewer.goto("/")
            reviewer.get_by_role("link", name="去审查").click()
            reviewer.get_by_label("文号").fill("公审〔2026〕7 号")
            reviewer.get_by_label("审查日期").fill(today)
            reviewer.get_by_label("结论").select_option("passed")
            reviewer.locator("main form button[type=submit]").click()
            saved(reviewer, lead)
            shoot(reviewer, "reviewed")
        advance(desk, lead, "signed")
        shoot(desk, "signed")

        desk.goto("/projects")
        expect(desk.get_by_role("link", name=LEAD)).to_be_visible()
        desk.get_by_role("link", name=LEAD).click()
        go_on_with_the_project(desk)

    with signed_in(browser, county, Role.LEADER) as leader:
        leader.goto("/funnel")
        expect(leader.get_by_text("1 条线索，1 个正式签约")).to_be_visible()
        shoot(leader, "funnel")
        leader.get_by_role("link", name="签约 1 个，看明细").click()
        rows = leader.locator("#rows")
        expect(rows.get_by_role("link", name=LEAD)).to_be_visible()
        expect(rows.get_by_text("合计 1 个")).to_be_visible()
        shoot(leader, "funnel-rows")
