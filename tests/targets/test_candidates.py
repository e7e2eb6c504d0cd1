"""Who could fill a link: found in the whole library, weighed by its words, taken up without typing."""

from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.values.clock import now, today
from app.promotion.leads.enums import LeadSource
from app.promotion.targets import queries
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.queries import CandidateRow, CandidatesAsked
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements.enums import PlacementState
from app.register.reference import services as reference
from app.register.reference.queries import likely_division
from tests.factories.chains import a_chain, a_node
from tests.factories.leads import County, a_county, sign_in
from tests.factories.placements import a_company, a_proposal, confirmed, refused
from tests.factories.targets import a_target
from tests.factories.visits import a_visit
from tests.finder.indexes import indexed, lose_the_index
from tests.services.client import forms_of

Db = scoped_session[Session]
MAKES = "锂电池隔膜制造；隔膜研发、生产；货物进出口"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    reference.load()
    return a_county()


@pytest.fixture
def node(county: County) -> ChainNode:
    return a_node(
        county.head, a_chain(county.head), "SEP", "隔膜", keywords="隔膜、湿法隔膜", industries="C2921"
    )


def found(node: ChainNode, county: County, **narrowed: object) -> list[CandidateRow]:
    indexed(db.session)
    return queries.candidates(node, CandidatesAsked(**narrowed), county.officer)  # type: ignore[arg-type]


def names(node: ChainNode, county: County, **narrowed: object) -> list[str]:
    return [row.company.name for row in found(node, county, **narrowed)]


def page(node: ChainNode) -> str:
    return f"/targets/candidates/{node.public_id}"


def test_who_makes_it_is_found_before_any_night_has_passed_with_the_words_that_hit(
    county: County, node: ChainNode
) -> None:
    a_company("岚山商贸有限公司", "隔膜销售")
    a_company("岚水科技有限公司", "电池材料制造（不含隔膜）")
    a_company("青岚新材料有限公司", MAKES)
    (only,) = found(node, county)
    assert (only.company.name, only.waits, only.target) == ("青岚新材料有限公司", False, None)
    assert only.score > 50 and only.hits[0].word == "隔膜"


def test_who_makes_more_of_it_comes_first(county: County, node: ChainNode) -> None:
    a_company("岚山包装有限公司", "隔膜制造；纸箱制造；塑料袋制造")
    a_company("青岚隔膜有限公司", MAKES, industry="C2921")
    assert names(node, county) == ["青岚隔膜有限公司", "岚山包装有限公司"]


def test_a_code_akin_to_that_of_the_link_makes_nobody_a_candidate(county: County, node: ChainNode) -> None:
    a_company("岚山编织袋有限公司", "编织袋制造", industry="C2923")
    assert names(node, county) == []


def test_whom_people_have_confirmed_or_refused_is_no_candidate_and_who_waits_is_marked(
    county: County, node: ChainNode
) -> None:
    confirmed(county.officer, node, a_company("青岚甲隔膜有限公司", MAKES))
    refused(county.officer, node, a_company("青岚乙隔膜有限公司", MAKES))
    a_proposal(node, a_company("青岚丙隔膜有限公司", MAKES))
    assert [(row.company.name, row.waits) for row in found(node, county)] == [("青岚丙隔膜有限公司", True)]


def test_who_makes_it_elsewhere_stays_a_candidate_where_it_is_known_what_elsewhere_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch, county: County, node: ChainNode
) -> None:
    for name, region in (("青岚甲隔膜有限公司", "320506"), ("宁海乙隔膜有限公司", "330226")):
        confirmed(county.officer, node, a_company(name, MAKES, region=region))
    assert names(node, county) == []
    monkeypatch.setitem(app.config, "COUNTY_REGION", "320506")
    db.session.rollback()
    (only,) = found(node, county)
    assert only.company.name == "宁海乙隔膜有限公司" and only.placed is PlacementState.CONFIRMED


