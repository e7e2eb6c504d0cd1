"""产业链图谱: one chain on the screen, on paper, as a picture; as of a day, narrowed, with tiers folded."""

import re
from collections.abc import Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.enums import Role
from app.register.chains import services
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.models import Chain, ChainNode
from app.register.reference import services as reference
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, an_actor, sign_in
from tests.factories.placements import a_company, a_proposal, confirmed, refused
from tests.factories.projects import a_project
from tests.factories.targets import a_planned_target, target_data
from tests.factories.visits import a_visit

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    """隔膜 (缺) and 正极 (强) supply 电芯 (not judged), which supplies 回收, which supplies 正极."""
    head, made = county.head, a_chain(county.head)
    membrane = a_node(head, made, "A", "隔膜", tier=ChainTier.UPSTREAM, importance=5, keywords="湿法")
    cathode = a_node(head, made, "B", "正极", tier=ChainTier.UPSTREAM, action=NodeAction.STRENGTHEN)
    cell = a_node(head, made, "C", "电芯", importance=5)
    recycling = a_node(head, made, "D", "<b>回收</b>", tier=ChainTier.DOWNSTREAM)
    with acting_as(head):
        for supplier, buyer in ((membrane, cell), (cathode, cell), (cell, recycling), (recycling, cathode)):
            services.add_supply(supplier, buyer)
        db.session.commit()
    judged(head, membrane, NodeState.MISSING, local_rate=10)
    judged(head, cathode, NodeState.STRONG, local_rate=80)
    return made


def node(name: str) -> ChainNode:
    return db.session.scalars(select(ChainNode).where(ChainNode.name == name)).one()


def shown(me: FlaskClient, chain: Chain, query: str = "") -> str:
    answer = me.get(f"/chains/{chain.public_id}/map{query}")
    assert answer.status_code == 200
    return answer.text


def boxes(page: str) -> dict[str, tuple[str, ...]]:
    """Where each box lies, by the link in it."""
    pattern = r'data-node="(\w+)".*?<rect class="map-box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"'
    return {found[0]: found[1:] for found in re.findall(pattern, page, re.DOTALL)}


def faint(page: str) -> set[str]:
    return set(re.findall(r'is-faint"[^>]*data-node="(\w+)"', page))


def rows(page: str) -> Sequence[str]:
    return re.findall(r'data-row="(\w+)"', page)


def test_whoever_reads_companies_sees_the_map_and_the_same_links_as_a_table(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    page = shown(sign_in(client, county.officer), chain)
    ids = {node(name).public_id for name in ("隔膜", "正极", "电芯", "<b>回收</b>")}
    assert set(boxes(page)) == set(rows(page)) == ids
    assert page.count('class="map-line"') == 4
    assert "隔膜，缺，重要程度 5" in page and "电芯，未判断，重要程度 5" in page
    assert "4.50" in page  # the gap of 隔膜: 5 × 1.0 × 90 %
    assert "<b>回收" not in page


def test_a_judgement_recolours_a_link_and_moves_nothing(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.head)
    before = shown(me, chain)
    judged(county.head, node("电芯"), NodeState.WEAK)
    after = shown(me, chain)
    assert f'data-node="{node("电芯").public_id}" data-state="weak"' in after
    assert boxes(before) == boxes(after)


def test_a_map_of_the_past_has_the_states_of_its_day_and_no_gaps(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    past = today() - timedelta(days=200)
    judged(county.head, node("隔膜"), NodeState.WEAK, past - timedelta(days=1))
    page = shown(sign_in(client, county.head), chain, f"?on={past.isoformat()}")
    assert f'data-node="{node("隔膜").public_id}" data-state="weak"' in page
    assert f'data-node="{node("正极").public_id}" data-state="unjudged"' in page
    assert "缺口指数</th>" not in page and "不算这一天的缺口指数" in page


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("state=missing", {"隔膜"}),
        ("state=missing&state=strong", {"隔膜", "正极"}),
        ("state=unjudged", {"电芯", "<b>回收</b>"}),
        ("action=strengthen", {"正极"}),
        ("q=湿法", {"隔膜"}),
        ("q=b&action=strengthen", {"正极"}),
        ("q=没有的", set[str]()),
    ],
)
def test_what_does_not_fit_stays_where_it_is_in_grey_and_leaves_the_table(
    client: FlaskClient, county: County, chain: Chain, query: str, fits: set[str]
) -> None:
    me = sign_in(client, county.head)
    page, whole = shown(me, chain, f"?{query}"), shown(me, chain)
    ids = {node(name).public_id for name in fits}
    assert set(rows(page)) == ids
    assert faint(page) == set(boxes(page)) - ids
    assert boxes(page) == boxes(whole) and not faint(whole)


