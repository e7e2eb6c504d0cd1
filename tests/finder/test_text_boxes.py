"""The text boxes of all lists about companies: whatever name or code somebody writes finds the record, and
what a tab counts is what the list shows.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.core.access.auth import SYSTEM
from app.core.storage.db import db
from app.delivery.projects.listing import PROJECTS
from app.office.auditing.records import subjects_called
from app.promotion.leads import queries as leads
from app.promotion.leads.listing import LEADS
from app.promotion.visits.listing import VISITS
from app.register.accounts.models import Person
from app.register.enterprises import queries as enterprises
from app.register.enterprises.listing import ENTERPRISES
from app.register.enterprises.models import Enterprise
from app.register.placements.listing import PLACEMENTS
from app.register.signs.listing import SIGNS
from tests.factories.chains import a_chain, a_node
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.leads import a_county, sign_in
from tests.factories.placements import a_proposal
from tests.factories.projects import a_project
from tests.factories.signs import a_sign
from tests.factories.visits import a_todo, a_visit
from tests.finder.indexes import indexed

pytestmark = pytest.mark.both_databases

NAME = "澜川新材料（苏州）股份有限公司"
CODE = "91320506MA1YYLK20B"
WRITTEN = (
    NAME,
    "澜川新材料(苏州)股份有限公司",
    " 澜川新材料 ( 苏州 ) ",
    "澜川 新材料",
    "苏州 澜川",
    "苏州、澜川",
    "瀾川新材料",
    "澜川高科",
    "兰陵高分子厂",
    "蘭陵 高分子",
    "ＬＣ高分子",
    "lc高分子",
    CODE,
    CODE.lower(),
    "9132 0506 MA1Y YLK2 0B",
    "９１３２０５０６ＭＡ１ＹＹＬＫ２０Ｂ",
    "YLK20B",
)
HEARD = ("lanchuan", "lcxcl", "LanChuan", "lanlinggaofenzi")


@pytest.fixture
def county(session):
    company = make_enterprise(
        NAME,
        credit_code=CODE,
        code_overridden=True,
        aliases=("澜川高科", "LC 高分子"),
        former_names=("兰陵高分子厂",),
    )
    found = replace(a_county(), enterprise=company)
    make_enterprise("武汉博元充电有限公司")
    a_visit(found, summary="谈了扩产")
    a_project(found)
    a_sign(found.officer, company)
    a_proposal(a_node(found.head, a_chain(found.head), "SEP"), company)
    return found


def _of_leads(county, text):
    asked = LEADS.asked({"q": text})
    page = LEADS.page(asked, county.head)
    counted = LEADS.totals(asked, county.head).tabs.shown
    assert counted.number == len(page.rows)
    return [row.enterprise_id for row in page.rows]


def _of_projects(county, text):
    asked = PROJECTS.asked({"q": text})
    page = PROJECTS.page(asked, county.head)
    assert PROJECTS.totals(asked, county.head).tabs.shown.number == len(page.rows)
    return [row.enterprise_id for row in page.rows]


def _of_visits(county, text):
    asked = VISITS.asked({"q": text})
    page = VISITS.page(asked, county.head)
    assert VISITS.totals(asked, county.head).tabs.shown.number == len(page.rows)
    return [row.enterprise_id for row in page.rows]


def _of_placements(county, text):
    asked = PLACEMENTS.asked({"q": text})
    page = PLACEMENTS.page(asked, county.head)
    assert PLACEMENTS.totals(asked, county.head).tabs.shown.number == len(page.rows)
    return [row.enterprise_id for row in page.rows]


def _of_signs(county, text):
    asked = SIGNS.asked({"q": text})
    page = SIGNS.page(asked, county.head)
    assert SIGNS.totals(asked, county.head).tabs.shown.number == len(page.rows)
    return [row.enterprise_id for row in page.rows]


def _of_enterprises(_county, text):
    page = ENTERPRISES.page(ENTERPRISES.asked({"q": text}), SYSTEM)
    return [row.id for row in page.rows]


def _of_the_picker(_county, text):
    return [row.id for row in enterprises.find_enterprises(text)][:1]


def _of_leads_to_choose(county, text):
    return [row.enterprise_id for row in leads.find_leads(text, county.head)]


def _of_the_audit_page(_county, text):
    found = select(Enterprise.id).where(Enterprise.public_id.in_(subjects_called(text)))
    return list(db.session.scalars(found))


LISTS = (
    _of_leads,
    _of_projects,
    _of_visits,
    _of_placements,
    _of_signs,
    _of_enterprises,
    _of_the_picker,
    _of_leads_to_choose,
    _of_the_audit_page,
)


def test_a_company_is_found_by_any_name_or_code_however_it_is_written_in_every_list(county):
    missed = [
        (found_in.__name__, text)
        for found_in in LISTS
        for text in WRITTEN
        if found_in(county, text) != [county.enterprise.id]
    ]
    assert missed == []


def test_a_company_is_found_by_the_sound_of_any_of_its_names_in_every_list(session, county):
    indexed(session)
    missed = [
        (found_in.__name__, text)
        for found_in in LISTS
        for text in HEARD
        if found_in(county, text) != [county.enterprise.id]
    ]
    assert missed == []


def test_what_no_company_is_called_finds_nothing_in_any_list(session, county):
    indexed(session)
    found = [
        (found_in.__name__, text)
        for found_in in LISTS
        for text in ("澜川食品", "0506MA9", "澜川 %食品", "tianshuilanchuan")
        if county.enterprise.id in found_in(county, text)
    ]
    assert found == []


def test_without_the_index_a_list_says_that_sounds_find_nothing(app, client, county, monkeypatch):
    monkeypatch.setitem(app.config, "SEARCH_URL", "http://127.0.0.1:9/nobody")
    page = sign_in(client, county.head).get("/leads?q=lanchuan").text
    assert "拼音和首字母找不到企业，请写汉字或信用代码" in page
    assert "拼音和首字母" not in client.get("/leads?q=澜川").text


@pytest.mark.parametrize(
    "text",
    [
        "功能膜",
        "废水指标",
        "送样品",
        "常州",
        "严书宁",
        "贺晓冬",
        "吕向阳",
        "lvxiangyang",
        "lxy",
        "常州 贺晓冬",
    ],
)
def test_a_visit_is_found_by_all_that_was_said_and_by_who_was_there(session, county, text):
    colleague = db.session.get_one(Person, county.colleague.person_id)
    colleague.name = "吕向阳"
    found = a_visit(
        county,
        summary="明年要扩一条功能膜线",
        needs="缺废水指标",
        place="江苏常州",
        met="严书宁 总经理",
        people=[colleague],
        contacts=[make_contact(county.enterprise, "贺晓冬")],
        next_step=a_todo(county.resident, "下周送样品"),
    )
    page = VISITS.page(VISITS.asked({"q": text}), county.head)
    assert [row.id for row in page.rows] == [found.id]