def test_candidates_are_narrowed_by_place_capital_and_whether_they_were_met(
    county: County, node: ChainNode
) -> None:
    near = a_company("青岚甲隔膜有限公司", MAKES, region="320506", capital_text="3亿")
    a_company("青岚乙隔膜有限公司", MAKES, region="330203", capital_text="500万")
    a_visit(county, enterprise=near)
    there = likely_division("江苏省")
    assert names(node, county, region=there) == ["青岚甲隔膜有限公司"]
    assert names(node, county, capital=100_000_000) == ["青岚甲隔膜有限公司"]
    assert names(node, county, met=True) == ["青岚甲隔膜有限公司"]
    assert names(node, county, met=False) == ["青岚乙隔膜有限公司"]


def test_candidates_are_narrowed_by_age_and_size_and_who_has_not_told_is_left_out(
    county: County, node: ChainNode
) -> None:
    a_company("青岚甲隔膜有限公司", MAKES, established_on=date(2015, 6, 1), headcount=420)
    a_company("青岚乙隔膜有限公司", MAKES, established_on=date(2025, 6, 1), headcount=30)
    a_company("青岚丙隔膜有限公司", MAKES)
    assert names(node, county, founded_by=date(2020, 1, 1)) == ["青岚甲隔膜有限公司"]
    assert names(node, county, headcount=100) == ["青岚甲隔膜有限公司"]
    assert len(names(node, county)) == 3


def test_a_target_that_the_reader_sees_is_named_and_another_one_is_not(
    county: County, node: ChainNode
) -> None:
    a_target(county, enterprise=a_company("青岚甲隔膜有限公司", MAKES))
    (row,) = found(node, county)
    assert row.target is not None
    (row,) = queries.candidates(node, CandidatesAsked(), county.outsider)
    assert row.target is None


def test_a_candidate_becomes_a_target_without_typing_company_or_link(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    company = a_company("青岚隔膜有限公司", MAKES)
    indexed(db.session)
    reader = sign_in(client, county.officer)
    link = f"/targets/new?enterprise={company.public_id}&amp;node={node.public_id}"
    assert link in reader.get(page(node)).text
    assert page(node) in reader.get(f"/chains/nodes/{node.public_id}").text
    form = reader.get(link.replace("&amp;", "&")).text
    assert 'value="青岚隔膜有限公司"' in form


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("region=没有的地方", "没有认出这个地区"),
        ("capital=-5", "注册资本至少（万元）要写 1 到"),
        ("capital=多", "注册资本至少（万元）要写 1 到"),
        ("met=maybe", "联系过没有"),
        ("years=0", "成立满（年）要写 1 到"),
        ("headcount=很多", "从业人数至少要写 1 到"),
    ],
)
def test_a_condition_that_is_none_is_told_how_to_put_it_right(
    client: FlaskClient, county: County, node: ChainNode, asked: str, said: str
) -> None:
    answer = sign_in(client, county.officer).get(f"{page(node)}?{asked}")
    assert answer.status_code == 400 and said in answer.text