def test_a_folded_tier_is_one_box_that_unfolds_again(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.head)
    page = shown(me, chain, "?fold=upstream&q=电芯")
    assert set(boxes(page)) == {node("电芯").public_id, node("<b>回收</b>").public_id}
    assert 'data-fold="upstream"' in page and "上游已收起，2 个环节" in page
    assert (
        f'href="/chains/{chain.public_id}/map?q=%E7%94%B5%E8%8A%AF"' in page
    )  # unfolds, and looks on for 电芯
    assert "展开</a>" not in page and "展开上游" in page


@pytest.mark.parametrize("query", ["state=good", "fold=left", "action=buy", "on=2026-13-01"])
def test_what_a_map_cannot_be_asked_is_refused_with_a_sentence(
    client: FlaskClient, county: County, chain: Chain, query: str
) -> None:
    answer = sign_in(client, county.head).get(f"/chains/{chain.public_id}/map?{query}")
    assert answer.status_code == 400


def test_a_chain_without_links_says_so(client: FlaskClient, county: County) -> None:
    assert "还没有环节" in shown(sign_in(client, county.head), a_chain(county.head, "EMPTY"))


def test_paper_has_the_map_and_the_table_and_the_ledger_says_who_printed_it(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.officer)
    page = me.get(f"/chains/{chain.public_id}/map/print?paper=a4&state=missing").text
    assert "sheet-a4" in page and "map-paper-a4" in page and page.count('class="map-line"') == 4
    assert rows(page) == [node("隔膜").public_id] and "符合条件的 1 个" in page
    assert f"强弱缺截至 {today().isoformat()}" in page
    seen = db.session.scalars(select(AuditEvent.summary).order_by(AuditEvent.id.desc())).first()
    assert seen == "打印产业链图谱「动力电池」（A4）"


