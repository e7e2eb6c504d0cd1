"""The score of a target on pages: from the library to its parts, in lists and among candidates; what people
enter and lift.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.promotion.targets import queries, services, showing
from app.promotion.targets.enums import FactKind, ScorePart
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.rules import PartScore, Score
from app.register.anchors import services as anchors
from app.register.anchors.models import ChainAnchor
from app.register.chains import services as chains
from app.register.chains.enums import NodeState
from app.register.chains.models import ChainNode
from app.register.signs.enums import SignKind
from app.register.tags import services as tags
from app.register.tags.enums import TagColor
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_confidential_lead, a_county, an_enterprise, sign_in
from tests.factories.placements import a_company, confirmed
from tests.factories.signs import a_sign, an_archived_sign
from tests.factories.targets import a_dropped_target, a_fact, a_target, fact_data, lifted, target_data
from tests.factories.visits import a_visit
from tests.finder.indexes import indexed

Db = scoped_session[Session]
DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def link(county: County) -> ChainNode:
    return a_node(county.head, a_chain(county.head), "SEP", "隔膜", keywords="隔膜", importance=5)


@pytest.fixture
def target(county: County, link: ChainNode) -> TargetEnterprise:
    return a_target(county, data=of(link))


def of(link: ChainNode) -> services.TargetData:
    return target_data(nodes=[link])


def score(target: TargetEnterprise) -> Score:
    db.session.rollback()
    return queries.scores_of_targets([target])[target.id]


def part(target: TargetEnterprise, which: ScorePart) -> PartScore:
    return next(one for one in score(target).parts if one.part is which)


def facts(found: PartScore) -> list[tuple[str, str, date | None]]:
    return [(fact.words, fact.by.source, fact.by.on) for fact in found.facts]


def an_anchor(county: County, link: ChainNode) -> ChainAnchor:
    company = a_company("青岚电池有限公司", "电池")
    with acting_as(county.head):
        row = anchors.name_anchor(link.chain, company, anchors.AnchorData(date(2025, 1, 1)))
        db.session.commit()
    return row


def a_need(county: County, anchor: ChainAnchor, link: ChainNode) -> None:
    told = anchors.NeedData(link, "9 微米湿法隔膜", "采购部来函", date(2026, 5, 1), 120_000_000)
    with acting_as(county.officer):
        anchors.add_need(anchor, told)
        db.session.commit()


def tagged(county: County, target: TargetEnterprise, name: str) -> None:
    with acting_as(county.head):
        tags.change(subject_of(target.enterprise), [tags.add_tag("enterprise", name, TagColor.ROSE)], [])
        db.session.commit()


def page(target: TargetEnterprise) -> str:
    return f"/targets/{target.public_id}"


# --- from the library --------------------------------------------------------------------------------


def test_a_link_that_nobody_has_judged_leaves_its_part_unknown(target: TargetEnterprise) -> None:
    found = part(target, ScorePart.FIT)
    assert (found.is_unknown, found.least, found.most) == (True, 0, 25)
    assert found.lacking == ("隔膜还没有判断",)


def test_the_gap_of_its_link_counts_with_who_judged_it_and_when(
    county: County, link: ChainNode, target: TargetEnterprise
) -> None:
    judgement = judged(county.head, link, NodeState.WEAK, date(2026, 3, 1), local_rate=50)
    found = part(target, ScorePart.FIT)
    assert (float(found.least), float(found.most)) == (7.5, 7.5)
    source = f"{judgement.actor.name}的判断：弱"
    assert facts(found) == [("隔膜：缺口指数 1.50", source, date(2026, 3, 1))]


def test_a_link_that_was_merged_counts_as_what_it_became_and_one_taken_off_not_at_all(
    county: County, link: ChainNode, target: TargetEnterprise
) -> None:
    home = a_node(county.head, link.chain, "SEP-2", "湿法隔膜", importance=5)
    judged(county.head, home, NodeState.MISSING, local_rate=0)
    with acting_as(county.head):
        chains.merge(link, link.version, home)
        db.session.commit()
    assert part(target, ScorePart.FIT).least == 25
    with acting_as(county.head):
        chains.remove(home, home.version, "不做了")
        db.session.commit()
    assert part(target, ScorePart.FIT).lacking == ("没有写补哪个环节",)


def test_an_anchor_that_needs_what_it_makes_counts_with_who_said_so(
    county: County, link: ChainNode, target: TargetEnterprise
) -> None:
    anchor = an_anchor(county, link)
    assert part(target, ScorePart.ANCHORS).is_unknown
    a_need(county, anchor, link)
    found = part(target, ScorePart.ANCHORS)
    assert found.least == 14
    words = "青岚电池有限公司要买：9 微米湿法隔膜，一年 1.20 亿元"
    assert facts(found) == [(words, "采购部来函", date(2026, 5, 1))]
    with acting_as(county.head):
        anchors.change_anchor(anchor, anchor.version, anchors.AnchorData(date(2025, 1, 1), today() - DAY))
        db.session.commit()
    assert part(target, ScorePart.ANCHORS).is_unknown


def test_to_supply_the_link_of_an_anchor_counts_and_no_company_ties_to_itself(
    county: County, link: ChainNode, target: TargetEnterprise
) -> None:
    pack = a_node(county.head, link.chain, "PACK", "电池包")
    anchor = an_anchor(county, link)
    confirmed(county.head, pack, anchor.enterprise)
    with acting_as(county.head):
        chains.add_supply(link, pack)
        db.session.commit()
    found = part(target, ScorePart.ANCHORS)
    assert found.least == 10
    assert found.facts[0].words == "供应「电池包」，青岚电池有限公司在这个环节"
    itself = a_target(county, enterprise=anchor.enterprise, data=of(link))
    assert part(itself, ScorePart.ANCHORS).is_unknown


def test_signs_of_two_years_count_with_their_source_and_archived_ones_do_not(
    county: County, target: TargetEnterprise
) -> None:
    an_archived_sign(county.officer, target.enterprise, "扩产一倍", SignKind.EXPANSION)
    a_sign(county.officer, target.enterprise, "老的", SignKind.EXPANSION, today() - 900 * DAY)
    assert part(target, ScorePart.EXPANSION).is_unknown
    row = a_sign(county.officer, target.enterprise, "完成 B 轮融资", SignKind.FUNDING)
    found = part(target, ScorePart.EXPANSION)
    assert found.least == 10
    assert facts(found) == [("融资：完成 B 轮融资", row.source, today())]


def test_capital_age_and_tags_of_the_company_count_as_the_library_holds_them(
    county: County, target: TargetEnterprise
) -> None:
    assert part(target, ScorePart.STRENGTH).is_unknown
    target.enterprise.capital, target.enterprise.established_on = 100_000_000, date(2001, 1, 1)
    db.session.commit()
    tagged(county, target, "国家级小巨人")
    found = part(target, ScorePart.STRENGTH)
    assert (found.least, found.most) == (15, 15)
    assert [fact.by.source for fact in found.facts] == ["企业库", "企业库", "企业的标签"]


def test_contacts_and_ordinary_visits_make_it_reachable_and_confidential_visits_do_not(
    county: County, target: TargetEnterprise
) -> None:
    a_visit(county, county.officer, lead=a_confidential_lead(county))
    assert part(target, ScorePart.REACH).is_unknown
    make_contact(target.enterprise, is_decider=True)
    a_visit(county)
    found = part(target, ScorePart.REACH)
    assert found.least == 10
    assert found.facts[0].words == "有联系人 1 位，其中决策人 1 位"


# --- what people enter -------------------------------------------------------------------------------


def test_an_officer_enters_a_veto_with_its_source_and_the_page_says_so_in_place_of_the_points(
    client: FlaskClient, county: County, target: TargetEnterprise
) -> None:
    me = sign_in(client, county.officer)
    assert "评分 0–100" in me.get(page(target)).text
    typed = {
        "kind": "taken",
        "what": "邻县 4 月已首谈",
        "source": "市投促局通报",
        "told_on": today().isoformat(),
    }
    answer = me.submit(f"{page(target)}/facts/new", typed)
    assert answer.location == f"{page(target)}#score"
    shown = me.get(page(target)).text
    assert "一票否决：被他县首谈" in shown and "邻县 4 月已首谈" in shown and "市投促局通报" in shown
    assert "评分 0–100" not in shown
    assert "一票否决：被他县首谈" in me.get("/targets").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": ""}, "选哪一类"),
        ({"kind": "bribed"}, "哪一类"),
        ({"what": ""}, "写清是什么情况"),
        ({"source": " "}, "写清从哪里知道的"),
        ({"told_on": "2099-01-01"}, "日期还没有到"),
        ({"told_on": "1999-12-31"}, "日期早于 2000 年"),
        ({"told_on": "昨天"}, "日期"),
    ],
)
def test_what_is_wrong_with_a_fact_is_told_and_nothing_is_written(
    client: FlaskClient, county: County, target: TargetEnterprise, changed: dict[str, str], sentence: str
) -> None:
    typed = {"kind": "native", "what": "总经理是本县人", "source": "商会", "told_on": today().isoformat()}
    answer = sign_in(client, county.officer).submit(f"{page(target)}/facts/new", typed | changed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not queries.facts_of(target)


def test_the_head_lifts_a_veto_with_a_reason_and_it_stays_readable(
    client: FlaskClient, county: County, target: TargetEnterprise
) -> None:
    row = a_fact(target, FactKind.POLLUTED, county.officer)
    address = f"/targets/facts/{row.public_id}/lift"
    with acting_as(county.officer), pytest.raises(NotAllowed, match="一票否决由招商局负责人取消"):
        services.lift_fact(row, row.version, "已经整改")
    assert sign_in(client, county.officer).get(address).status_code == 403
    me = sign_in(client, county.head)
    assert "写明为什么取消" in me.submit(address, {"lifted_why": ""}).text
    assert score(target).is_vetoed
    assert me.submit(address, {"lifted_why": "已经整改验收"}).location == f"{page(target)}#score"
    assert not score(target).is_vetoed
    shown = me.get(page(target)).text
    assert "已经整改验收" in shown and "一票否决：" not in shown
    assert "已经取消了，不再计" in me.get(address).text


def test_a_fact_that_is_no_veto_is_lifted_by_who_may_change_the_target(
    county: County, target: TargetEnterprise
) -> None:
    row = a_fact(target, FactKind.NATIVE, county.officer)
    assert part(target, ScorePart.REACH).least == 4
    with acting_as(county.outsider), pytest.raises(NotAllowed):
        services.lift_fact(row, row.version, "不是他的")
    lifted(row, county.officer)
    assert part(target, ScorePart.REACH).is_unknown


def test_of_two_who_lift_at_once_the_second_reads_that_it_is_done(
    county: County, target: TargetEnterprise
) -> None:
    row = a_fact(target, FactKind.NATIVE, county.officer)
    seen = row.version
    lifted(row, county.officer)
    with acting_as(county.head), pytest.raises(Stale):
        services.lift_fact(row, seen, "我也取消")
    with acting_as(county.head), pytest.raises(RuleBroken, match="已经取消了"):
        services.lift_fact(row, row.version, "我也取消")


def test_a_target_takes_facts_up_to_a_bound_and_none_once_archived(
    county: County, target: TargetEnterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.promotion.targets.rules.vetoes.MOST_FACTS", 1)
    a_fact(target, FactKind.NATIVE, county.officer)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="已经记了 1 条"):
        services.enter_fact(target, fact_data(FactKind.ALUMNUS))
    with acting_as(county.officer):
        services.ARCHIVING.archive(target, target.version, "重复")
        db.session.commit()
        with pytest.raises(NotAllowed, match="已归档"):
            services.enter_fact(target, fact_data())


def test_the_same_thing_is_told_once_and_again_once_it_was_lifted(
    county: County, target: TargetEnterprise
) -> None:
    row = a_fact(target, FactKind.NATIVE, county.officer)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="已经记过了"):
        services.enter_fact(target, fact_data(FactKind.NATIVE))
    lifted(row, county.officer)
    assert a_fact(target, FactKind.NATIVE, county.officer).lifted_on is None


def test_what_is_dropped_has_no_score_and_takes_nothing_for_it(client: FlaskClient, county: County) -> None:
    target = a_dropped_target(county)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="放弃的目标企业不评分"):
        services.enter_fact(target, fact_data())
    page = sign_in(client, county.officer).get(f"/targets/{target.public_id}").text
    assert "不评分" in page and "记依据或否决" not in page


def test_who_does_not_see_a_target_finds_no_fact_of_it(
    client: FlaskClient, county: County, target: TargetEnterprise
) -> None:
    row = a_fact(target, FactKind.NATIVE, county.officer)
    me = sign_in(client, county.outsider)
    assert me.get(f"/targets/facts/{row.public_id}/lift").status_code == 404
    assert me.get(f"{page(target)}/facts/new").status_code == 404


def test_somebody_named_in_a_fact_is_found_for_the_page_on_which_they_are_erased(
    county: County, target: TargetEnterprise, app: Flask
) -> None:
    a_fact(target, FactKind.NATIVE, county.officer, what="总经理严文舟是本县人")
    sought = Sought("0" * 16, target.enterprise_id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["targets"](sought, county.head)] == [target.public_id]


# --- in lists ----------------------------------------------------------------------------------------


def some_targets(county: County, link: ChainNode) -> dict[str, TargetEnterprise]:
    judged(county.head, link, NodeState.MISSING, local_rate=0)
    made = {
        name: a_target(county, enterprise=a_company(f"{name}有限公司"), data=of(link))
        for name in ("甲甲", "乙乙", "丙丙")
    }
    for kind in (FactKind.SITE_FITS, FactKind.NATIVE, FactKind.ALUMNUS, FactKind.CHAMBER):
        a_fact(made["乙乙"], kind, county.officer)
    a_fact(made["丙丙"], FactKind.DISHONEST, county.officer)
    made["丁丁"] = a_dropped_target(county, enterprise=a_company("丁丁有限公司"))
    return made


def in_order(client: FlaskClient, address: str) -> list[str]:
    shown = client.get(address).text
    names = ("甲甲有限公司", "乙乙有限公司", "丙丙有限公司", "丁丁有限公司")
    return [name[:2] for name in sorted((one for one in names if one in shown), key=shown.index)]


def test_the_list_is_put_in_order_by_what_is_sure(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    some_targets(county, link)
    me = sign_in(client, county.head)
    assert in_order(me, "/targets?state=all&sort=-score") == ["乙乙", "甲甲", "丙丙", "丁丁"]
    assert in_order(me, "/targets?state=all&sort=score") == ["丁丁", "丙丙", "甲甲", "乙乙"]
    shown = me.get("/targets?state=all").text
    assert "45–100" in shown and "25–100" in shown and "一票否决：失信" in shown and "不评分" in shown


def test_a_veto_stands_alone_in_its_cell(county: County, target: TargetEnterprise) -> None:
    a_fact(target, FactKind.TAKEN, county.officer)
    [row] = queries.listed([target])
    cell = showing.score_cell(row)
    assert (str(cell), cell.words) == ("一票否决：被他县首谈", "")


def test_a_list_without_targets_is_put_in_that_order_as_well(client: FlaskClient, county: County) -> None:
    assert sign_in(client, county.head).get("/targets?sort=-score&score=sure").status_code == 200


@pytest.mark.parametrize(
    ("band", "names"),
    [
        ("sure", []),
        ("likely", ["乙乙"]),
        ("possible", ["甲甲", "乙乙"]),
        ("vetoed", ["丙丙"]),
    ],
)
def test_the_list_is_narrowed_by_the_score(
    client: FlaskClient, county: County, link: ChainNode, band: str, names: list[str]
) -> None:
    some_targets(county, link)
    me = sign_in(client, county.head)
    assert sorted(in_order(me, f"/targets?state=all&score={band}")) == sorted(names)


def test_the_score_stands_on_paper_and_in_files(client: FlaskClient, county: County, link: ChainNode) -> None:
    some_targets(county, link)
    me = sign_in(client, county.head)
    assert "45–100" in me.get("/targets/print?state=all").text


def test_the_list_asks_as_often_for_one_target_as_for_many(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    me = sign_in(client, county.head)

    def asked(address: str) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        me.get(address)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    a_target(county, data=of(link))
    addresses = ("/targets?state=all", "/targets?state=all&sort=-score&score=possible")
    few = [asked(each) for each in addresses]
    for number in range(4):
        one = a_target(county, enterprise=an_enterprise(), data=of(link))
        a_fact(one, FactKind.NATIVE, county.officer)
        a_sign(county.officer, one.enterprise, f"第{number}轮融资")
    assert [asked(each) for each in addresses] == few


def test_candidates_show_their_score_beside_the_words_that_hit(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    judged(county.head, link, NodeState.MISSING, local_rate=0)
    company = a_company("青岚新材料有限公司", "锂电池隔膜制造；隔膜研发、生产")
    a_sign(county.officer, company, "新建二期", SignKind.EXPANSION)
    indexed(db.session)
    shown = sign_in(client, county.officer).get(f"/targets/candidates/{link.public_id}").text
    assert "39–94" in shown
    assert "扩产：新建二期" in shown


def test_a_target_that_is_given_up_has_no_score(client: FlaskClient, county: County) -> None:
    target = a_dropped_target(county)
    assert queries.scores_of_targets([target]) == {}
    assert "放弃和归档的不评分" in sign_in(client, county.head).get(page(target)).text


def test_whoever_reads_a_target_reads_its_score_and_enters_nothing_without_the_right(
    client: FlaskClient, county: County, target: TargetEnterprise
) -> None:
    a_fact(target, FactKind.NATIVE, county.officer)
    me = sign_in(client, county.leader)
    shown = me.get(page(target)).text
    assert "评分 4–94" in shown and "记依据或否决" not in shown
    assert me.get(f"{page(target)}/facts/new").status_code == 403