def test_where_nothing_fits_the_page_says_what_to_do(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    indexed(db.session)
    reader = sign_in(client, county.officer)
    assert "给环节补上关键词、产品或行业再找" in reader.get(page(node)).text
    assert "没有符合条件的候选企业" in reader.get(f"{page(node)}?capital=1").text


def test_while_the_search_is_away_the_page_says_so(
    app: Flask, session: Db, client: FlaskClient, county: County, node: ChainNode
) -> None:
    lose_the_index(app, session)
    answer = sign_in(client, county.officer).get(page(node))
    assert answer.status_code == 503 and "现在找不了候选企业" in answer.text


# --- several at once -----------------------------------------------------------------------------------


def three(county: County) -> list[Enterprise]:
    """Companies that speak for the link more and less, the last of them not at all."""
    return [
        a_company("岚山包装有限公司", "隔膜制造；纸箱制造；塑料袋制造", headcount=30),
        a_company("青岚隔膜有限公司", MAKES, established_on=date(2015, 6, 1), capital_text="3亿"),
        a_company("岚水商贸有限公司", "日用品销售"),
    ]


def ticked(companies: Sequence[Enterprise]) -> str:
    return "&".join(f"ids={one.public_id}" for one in companies)


def test_up_to_five_stand_side_by_side_the_best_on_the_left_with_what_is_known_and_what_is_not(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    companies = three(county)
    a_visit(county, county.officer, enterprise=companies[0])
    a_target(county, enterprise=companies[1])
    reader = sign_in(client, county.officer)
    text = reader.get(f"{page(node)}/compare?{ticked(companies)}").text
    order = ["青岚隔膜有限公司", "岚山包装有限公司", "岚水商贸有限公司"]
    assert [name for name in sorted(order, key=text.index)] == order
    for said in ("满 11 年", "3.00 亿元", "30 人", "没有命中的词", "走访接待", "已是目标：待研判"):
        assert said in text, said


def test_one_or_six_are_no_comparison_and_companies_that_are_put_away_are_left_out(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    companies = three(county)
    reader = sign_in(client, county.officer)
    for some in (companies[:1], [a_company(f"青岚{n}号有限公司") for n in "一二三四五六"]):
        answer = reader.get(f"{page(node)}/compare?{ticked(some)}")
        assert answer.status_code == 400 and f"现在选了 {len(some)} 家" in answer.text
    companies[2].archived_at = now()
    db.session.commit()
    shown = reader.get(f"{page(node)}/compare?{ticked(companies)}").text
    assert "岚水商贸有限公司" not in shown and "1 家已归档或不在库里了" in shown
    answer = reader.get(f"{page(node)}/compare?{ticked(companies[1:])}")
    assert answer.status_code == 400 and "剩下的不够比较" in answer.text


def test_several_candidates_become_targets_for_the_link_with_one_form_and_who_is_one_already_is_told(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    companies = three(county)
    a_target(county, enterprise=companies[2])
    indexed(db.session)
    reader = sign_in(client, county.officer)
    address = f"/enterprises/many/target?at={node.public_id}"
    assert 'formaction="/enterprises/many/target"' in reader.get(page(node)).text
    asked = f"{address}&{ticked(companies)}"
    shown = reader.get(asked).text
    assert "列为目标 3 家企业" in shown and "返回隔膜的候选企业" in shown
    told = reader.submit(asked, {"next_what": "约采购负责人", "next_on": str(today())}, address).text
    assert "办成 2 家，没有办成 1 家" in told and "已经是目标企业" in told
    made = db.session.scalars(select(TargetEnterprise).order_by(TargetEnterprise.id)).all()[1:]
    assert [row.enterprise.name for row in made] == [one.name for one in companies[:2]]
    assert all(
        row.method is LeadSource.CHAIN and [n.node_id for n in row.wanted_for] == [node.id] for row in made
    )


def test_what_is_done_to_many_is_told_also_when_the_link_they_were_chosen_for_has_gone(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    companies = three(county)
    reader = sign_in(client, county.officer)
    address = f"/enterprises/many/target?at={node.public_id}"
    form = forms_of(reader.get(f"{address}&{ticked(companies)}").text)[-1]
    node.archived_at = now()
    db.session.commit()
    told = reader.post(address, data=form.fields | {"nodes": []}).text
    assert "办成 3 家" in told and "返回企业库" in told


def test_a_link_that_is_none_is_told_in_the_words_of_the_page(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    company = a_company("青岚隔膜有限公司", MAKES)
    address = f"/enterprises/many/target?at={node.public_id}"
    sent = {"nodes": [node.public_id, "z" * 16]}
    told = sign_in(client, county.officer).submit(f"{address}&ids={company.public_id}", sent, address)
    assert told.status_code == 422 and "选的里面有 1 项已经不在了，请重新选" in told.text


def test_companies_of_the_library_are_taken_up_from_their_list(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    companies = three(county)
    reader = sign_in(client, county.officer)
    assert 'formaction="/enterprises/many/target"' in reader.get("/enterprises").text
    asked = f"/enterprises/many/target?{ticked(companies)}"
    assert "办成 3 家" in reader.submit(asked, {"method": "directed"}, "/enterprises/many/target").text


def test_a_resident_takes_up_in_their_own_name_alone(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    company = a_company("青岚隔膜有限公司", MAKES)
    reader = sign_in(client, county.resident)
    address = f"/enterprises/many/target?at={node.public_id}"
    unit = {"owner": "", "unit": county.bureau.public_id}
    assert "只能列到自己名下" in reader.submit(f"{address}&ids={company.public_id}", unit, address).text