def test_the_picture_is_a_file_by_itself_with_title_day_and_legend(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    answer = sign_in(client, county.head).get(f"/chains/{chain.public_id}/map.svg")
    assert answer.mimetype == "image/svg+xml" and "attachment" in answer.headers["Content-Disposition"]
    tree = ET.fromstring(answer.text)  # noqa: S314  what the product has just written
    words = [text for text in tree.itertext() if text.strip()]
    for word in ("动力电池　产业链图谱", f"强弱缺截至 {today().isoformat()}", "缺", "强", "未判断", "隔膜"):
        assert word in words, word
    assert "href" not in answer.text and "<b>回收" not in answer.text


def test_who_may_take_no_lists_along_takes_no_picture(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.resident)
    assert me.get(f"/chains/{chain.public_id}/map.svg").status_code == 403
    assert "SVG 图片" not in shown(me, chain)


def test_a_map_is_read_in_the_same_number_of_statements_however_large(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.head)
    asked = list[str]()
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    shown(me, chain)
    few = len(asked)
    for at in range(12):
        a_node(county.head, chain, f"N{at}", tier=ChainTier.UPSTREAM)
    asked.clear()
    shown(me, chain)
    assert len(asked) == few <= 16


# --- beside the map ----------------------------------------------------------------------------------


def panel(me: FlaskClient, name: str, query: str = "") -> str:
    answer = me.get(f"/chains/nodes/{node(name).public_id}/panel{query}")
    assert answer.status_code == 200
    return answer.text


def test_a_link_beside_the_map_tells_how_it_was_judged_and_what_its_gap_is_made_of(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    judged(county.head, node("隔膜"), NodeState.WEAK, local_rate=40, reason="一家在建", evidence="专班纪要")
    text = panel(sign_in(client, county.officer), "隔膜")
    assert "一家在建" in text and "专班纪要" in text and "缺口指数 1.80" in text
    assert "重要程度 5 × 弱 0.6 ×（1 − 本地配套率 40%）" in text
    assert f'data-open="{node("电芯").public_id}"' in text
    assert "判断强弱缺</a>" not in text and "判断强弱缺</a>" in panel(sign_in(client, county.head), "隔膜")


def test_a_link_that_nobody_judged_says_so_and_one_of_the_past_counts_no_gap(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    me = sign_in(client, county.officer)
    assert "还没有判断" in panel(me, "电芯")
    past = panel(me, "隔膜", f"?on={(today() - timedelta(days=9)).isoformat()}")
    assert "未判断" in past and "缺口指数" not in past


def test_local_firms_stand_beside_the_map_with_the_last_visit_and_only_what_their_reader_may_see(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    confirmed(county.head, node("隔膜"), county.enterprise)
    a_proposal(node("隔膜"), a_company("苏州别家膜业有限公司"))
    open_lead = a_lead(county, name="隔膜二线扩产")
    hidden = a_confidential_lead(county, name="涉密的扩产")
    project = a_project(county, name="隔膜一期")
    a_visit(county, held_on=today() - timedelta(days=3))
    head = panel(sign_in(client, county.officer), "隔膜")
    assert county.enterprise.name in head and "苏州别家" not in head
    assert open_lead.name in head and hidden.name in head and project.name in head
    assert "最近一次走访" in head
    outside = panel(sign_in(client, county.outsider), "隔膜")
    assert county.enterprise.name in outside
    assert not any(each.name in outside for each in (open_lead, hidden, project))
    auditor = panel(sign_in(client, an_actor(county.bureau, Role.AUDITOR)), "隔膜")
    assert county.enterprise.name in auditor and open_lead.name not in auditor


def test_targets_of_a_link_stand_beside_the_map_for_who_may_see_them(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    a_planned_target(county, data=target_data(nodes=(node("隔膜"),)))
    text = panel(sign_in(client, county.officer), "隔膜")
    assert "目标企业" in text and county.enterprise.name in text and "拟拜访" in text
    assert "没有您看得到的这个环节的目标企业" in panel(sign_in(client, county.officer), "电芯")
    assert county.enterprise.name not in panel(sign_in(client, county.outsider), "隔膜")
    assert "目标企业" not in panel(sign_in(client, an_actor(county.bureau, Role.AUDITOR)), "隔膜")


def test_the_map_counts_confirmed_firms_and_is_narrowed_to_a_town(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    here, there = a_company("甲膜业"), a_company("乙膜业")
    here.region_code, there.region_code = "320500", "330100"
    db.session.commit()
    for company in (here, there):
        confirmed(county.head, node("隔膜"), company)
    confirmed(county.head, node("电芯"), there)
    refused(county.head, node("正极"), here)
    me = sign_in(client, county.officer)
    counts = re.findall(r'data-label="已确认的企业">(\d+)<', shown(me, chain))
    assert sorted(counts) == ["0", "0", "1", "2"]
    assert '<option value="320500"' in shown(me, chain)
    page = shown(me, chain, "?town=320500")
    assert rows(page) == [node("隔膜").public_id] and len(faint(page)) == 3


def test_firms_of_the_county_are_told_from_others_where_it_is_known_which_county_this_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch, client: FlaskClient, county: County, chain: Chain
) -> None:
    reference.load()
    here, there = a_company("甲膜业"), a_company("乙膜业")
    here.region_code, there.region_code = "320506", "330203"
    db.session.commit()
    for company in (here, there):
        confirmed(county.head, node("隔膜"), company)
    me = sign_in(client, county.officer)
    assert "其中本地" not in shown(me, chain)
    monkeypatch.setitem(app.config, "COUNTY_REGION", "320506")
    assert sorted(re.findall(r'data-label="其中本地">(\d+)<', shown(me, chain))) == ["0", "0", "0", "1"]
    assert panel(me, "隔膜").count("本地，") == 1


def test_what_was_merged_into_a_link_brings_its_firms(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    head = county.head
    old = a_node(head, chain, "OLD", "旧隔膜", tier=ChainTier.UPSTREAM)
    company = a_company("甲膜业")
    for each in (old, node("隔膜")):
        confirmed(head, each, company)
    with acting_as(head):
        services.merge(old, old.version, node("隔膜"))
        db.session.commit()
    counts = re.findall(r'data-label="已确认的企业">(\d+)<', shown(sign_in(client, head), chain))
    assert sorted(counts) == ["0", "0", "0", "1"]


def test_a_link_that_was_taken_off_has_nothing_beside_the_map(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    gone = node("正极")
    with acting_as(county.head):
        services.remove(gone, gone.version, "记错了")
        db.session.commit()
    assert sign_in(client, county.officer).get(f"/chains/nodes/{gone.public_id}/panel").status_code == 404
