"""产业链: entered, found, changed, judged, archived; read by all, written by the bureau's head."""

import csv
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.register.chains import indexing, queries, services
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.listing import CHAINS
from app.register.chains.models import Chain, ChainChange, ChainNode, NodeJudgement
from app.register.chains.services import examples
from app.register.chains.showing import past_of, shown, standings
from tests.factories.chains import a_chain, a_node, chain_data, judged, node_data
from tests.factories.leads import County, a_county, sign_in
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
S = NodeState
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(chain: Chain) -> str:
    return f"/chains/{chain.public_id}"


def opened_node(node: ChainNode) -> str:
    return f"/chains/nodes/{node.public_id}"


def fresh(node: ChainNode) -> ChainNode:
    return db.session.get_one(ChainNode, node.id, populate_existing=True)


# --- a chain -----------------------------------------------------------------------------------------


def test_the_head_enters_a_chain_and_stands_on_its_page(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.head)
    typed = {"code": "cell", "name": "动力电池", "aliases": "锂电，电池", "position": "2", "note": ""}
    answer = me.submit("/chains/new", typed)
    chain = db.session.scalars(select(Chain)).one()
    assert answer.location == opened(chain)
    assert (chain.code, chain.aliases, chain.position) == ("CELL", "锂电、电池", 2)
    page = me.get(opened(chain)).text
    assert "动力电池" in page and "这条产业链还没有环节" in page


def test_a_code_is_given_once_also_after_its_chain_was_archived(client: FlaskClient, county: County) -> None:
    chain = a_chain(county.head)
    with acting_as(county.head):
        services.ARCHIVING.archive(chain, chain.version, "记重了")
        db.session.commit()
        with pytest.raises(RuleBroken, match="CELL 已经给了「动力电池」（已归档）"):
            services.create_chain(chain_data(name="另一条"))
    refused = sign_in(client, county.head).submit("/chains/new", {"code": "电池", "name": "锂电"})
    assert refused.status_code == 422 and "大写字母、数字" in refused.text and "锂电" in refused.text


def test_everybody_reads_chains_and_the_bureaus_head_alone_writes_them(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A")
    for who in (county.officer, county.resident, county.leader):
        me = sign_in(client, who)
        page = me.get(opened(chain)).text
        assert "加环节" not in page and "环节A" in page
        assert me.get(f"{opened(chain)}/edit").status_code == 403
        assert me.get(f"{opened_node(node)}/judge").status_code == 403
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.add_node(chain, node_data("B"))
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.judge(node, services.JudgementData(S.WEAK, today(), "听说"))


def test_a_change_from_an_old_page_is_laid_beside_the_other_and_not_lost(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    me = sign_in(client, county.head)
    old = next(each for each in forms_of(me.get(f"{opened(chain)}/edit").text) if "aliases" in each.fields)
    saved = me.submit(f"{opened(chain)}/edit", {"name": "动力与储能电池"})
    assert saved.location == opened(chain)
    beside = client.post(f"{opened(chain)}/edit", data=old.fields | {"name": "又改"})
    assert beside.status_code == 409
    assert "动力与储能电池" in beside.text and "又改" in beside.text
    assert db.session.get_one(Chain, chain.id, populate_existing=True).name == "动力与储能电池"


def test_an_archived_chain_is_read_and_its_links_stay_as_they_are(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A")
    me = sign_in(client, county.head)
    me.submit(opened(chain), {"reason": "不做了"}, f"{opened(chain)}/archive")
    page = me.get(opened(chain)).text
    assert "已归档，只能查看：不做了" in page and "/edit" not in page
    refused = me.get(f"{opened_node(node)}/edit")
    assert refused.status_code == 403 and "已归档，只能查看" in refused.text
    assert "动力电池" not in me.get("/chains").text
    with acting_as(county.head), pytest.raises(NotAllowed):
        services.judge(node, services.JudgementData(S.WEAK, today(), "听说"))
    me.submit(opened(chain), {}, f"{opened(chain)}/restore")
    assert not db.session.get_one(Chain, chain.id, populate_existing=True).is_archived


# --- links -------------------------------------------------------------------------------------------


def test_a_link_is_added_with_its_industries_and_shown_in_its_tier(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    me = sign_in(client, county.head)
    typed = {
        "code": "CELL-01",
        "name": "隔膜",
        "tier": "upstream",
        "importance": "5",
        "keywords": "湿法隔膜，隔膜",
        "industries": "3985\n塑料薄膜制造",
        "action": "fill",
    }
    answer = me.submit(f"{opened(chain)}/nodes/new", typed)
    node = db.session.scalars(select(ChainNode)).one()
    assert answer.location == opened_node(node)
    assert (node.tier, node.importance, node.action) == (ChainTier.UPSTREAM, 5, NodeAction.FILL)
    assert node.codes == ["C2921", "C3985"] and node.keywords == "湿法隔膜、隔膜"
    page = me.get(opened_node(node)).text
    assert "电子专用材料制造" in page and "湿法隔膜、隔膜" in page
    assert "隔膜" in me.get(opened(chain)).text.partition('id="tier-upstream"')[2]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"industries": "C9999、3985"}, "国标行业里没有：C9999"),
        ({"code": "A"}, "代号 A 已经给了「环节A」"),
        ({"code": "隔膜"}, "代号用大写字母"),
        ({"importance": "6"}, "要写 1 到 5 之间的整数"),
        ({"importance": ""}, "写 1 到 5"),
        ({"tier": "sideways"}, "tier"),
        ({"name": ""}, "写环节的名称"),
    ],
)
def test_what_is_wrong_with_a_link_is_said_at_its_field_and_nothing_is_written(
    client: FlaskClient, county: County, typed: dict[str, str], sentence: str
) -> None:
    chain = a_chain(county.head)
    a_node(county.head, chain, "A")
    good = {"code": "B", "name": "隔膜", "tier": "upstream", "importance": "3"}
    refused = sign_in(client, county.head).submit(f"{opened(chain)}/nodes/new", good | typed)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert [node.code for node in db.session.scalars(select(ChainNode))] == ["A"]


