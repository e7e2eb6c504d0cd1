"""The result page: what is typed is understood, filters and counts beside the results, where it hit."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.finding.finder.enums import Condition, SortedBy
from app.finding.finder.narrowing import Narrowed
from app.finding.finder.queries import Results
from app.promotion.leads.enums import LeadStage
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise
from app.register.reference import services as reference
from app.register.reference.models import Division
from tests.factories.counties import a_company
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, a_lead_at, sign_in
from tests.factories.visits import a_visit
from tests.finder.indexes import indexed, search, titles

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def company(name: str, region: str | None = None, **given: object) -> Enterprise:
    return a_company(name, region_code=region, **given)


@pytest.fixture
def county(session: Db) -> County:
    """Two lithium leads from 宁波 and one from 苏州, one of them in talks."""
    reference.load()
    county = a_county()
    ningbo = company("恒昌动力有限公司", "330203", industry_code="C3841", scope="锂电池制造；储能系统销售")
    suzhou = company("泰思能源有限公司", "320506", industry_code="C3825", scope="锂电池回收")
    a_lead_at(
        county,
        LeadStage.FIRST_TALK,
        name="锂电扩产",
        enterprise_id=ningbo.id,
        amount=read_amount("2亿"),
    )
    a_lead(county, name="锂电研发中心", enterprise_id=ningbo.id, amount=read_amount("3000万"))
    a_lead(county, county.outsider, name="锂电回收", enterprise_id=suzhou.id, amount=read_amount("5亿"))
    indexed(session)
    return county


def choices(found: Results, condition: Condition) -> dict[str, int]:
    for block in found.blocks:
        if block.condition is condition:
            return {choice.label: choice.count for choice in block.choices}
    return {}


def page_of(client: FlaskClient, actor: Actor, address: str) -> str:
    answer = sign_in(client, actor).get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def links(page: str) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(href).query) for href in re.findall(r'href="(/search\?[^"]*)"', page)]


def public_id(model: type[Person] | type[Unit], key: int | None) -> str:
    row = db.session.get(model, key)
    assert row is not None
    return row.public_id


# --- what is typed ---------------------------------------------------------------------------------


def test_place_trade_amount_and_stage_find_the_one_lead_they_mean(county: County) -> None:
    found = search("宁波 锂电 1亿以上 首谈", county.head)
    assert titles(found) == ["锂电扩产"]
    assert found.text == "锂电"
    assert [part.condition for part in found.parts] == [Condition.REGION, Condition.AMOUNT, Condition.STAGE]


def test_what_was_understood_stands_on_the_page_and_each_condition_can_be_taken_off(
    county: County, client: FlaskClient
) -> None:
    page = page_of(client, county.head, "/search?q=宁波 锂电 1亿以上 首谈")
    assert "读作" in page
    asked = links(page)
    for without in ("锂电 1亿以上 首谈", "宁波 锂电 首谈", "宁波 锂电 1亿以上"):
        assert {"q": [without]} in asked
    assert {"q": ["宁波 锂电 1亿以上 首谈"], "raw": ["1"]} in asked


def test_as_typed_the_words_mean_nothing_but_themselves(county: County, client: FlaskClient) -> None:
    assert search("锂电 首谈", county.head, raw=True).parts == ()
    page = page_of(client, county.head, "/search?q=锂电 首谈&raw=1")
    assert "正在按原文搜索" in page
    assert {"q": ["锂电 首谈"]} in links(page)


def test_words_that_narrow_to_nothing_are_searched_as_they_stand_and_the_page_says_so(
    session: Db, county: County, client: FlaskClient
) -> None:
    company("上会科技有限公司", scope="会议服务")
    indexed(session)
    found = search("上会 科技", county.head)
    assert (titles(found), found.as_typed) == (["上会科技有限公司"], True)
    page = page_of(client, county.head, "/search?q=上会 科技")
    assert "按「阶段 上会」没有找到，下面是按原文搜索的结果" in page


def test_a_condition_is_never_given_up_for_names_that_are_only_alike(
    session: Db, county: County, client: FlaskClient
) -> None:
    company("锂锂材料有限公司", "430102")
    indexed(session)
    assert titles(search("锂狸材料", county.head)) == ["锂锂材料有限公司"]
    found = search("锂狸材料 宁波", county.head)
    assert (found.total, found.as_typed) == (0, False)
    assert "去掉一个条件再试" in page_of(client, county.head, "/search?q=锂狸材料 宁波")


def test_a_colleague_or_a_unit_typed_by_name_narrows_to_what_is_theirs(session: Db, county: County) -> None:
    person = db.session.get_one(Person, county.outsider.person_id)
    unit = db.session.get_one(Unit, person.unit_id)
    name, unit_name = person.name, unit.name
    session.rollback()
    found = search(f"{name} 线索", county.head)
    assert (titles(found), [part.condition for part in found.parts]) == (
        ["锂电回收"],
        [Condition.OWNER, Condition.KIND],
    )
    assert [part.condition for part in search(f"锂电 {unit_name}", county.head).parts] in (
        [Condition.UNIT],
        [Condition.TEAM],
    )


def test_who_looks_for_a_number_is_told_which_numbers_can_be_found(
    county: County, client: FlaskClient
) -> None:
    assert "后四位" in page_of(client, county.head, "/search?q=17000001041")


def test_mine_is_what_the_reader_answers_for(county: County) -> None:
    assert titles(search("我的 锂电回收", county.outsider)) == ["锂电回收"]
    assert "锂电回收" not in titles(search("我的 锂电", county.officer, kind="lead"))
    assert search("我的 线索", county.officer).total == 2


def test_a_place_whose_name_several_bear_says_where_each_of_them_lies(
    session: Db, client: FlaskClient, county: County
) -> None:
    page = page_of(client, county.head, "/search?q=江北区 锂电")
    assert "江北区（" in page
    for place in ("浙江省宁波市江北区", "重庆市江北区"):
        assert place in page.partition("江北区（")[2].partition("）")[0]
    assert "海曙区（" not in page_of(client, county.head, "/search?q=海曙区 锂电")


def test_a_list_of_counts_that_is_cut_says_so(session: Db, client: FlaskClient, county: County) -> None:
    provinces = session.scalars(select(Division.code).where(Division.depth == 1).order_by(Division.code))
    for code in provinces:
        company(f"恒昌动力{code}有限公司", code)
    indexed(session)
    assert "只列出最多的 30 个，别的写在搜索框里" in page_of(client, county.head, "/search?q=恒昌动力")
    assert "只列出最多的" not in page_of(client, county.head, "/search?q=锂电")


def test_a_kind_and_a_time_are_understood(session: Db, county: County) -> None:
    a_visit(county, county.officer, held_on=today())
    a_visit(county, county.officer, held_on=today() - timedelta(days=200))
    indexed(session)
    assert search("走访 近一周", county.head).total == 1
    assert search("走访", county.head).total == 2


def test_type_ahead_understands_the_same(county: County, client: FlaskClient) -> None:
    page = sign_in(client, county.head).get("/search/suggest?q=宁波 锂电 1亿以上").text
    assert "扩产" in page
    assert "研发中心" not in page


# --- filters and counts ------------------------------------------------------------------------------


def test_counts_by_value_stand_beside_the_results(county: County) -> None:
    found = search("锂电", county.head, kind="lead")
    assert choices(found, Condition.STAGE) == {"线索": 2, "首谈": 1}
    assert choices(found, Condition.REGION) == {"浙江省": 2, "江苏省": 1}
    assert choices(found, Condition.INDUSTRY) == {"制造业": 3}
    assert choices(found, Condition.AMOUNT) == {"5亿—10亿": 1, "1亿—5亿": 1, "1,000万—5,000万": 1}
    assert choices(found, Condition.DAY) == {"近 30 天": 3, "近 90 天": 3}
    assert sum(choices(found, Condition.OWNER).values()) == 3


@pytest.mark.parametrize("name", ["officer", "outsider", "leader", "head"])
def test_no_count_beside_the_results_knows_more_than_the_reader(
    session: Db, county: County, name: str
) -> None:
    a_confidential_lead(county, county.resident, name="锂电保密项目")
    indexed(session)
    reader = getattr(county, name)
    found = search("锂电", reader, kind="lead")
    seen = len(found.hits)
    assert seen == {"officer": 2, "outsider": 1, "leader": 3, "head": 3}[name]
    assert found.total == found.counts["lead"] == seen
    for condition in (Condition.STAGE, Condition.OWNER, Condition.UNIT):
        assert sum(choices(found, condition).values()) == seen


def test_a_place_chosen_opens_the_places_in_it(county: County) -> None:
    province = Narrowed({Condition.REGION: ("33",)})
    assert choices(search("锂电", county.head, narrowed=province), Condition.REGION) == {"宁波市": 3}
    city = Narrowed({Condition.REGION: ("3302",)})
    assert choices(search("锂电", county.head, narrowed=city), Condition.REGION) == {"海曙区": 3}
    assert choices(search("宁波 锂电 线索", county.head), Condition.REGION) == {"海曙区": 2}


def test_of_a_list_in_which_something_is_chosen_another_may_be_chosen_too(
    county: County, client: FlaskClient
) -> None:
    narrowed = Narrowed({Condition.STAGE: ("first_talk",)})
    found = search("锂电", county.head, kind="lead", narrowed=narrowed)
    assert found.total == 1
    assert choices(found, Condition.STAGE) == {"线索": 2, "首谈": 1}
    assert choices(found, Condition.REGION) == {"浙江省": 1}
    page = page_of(client, county.head, "/search?q=锂电&kind=lead&stage=first_talk")
    asked = links(page)
    assert {"q": ["锂电"], "kind": ["lead"], "stage": ["first_talk", "lead"]} in asked
    assert {"q": ["锂电"], "kind": ["lead"]} in asked
    both = page_of(client, county.head, "/search?q=锂电&kind=lead&stage=first_talk&stage=lead")
    assert "找到 3 条" in both


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("region=33", 2),
        ("region=330203&region=320506", 3),
        ("industry=C", 3),
        ("industry=c3841", 2),
        ("amount_from=1亿", 2),
        ("amount_below=1亿", 1),
        ("amount_below=3000万", 0),
        ("amount_from=3000&amount_below=2亿", 1),
        ("from=2020-01-01", 3),
        ("to=2020-01-01", 0),
    ],
)
def test_the_address_narrows(county: County, client: FlaskClient, address: str, count: int) -> None:
    page = page_of(client, county.head, f"/search?q=锂电&kind=lead&{address}")
    assert f"找到 {count} 条" in page
    assert "清除条件" in page


def test_units_and_people_are_chosen_by_their_public_ids(county: County, client: FlaskClient) -> None:
    owner = public_id(Person, county.outsider.person_id)
    unit = public_id(Unit, county.outsider.unit_id)
    for address in (f"owner={owner}", f"unit={unit}"):
        page = page_of(client, county.head, f"/search?q=锂电&kind=lead&{address}")
        assert "找到 1 条" in page
    assert county.outsider.name in page_of(client, county.head, f"/search?q=锂电&owner={owner}")


def test_conditions_alone_find_what_meets_them(county: County, client: FlaskClient) -> None:
    page = page_of(client, county.head, "/search?region=3302&kind=lead")
    assert "找到 2 条" in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("stage=king", "阶段没有「king」这一项"),
        ("region=99", "注册地没有「99」这一项"),
        ("industry=锂电", "行业没有「锂电」这一项"),
        ("owner=nobody", "负责人没有「nobody」这一项"),
        ("unit=%27%3B--", "责任单位没有"),
        ("status=1", "存续状态没有「1」这一项"),
        ("amount_from=很多", "最低金额写成 5000万、1.2亿 这样"),
        ("amount_from=2亿&amount_below=1亿", "最低金额要小于最高金额"),
        ("from=昨天", "开始日期要写成 2026-11-23 这样"),
        ("from=2026-02-01&to=2026-01-01", "开始日期要在结束日期之前"),
        ("sort=name", "排序没有「name」这一项"),
        ("raw=2", "按原文搜索没有「2」这一项"),
    ],
)
def test_a_condition_that_means_nothing_is_refused_with_a_sentence(
    county: County, client: FlaskClient, address: str, words: str
) -> None:
    answer = sign_in(client, county.head).get(f"/search?q=锂电&{address}")
    assert answer.status_code == 400
    assert words in answer.text


def test_an_amount_that_cannot_be_read_is_told_beside_its_field_and_the_rest_is_answered(
    county: County, client: FlaskClient
) -> None:
    answer = sign_in(client, county.head).get("/search?q=锂电&stage=first_talk&amount_from=很多")
    assert answer.status_code == 400
    assert "扩产" in answer.text
    assert "回收" not in answer.text
    assert 'id="amount_from-error"' in answer.text
    assert 'value="很多"' in answer.text


def test_more_values_than_anybody_chooses_are_refused_and_repeated_ones_count_once(
    county: County, client: FlaskClient
) -> None:
    reader = sign_in(client, county.head)
    many = "&".join(f"owner=nobody{number}" for number in range(21))
    answer = reader.get(f"/search?q=锂电&{many}")
    assert answer.status_code == 400
    assert "负责人一次最多选 20 个" in answer.text
    twice = "&".join(["stage=lead", "stage=first_talk"] * 20)
    assert reader.get(f"/search?q=锂电&{twice}").status_code == 200


def test_results_come_in_the_order_asked_for(county: County) -> None:
    found = search("锂电", county.head, kind="lead", sorted_by=SortedBy.AMOUNT)
    assert titles(found) == ["锂电回收", "锂电扩产", "锂电研发中心"]


def test_by_activity_each_result_tells_the_day_by_which_it_stands_where_it_stands(
    session: Db, county: County, client: FlaskClient
) -> None:
    for days in (40, 20):
        ningbo = session.query(Enterprise).filter_by(name="恒昌动力有限公司").one()
        a_visit(county, held_on=today() - timedelta(days=days), enterprise=ningbo)
    indexed(session)
    page = page_of(client, county.head, "/search?q=恒昌&sort=recent")
    told = re.findall(r"最近动态 (\d{4}-\d\d-\d\d)</span>", page)
    assert told == sorted(told, reverse=True)
    # Two leads, written to today; the company, last met with the later of its two visits.
    assert told == [str(today() - timedelta(days=days)) for days in (0, 0, 20, 20, 40)]
    assert "最近动态 2" not in page_of(client, county.head, "/search?q=恒昌")


# --- the results ---------------------------------------------------------------------------------------


def test_a_result_says_where_it_holds_what_was_typed(county: County, client: FlaskClient) -> None:
    page = page_of(client, county.head, "/search?q=储能系统&kind=enterprise")
    assert '<span class="result-label">经营范围</span>' in page
    assert "<mark>储能系统</mark>" in page


def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(county: County, client: FlaskClient) -> None:
    page = page_of(client, county.head, "/search?q=恒唱动力")
    assert "没有找到「恒唱动力」，下面是名称相近的" in page
    assert re.search(r'您是不是要找 <a href="/enterprises/[^"]+">恒昌动力有限公司</a>', page)
    assert "您是不是要找" not in page_of(client, county.head, "/search?q=恒昌动力")


def test_pages_are_numbered_and_keep_every_condition(
    session: Db, county: County, client: FlaskClient
) -> None:
    for number in range(25):
        company(f"同名{number}机械有限公司", "330203")
    indexed(session)
    page = page_of(client, county.head, "/search?q=机械&region=33&sort=recent")
    assert "共 <strong>25</strong> 条，第 1 页，共 2 页" in page
    assert {"q": ["机械"], "region": ["33"], "sort": ["recent"], "page": ["2"]} in links(page)
    assert 'aria-label="第 3 页"' not in page
