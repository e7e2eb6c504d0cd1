"""From a workbook to a map on paper: a chain is brought in, corrected, filled with companies; its leader goes
from a gap to candidates side by side, to three targets, to a lead, and prints the map on A3.
"""

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from app.register.chains.models import Chain
from app.register.placements import jobs
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from app.register.reference import services as reference
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import NAMES, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
MAKERS = [f"{place}隔膜科技有限公司" for place in ("岚山", "岚水", "岚溪", "岚湖")]
HERE = "青岚电池有限公司"
A3 = 1191, 842  # 420 × 297 mm in points
SHEETS = {
    "产业链": [("代号", "名称"), ("CELL", "动力电池")],
    "环节": [
        ("代号", "名称", "位置", "重要程度", "打算", "关键词", "产品"),
        ("CELL-05", "电池隔膜", "上游", "4", "补链", "隔膜、湿法隔膜", "基膜、涂覆膜"),
        ("CELL-07", "电芯", "中游", "5", "强链", "电芯、动力电池", "方形电芯"),
        ("CELL-09", "整车", "下游", "3", "延链", "新能源汽车整车", "乘用车"),
    ],
    "供应关系": [("供应方代号", "需求方代号"), ("CELL-05", "CELL-07"), ("CELL-07", "CELL-09")],
}


@pytest.fixture
def county(product: Product) -> Product:
    """A library in which one company makes cells here, and four elsewhere make what is missing."""
    settle_in(product)
    with in_county(product), acting_as(SYSTEM):
        reference.load()
        make_enterprise(HERE, scope="动力电池制造；电芯制造；电池销售", region="320506")
        for name in MAKERS:
            make_enterprise(name, scope="锂电池隔膜制造；隔膜研发、生产；货物进出口", region="330203")
        db.session.commit()
    return product


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """What an official fills in: the tables of the template, and nothing that is not needed."""
    path = tmp_path / "动力电池.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def bring_in(page: Page, workbook: Path) -> None:
    page.goto("/chains")
    page.get_by_role("main").get_by_role("link", name="导入").click()
    page.get_by_label("文件").set_input_files(workbook)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("heading", name="动力电池")).to_be_visible()


def correct(page: Page, link: str, field: str, words: str) -> None:
    open_link(page, link)
    page.get_by_role("link", name="改", exact=True).first.click()
    page.get_by_label(field, exact=False).first.fill(words)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="判断强弱缺").first).to_be_visible()


def judge(page: Page, link: str, state: str, reason: str) -> None:
    open_link(page, link)
    page.get_by_role("link", name="判断强弱缺").first.click()
    page.get_by_role("radio", name=state, exact=True).check()
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="记下判断").click()
    expect(page.get_by_text(reason).first).to_be_visible()


def open_chain(page: Page) -> None:
    page.goto("/chains")
    page.get_by_role("main").get_by_role("link", name="动力电池").first.click()
    expect(page.get_by_role("heading", name="动力电池", exact=True)).to_be_visible()


def open_link(page: Page, link: str) -> None:
    open_chain(page)
    page.get_by_role("main").get_by_role("link", name=link).first.click()


def the_nightly_job(county: Product) -> None:
    with in_county(county):
        jobs.propose()


def give_the_post(county: Product, role: Role) -> None:
    with in_county(county):
        chain, person = (
            db.session.query(Chain).one(),
            db.session.query(Person).filter_by(name=NAMES[role]).one(),
        )
        db.session.add(ChainPost(chain=chain, person=person, post=PostKind.LEADER, starts_on=today()))
        db.session.commit()


@pytest.mark.parametrize("phone", [False, True])
def test_from_a_workbook_to_placements_to_a_gap_to_three_targets_to_a_lead_and_the_map_on_a3(
    county: Product, browser: Browser, workbook: Path, phone: bool
) -> None:
    with signed_in(browser, county, Role.BUREAU_HEAD, phone=phone) as page:
        bring_in(page, workbook)
        correct(page, "电池隔膜", "名称", "隔膜")
        correct(page, "整车", "重要程度", "2")
        judge(page, "隔膜", "缺", "县内没有企业做")
    the_nightly_job(county)
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        open_link(page, "电芯")
        page.get_by_role("row", name=HERE).get_by_role("button", name="确认").click()
        expect(page.get_by_role("row", name=HERE).get_by_role("button", name="确认")).to_have_count(0)
    give_the_post(county, Role.BUREAU_HEAD)
    with signed_in(browser, county, Role.BUREAU_HEAD, phone=phone) as page:
        three = compare_the_candidates(page)
        take_up(page, three)
        register_a_lead(page, three[0])
        print_the_map(page)


def compare_the_candidates(page: Page) -> list[str]:
    """From the gap to three companies side by side; their names, the best first."""
    open_link(page, "隔膜")
    expect(page.get_by_text("缺口指数").first).to_be_visible()
    page.get_by_role("link", name="找候选企业").first.click()
    rows = page.get_by_role("row").filter(has=page.get_by_role("link", name="列为目标"))
    expect(rows).to_have_count(len(MAKERS))
    for name in MAKERS[:3]:
        page.get_by_label(f"选 {name}").check()
    page.get_by_role("button", name="比较").click()
    heads = page.get_by_role("columnheader").get_by_role("link")
    expect(heads).to_have_count(3)
    return heads.all_inner_texts()


def take_up(page: Page, companies: list[str]) -> None:
    page.get_by_role("link", name="都列为目标").click()
    expect(page.get_by_role("button", name="去掉 动力电池 / 隔膜")).to_be_visible()
    page.get_by_label("下一步做什么").fill("约采购负责人通电话")
    page.get_by_label("下一步的期限").fill(today().isoformat())
    page.get_by_role("button", name="列为目标 3 家企业").click()
    expect(page.get_by_text("办成 3 家")).to_be_visible()
    page.goto("/targets?view=all")
    for name in companies:
        expect(page.get_by_role("link", name=name).first).to_be_visible()


def register_a_lead(page: Page, company: str) -> None:
    page.get_by_role("link", name=company).first.click()
    page.get_by_role("link", name="登记线索").first.click()
    assert page.get_by_label("线索名称").input_value() == "隔膜项目"
    page.get_by_role("button", name="登记线索").click()
    expect(page.get_by_text("已登记，编号")).to_be_visible()


def print_the_map(page: Page) -> None:
    open_chain(page)
    page.get_by_role("main").get_by_role("link", name="图谱").first.click()
    expect(page.get_by_role("heading", name="动力电池图谱")).to_be_visible()
    expect(
        page.locator("[data-map] svg:visible, .list:visible").first
    ).to_be_visible()  # a phone has the table
    page.get_by_text("打印和图片").click()
    page.get_by_role("link", name="A3 横向").click()
    expect(page.get_by_role("rowheader", name="隔膜").first).to_be_visible()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A3}