def test_a_link_goes_nowhere_below_itself_and_takes_its_parts_along(county: County) -> None:
    chain = a_chain(county.head)
    top = a_node(county.head, chain, "A")
    part = a_node(county.head, chain, "B", parent=top)
    deep = a_node(county.head, chain, "C", parent=part)
    with acting_as(county.head):
        with pytest.raises(RuleBroken, match="不能放到它自己或它下面的环节里"):
            services.change_node(top, top.version, node_data("A", parent=deep))
        with pytest.raises(RuleBroken, match="也要选中游"):
            services.change_node(part, part.version, node_data("B", parent=top, tier=ChainTier.UPSTREAM))
        services.change_node(top, top.version, node_data("A", tier=ChainTier.DOWNSTREAM))
        db.session.commit()
    assert {fresh(node).tier for node in (top, part, deep)} == {ChainTier.DOWNSTREAM}


def test_a_link_of_another_chain_is_nobodys_parent(county: County) -> None:
    chain, other = a_chain(county.head), a_chain(county.head, "FOOD", name="食品")
    strange = a_node(county.head, other, "X")
    with acting_as(county.head), pytest.raises(NotFound):
        services.add_node(chain, node_data("A", parent=strange))


def test_a_change_of_industries_alone_is_noticed_by_who_edits_beside_it(county: County) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A", industries="C3841")
    seen = node.version
    with acting_as(county.head):
        services.change_node(node, seen, node_data("A", industries="C3985"))
        db.session.commit()
        with pytest.raises(Stale):
            services.change_node(node, seen, node_data("A", industries="C3841"))


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(client: FlaskClient, county: County) -> None:
    chain = a_chain(county.head)
    top = a_node(county.head, chain, "A")
    told = {"parent": top, "industries": "C3841、C3985", "action": NodeAction.FILL, "keywords": "隔膜"}
    node = a_node(county.head, chain, "B", **told, importance=5, position=7)
    names = ("code", "name", "tier", "parent_id", "position", "importance", "keywords", "action", "codes")
    before = [getattr(node, name) for name in names]
    me = sign_in(client, county.head)
    page = me.get(f"{opened_node(node)}/edit").text
    form = next(each for each in forms_of(page) if "industries" in each.fields)
    assert client.post(f"{opened_node(node)}/edit", data=form.fields).status_code == 303
    assert [getattr(fresh(node), name) for name in names] == before
    told = db.session.scalars(select(ChainChange.told).order_by(ChainChange.id))
    assert list(told) == ["加了「环节A」", "加了「环节B」"]


def test_circles_of_supply_are_legal_and_nobody_supplies_themselves(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    cell, recycling, cathode = (a_node(county.head, chain, code) for code in ("CELL", "BACK", "CATH"))
    me = sign_in(client, county.head)
    for one, other in ((cell, recycling), (recycling, cathode), (cathode, cell)):
        typed = {"direction": "buyer", "other": other.public_id}
        me.submit(opened_node(one), typed, f"{opened_node(one)}/supplies")
    assert queries.supplies_of(chain) == [
        (cell.id, recycling.id),
        (recycling.id, cathode.id),
        (cathode.id, cell.id),
    ]
    again = {"direction": "supplier", "other": cathode.public_id}
    refused = me.submit(opened_node(cell), again, f"{opened_node(cell)}/supplies")
    assert refused.status_code == 422 and "已经有「环节CATH → 环节CELL」" in refused.text
    with acting_as(county.head), pytest.raises(RuleBroken, match="不能供应自己"):
        services.add_supply(cell, cell)
    db.session.rollback()


@pytest.mark.parametrize("end", ["supplier", "buyer"])
def test_a_supply_is_ended_on_the_page_of_either_end_and_undone_there(
    client: FlaskClient, county: County, end: str
) -> None:
    chain = a_chain(county.head)
    supplier, buyer = a_node(county.head, chain, "A"), a_node(county.head, chain, "B")
    with acting_as(county.head):
        services.add_supply(supplier, buyer)
        db.session.commit()
    mine, other = (buyer, supplier) if end == "buyer" else (supplier, buyer)
    here = opened_node(mine)
    me = sign_in(client, county.head)
    ended = me.submit(here, {}, f"{here}/supplies/remove")
    assert ended.location == here and queries.supplies_of(chain) == []
    told = me.get(here).text
    back = next(each for each in forms_of(told) if each.fields.get("other") == other.public_id)
    assert "已去掉" in told and back.action == f"{here}/supplies"
    again = client.post(back.action, data=back.fields)
    assert again.location == here and queries.supplies_of(chain) == [(supplier.id, buyer.id)]


# --- judgements --------------------------------------------------------------------------------------


def test_a_judgement_stands_on_the_page_with_its_light_its_gap_and_who_made_it(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A", importance=5)
    me = sign_in(client, county.head)
    assert "还没有判断" in me.get(opened_node(node)).text
    typed = {
        "state": "missing",
        "local_rate": "20",
        "effective_on": today().isoformat(),
        "reason": "全从外省买",
        "evidence": "链主企业来函",
    }
    assert me.submit(f"{opened_node(node)}/judge", typed).location == opened_node(node)
    row = db.session.scalars(select(NodeJudgement)).one()
    assert (row.actor_id, row.local_rate) == (county.head.person_id, 20)
    page = me.get(opened_node(node)).text
    assert "全从外省买" in page and "链主企业来函" in page and "缺口指数 4.00" in page
    assert "light-red" in page
    assert "缺 1 个" in me.get(opened(chain)).text


def test_the_state_as_of_a_day_is_that_of_the_last_judgement_by_then(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    one, other = (a_node(county.head, chain, code) for code in "AB")
    march, june = date(2026, 3, 31), date(2026, 6, 30)
    judged(county.head, one, S.MISSING, march)
    judged(county.head, one, S.WEAK, june, local_rate=30)
    judged(county.head, other, S.STRONG, june)
    assert queries.judged_as_of([chain.id], march - timedelta(days=1)) == {}
    assert {key: row.state for key, row in queries.judged_as_of([chain.id], march).items()} == {
        one.id: S.MISSING
    }
    by_now = shown(chain, today())
    assert [(each.state, each.gap is None) for each in by_now.nodes] == [(S.WEAK, False), (S.STRONG, True)]
    me = sign_in(client, county.leader)
    then, now = me.get(f"{opened(chain)}?on={march}").text, me.get(opened(chain)).text
    assert "1 个还没有判断" in then
    # How important a link is was not kept for that day, so no gap is counted with it.
    assert "不算这一天的" in then and "缺口" not in then.partition("缺口指数。")[2] and "重要 3" not in then
    assert "不算这一天的" not in now and "重要 3" in now and "缺口最大" in now
    assert "配套率 30%" in me.get(f"{opened(chain)}?on={june}").text


def test_a_correction_is_a_later_row_of_the_same_day_and_the_first_stays(county: County) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A")
    day = today() - timedelta(days=9)
    judged(county.head, node, S.STRONG, day)
    judged(county.head, node, S.MISSING, day, reason="看错了行")
    assert queries.judged_as_of([chain.id], day)[node.id].state is S.MISSING
    assert [(each.row.state, each.is_corrected) for each in past_of(node)] == [
        (S.MISSING, False),
        (S.STRONG, True),
    ]


def test_a_judgement_of_tomorrow_is_refused_at_its_date(client: FlaskClient, county: County) -> None:
    node = a_node(county.head, a_chain(county.head), "A")
    typed = {
        "state": "weak",
        "effective_on": (today() + timedelta(days=1)).isoformat(),
        "reason": "快了",
        "local_rate": "",
    }
    refused = sign_in(client, county.head).submit(f"{opened_node(node)}/judge", typed)
    assert refused.status_code == 422 and "判断日期还没有到" in refused.text


def test_a_judgement_is_never_changed_nor_removed(county: County) -> None:
    row = judged(county.head, a_node(county.head, a_chain(county.head), "A"), S.WEAK)
    options = {"bulk_allowed": "a test of the trigger"}
    for statement in (update(NodeJudgement).values(reason="别的"), delete(NodeJudgement)):
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(statement, execution_options=options)
        db.session.rollback()
    assert db.session.get_one(NodeJudgement, row.id).reason == "县内没有企业做"


# --- list, search, examples --------------------------------------------------------------------------


def test_the_list_tells_how_many_links_stand_how_in_the_same_number_of_questions(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head)
    for code, state in (("A", S.MISSING), ("B", S.MISSING), ("C", S.WEAK)):
        judged(county.head, a_node(county.head, chain, code), state)
    a_node(county.head, chain, "D")
    standing = standings([chain], today())[chain.id]
    assert standing.counts == {S.MISSING: 2, S.WEAK: 1, S.STRONG: 0, None: 1}
    assert standing.words == "共 4 个环节：缺 2 个、弱 1 个，1 个还没有判断"
    others = [a_chain(county.head, f"X{number}", name=f"链{number}") for number in range(3)]
    chains = list(db.session.scalars(select(Chain)))
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert len(standings(chains, today())) == len(others) + 1
    assert len(asked) == 1  # for all chains
    me = sign_in(client, county.head)
    page = me.get("/chains").text
    assert "缺 2" in page and "弱 1" in page
    typed = {"format": "csv", "purpose": "调度会"}
    printed = me.submit("/chains/export", typed).data.decode("utf-8-sig")
    rows = list(csv.DictReader(printed.splitlines()))
    assert [(row["缺"], row["弱"], row["强"], row["未判断"]) for row in rows if row["代号"] == "CELL"] == [
        ("2", "1", "0", "1")
    ]


def test_the_list_finds_a_chain_by_the_words_of_its_links(county: County) -> None:
    chain, other = a_chain(county.head), a_chain(county.head, "FOOD", name="食品")
    a_node(county.head, chain, "A", "隔膜", keywords="湿法")
    for words, found in (("湿法", [chain]), ("食品", [other]), ("隔膜 动力", [chain]), ("光伏", [])):
        assert CHAINS.page(CHAINS.asked({"q": words}), county.leader).rows == found


def test_chains_and_links_are_found_by_search_until_the_chain_is_archived(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head, aliases="锂电")
    node = a_node(county.head, chain, "A", "湿法隔膜")
    drained()
    me = sign_in(client, county.officer)
    assert opened(chain) in me.get("/search?q=锂电").text
    assert opened_node(node) in me.get("/search?q=湿法隔膜").text
    assert indexing.NODES_SOURCE.find("隔膜", county.officer, 5) == [node.public_id]
    with acting_as(county.head):
        services.ARCHIVING.archive(chain, chain.version, "记重了")
        db.session.commit()
    drained()
    page = me.get("/search?q=湿法隔膜").text
    assert opened_node(node) not in page
    assert indexing.NODES_SOURCE.find("隔膜", county.officer, 5) == []


def test_a_link_follows_the_name_of_its_chain_into_the_index(county: County) -> None:
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "A", "隔膜")
    drained()
    with acting_as(county.head):
        services.change_chain(chain, chain.version, chain_data(name="储能"))
        db.session.commit()
    assert indexing.NODES_SOURCE.build([node.public_id])[0].about == ("储能",)
    assert ("chain_node", node.public_id) in {
        (row.kind, row.record_id) for row in db.session.scalars(select(OutboxEntry))
    }


def test_the_examples_are_loaded_once_labelled_and_the_countys_own_stay(
    client: FlaskClient, county: County
) -> None:
    own = a_chain(county.head, "NEV", name="本县的新能源车")
    me = sign_in(client, county.head)
    with acting_as(county.head):
        loaded = services.load_examples()
        db.session.commit()
    assert len(loaded) == 9 and all(chain.is_example for chain in loaded)
    assert db.session.get_one(Chain, own.id).name == "本县的新能源车"
    food = next(chain for chain in loaded if chain.code == "FOOD")
    assert len(queries.nodes_of(food)) == 13 and len(queries.supplies_of(food)) == 18
    assert "示例" in me.get(opened(food)).text
    with acting_as(county.head):
        assert services.load_examples() == []
        node = queries.nodes_of(food)[0]
        services.change_node(node, node.version, node_data(node.code, "种子", tier=node.tier))


def test_a_county_without_chains_is_offered_the_examples(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.head)
    page = me.get("/chains").text
    assert "载入示例产业链" in page
    form = next(each for each in forms_of(page) if each.action == "/chains/examples")
    assert client.post("/chains/examples", data=form.fields).status_code == 303
    assert len(db.session.scalars(select(Chain)).all()) == 10
    assert "载入示例产业链" not in me.get("/chains").text
    assert "载入示例产业链" not in sign_in(client, county.officer).get("/chains").text


def test_the_command_loads_the_examples_that_it_is_told(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["chains", "examples", "nope"])
    assert refused.exit_code == 1 and "没有示例 NOPE" in refused.output
    with monkeypatch.context() as patched:
        patched.setattr(examples, "codes_by_digits", lambda _digits: {})
        assert "flask reference load" in runner.invoke(args=["chains", "examples", "NEV"]).output
    outcome = runner.invoke(args=["chains", "examples", "nev", "FOOD"])
    assert outcome.exit_code == 0, outcome.output
    assert {chain.code for chain in session.scalars(select(Chain))} == {"NEV", "FOOD"}
    assert "都已经有了" in runner.invoke(args=["chains", "examples", "NEV"]).output


# --- what hangs on one -------------------------------------------------------------------------------


def test_a_chain_has_comments_tags_and_files(client: FlaskClient, county: County) -> None:
    chain = a_chain(county.head)
    subject = subject_of(chain)
    me = sign_in(client, county.officer)
    me.submit(f"/comments/on/{subject.kind}/{subject.id}", {"text": "隔膜这边有线索"})
    assert "隔膜这边有线索" in me.get(opened(chain)).text
    page = sign_in(client, county.head).get(opened(chain)).text
    assert f"/tags/on/chain/{chain.public_id}" in page and f"/attachments/new/chain/{chain.public_id}" in page


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    chain = a_chain(county.head, note="联系人严文舟")
    node = a_node(county.head, chain, "A")
    judged(county.head, node, S.WEAK, reason="严文舟说产能减半")
    merged, again = a_node(county.head, chain, "B"), a_node(county.head, chain, "C")
    judged(county.head, merged, S.WEAK, evidence="严文舟来函")
    removed = a_node(county.head, chain, "D")
    with acting_as(county.head):
        services.merge(merged, merged.version, again)
        services.merge(again, again.version, node)
        services.remove(removed, removed.version, "严文舟不做了")
        db.session.commit()
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        found = NAMED_IN["chains"](sought, county.officer)
    assert [(one.public_id, one.row.title, one.row.url) for one in found] == [
        (chain.public_id, "动力电池", opened(chain)),
        (removed.public_id, "环节D（已移除）", opened(chain)),
        (merged.public_id, "环节B（已并入「环节A」）", opened_node(node)),
        (node.public_id, "环节A", opened_node(node)),
    ]
