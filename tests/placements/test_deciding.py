"""People decide where a company belongs: confirmed, refused, corrected, taken back; two at once; who may."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.register.chains import services as chains
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import queries, services
from app.register.placements.enums import PlacementSource, PlacementState, ShareOf
from app.register.placements.models import NodePlacement
from app.register.placements.queries import placements
from tests.factories.chains import a_chain, a_node
from tests.factories.enterprises import file_away
from tests.factories.leads import County, a_county, sign_in
from tests.factories.placements import a_company, a_proposal, confirmed, refused
from tests.services.client import forms_of

Db = scoped_session[Session]
S = PlacementState
LETTERS = "澜川景榕盈阡星澍柏舸泰禾岳麓辰曜朗泽宏图远航瑞丰恒昌"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    return a_chain(county.head)


@pytest.fixture
def node(county: County, chain: Chain) -> ChainNode:
    return a_node(county.head, chain, "SEP", "隔膜", keywords="隔膜")


@pytest.fixture
def company(county: County) -> Enterprise:
    return a_company("青岚隔膜有限公司", "锂电池隔膜制造")


def page_of(row: NodePlacement) -> str:
    return f"/placements/{row.public_id}"


def page_of_node(node: ChainNode) -> str:
    return f"/chains/nodes/{node.public_id}"


def fresh(row: NodePlacement) -> NodePlacement:
    return db.session.get_one(NodePlacement, row.id, populate_existing=True)


# --- on pages ----------------------------------------------------------------------------------------


def test_an_officer_confirms_on_the_page_of_a_link_and_the_company_stands_there(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row, me = a_proposal(node, company), sign_in(client, county.officer)
    page = me.get(page_of_node(node)).text
    assert "待确认" in page and "隔膜" in page and "经营范围" in page
    answer = me.submit(page_of_node(node), {}, f"{page_of(row)}/confirm")
    assert answer.location == page_of_node(node)
    assert (fresh(row).state, fresh(row).decided_by_id) == (S.CONFIRMED, county.officer.person_id)
    page = me.get(page_of_node(node)).text
    assert "已确认的企业" in page and f"{county.officer.name} " in page and "/confirm" not in page
    of_company = me.get(f"/enterprises/{company.public_id}").text
    assert "产业链" in of_company and "动力电池　隔膜" in of_company and "确认" in of_company


def test_whoever_goes_through_a_list_stays_on_it_with_the_next_one_a_press_away(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    first, second = (
        a_proposal(node, a_company(f"青岚{name}隔膜有限公司", "锂电池隔膜制造"), score=score)
        for name, score in (("甲", 90), ("乙", 80))
    )
    me = sign_in(client, county.officer)
    opened = f"{page_of(first)}?place=1&among=state%3Dproposed"
    answer = me.submit(opened, {}, f"{page_of(first)}/confirm")
    assert answer.location == opened
    shown = me.get(answer.location).text
    assert "已确认" in shown and f'rel="next" href="{page_of(second)}?place=1' in shown
    opened = f"{page_of(second)}?place=1&among=state%3Dproposed"
    assert me.submit(opened, {"note": "只做分切"}, f"{page_of(second)}/refuse").location == opened


def test_a_refusal_says_why_and_leaves_the_link_and_the_company(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row, me = a_proposal(node, company), sign_in(client, county.officer)
    me.submit(page_of(row), {"note": "只做分切"}, f"{page_of(row)}/refuse")
    assert (fresh(row).state, fresh(row).note) == (S.REFUSED, "只做分切")
    assert "以后不再建议" in me.get(page_of_node(node)).text
    assert company.name not in me.get(page_of_node(node)).text
    assert "动力电池　隔膜" not in me.get(f"/enterprises/{company.public_id}").text
    assert "只做分切" in me.get(page_of(row)).text


def test_the_page_of_a_chain_counts_what_waits_and_leads_to_exactly_that(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, company: Enterprise
) -> None:
    a_proposal(node, company)
    confirmed(county.officer, node, a_company("岚山隔膜有限公司"))
    a_proposal(a_node(county.head, a_chain(county.head, "FOOD", name="食品"), "MEAT"), company)
    me = sign_in(client, county.officer)
    assert "企业待确认" in me.get(f"/chains/{chain.public_id}").text
    listed = me.get(f"/placements?chain={chain.public_id}&state=proposed&view=all").text
    assert company.name in listed and "岚山" not in listed and "食品" not in listed.split("<table")[1]


def test_a_company_is_corrected_to_another_link_and_refused_on_the_first(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, company: Enterprise
) -> None:
    other = a_node(county.head, chain, "CELL", "电芯")
    row, me = a_proposal(node, company), sign_in(client, county.officer)
    answer = me.submit(f"{page_of(row)}/correct", {"into": other.public_id, "note": "做电芯的"})
    right = db.session.scalars(select(NodePlacement).where(NodePlacement.node_id == other.id)).one()
    assert answer.location == page_of(right)
    assert (right.state, right.source, right.note) == (S.CONFIRMED, PlacementSource.HAND, "做电芯的")
    assert (fresh(row).state, fresh(row).note) == (S.REFUSED, "改到「电芯」")
    refused_form = me.submit(f"{page_of(right)}/correct", {"into": ""})
    assert refused_form.status_code == 422 and "选要改到的环节" in refused_form.text


def test_somebody_puts_a_company_on_a_link_that_nobody_proposed(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    me, form = sign_in(client, county.officer), f"/placements/on/{node.public_id}"
    unknown = me.submit(form, {"enterprise": "没有这一家"})
    assert unknown.status_code == 422 and "库里没有这家企业" in unknown.text
    me.submit(form, {"enterprise": company.name, "note": "看过车间"})
    row = db.session.scalars(select(NodePlacement)).one()
    assert (row.state, row.source, row.score) == (S.CONFIRMED, PlacementSource.HAND, None)
    again = me.submit(form, {"enterprise": company.name})
    assert again.status_code == 422 and "已经在「隔膜」了" in again.text
    assert "人工放入，没有系统的依据" in me.get(page_of(row)).text


def test_a_share_is_of_something_and_goes_when_the_confirmation_is_taken_back(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row, me = confirmed(county.officer, node, company), sign_in(client, county.officer)
    alone = me.submit(f"{page_of(row)}/edit", {"share": "60", "share_of": ""})
    assert alone.status_code == 422 and "占谁的" in alone.text
    too_much = me.submit(f"{page_of(row)}/edit", {"share": "101", "share_of": "company"})
    assert too_much.status_code == 422
    me.submit(f"{page_of(row)}/edit", {"share": "60", "share_of": "company"})
    assert "占这家企业的产值 60%" in me.get(page_of_node(node)).text
    me.submit(page_of(row), {}, f"{page_of(row)}/take-back")
    assert (fresh(row).state, fresh(row).share, fresh(row).share_of) == (S.PROPOSED, None, None)
    assert "撤销了判断" in me.get(page_of(row)).text


def test_many_are_confirmed_and_what_somebody_refused_meanwhile_stays_and_is_told(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    waiting, me = a_proposal(node, company), sign_in(client, county.officer)
    decided = refused(county.head, node, a_company("岚山隔膜有限公司"))
    both = [waiting.public_id, decided.public_id]
    page = f"/placements/many/confirm?ids={both[0]}&ids={both[1]}"
    report = me.submit(page, {}, "/placements/many/confirm").text
    assert "已判断不在这个环节" in report and "岚山隔膜" in report
    assert (fresh(waiting).state, fresh(decided).state) == (S.CONFIRMED, S.REFUSED)


# --- two at once -------------------------------------------------------------------------------------


def test_of_two_who_confirm_and_refuse_one_wins_and_the_other_reads_who(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row = a_proposal(node, company)
    seen = row.version
    with acting_as(county.head):
        services.confirm(row, seen)
        db.session.commit()
    late = sign_in(client, county.officer)
    form = {"version": str(seen)}
    answer = late.post(f"{page_of(row)}/refuse", data=form | _token(late.get(page_of(row)).text))
    assert answer.status_code == 409
    assert f"{county.head.name}已确认在这个环节" in answer.text
    assert fresh(row).state is S.CONFIRMED


def _token(page: str) -> dict[str, str]:
    return {"csrf_token": forms_of(page)[0].fields["csrf_token"]}


def test_two_who_say_the_same_agree(county: County, node: ChainNode, company: Enterprise) -> None:
    row = a_proposal(node, company)
    seen = row.version
    for who in (county.head, county.officer):
        with acting_as(who):
            services.confirm(row, seen)
            db.session.commit()
    assert fresh(row).decided_by_id == county.head.person_id
    with acting_as(county.officer), pytest.raises(Stale):
        services.refuse(row, seen)


# --- who may, and on what ----------------------------------------------------------------------------


def test_residents_leaders_and_auditors_read_and_do_not_decide(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row = a_proposal(node, company)
    for who in (county.resident, county.leader):
        me = sign_in(client, who)
        page = me.get(page_of_node(node)).text
        assert company.name in page and "/confirm" not in page and "放一家" not in page
        assert me.get(f"{page_of(row)}/correct").status_code == 403
        _refuses(who, row)


def _refuses(who: Actor, row: NodePlacement) -> None:
    with acting_as(who), pytest.raises(NotAllowed):
        services.confirm(row, row.version)


def test_what_is_archived_is_not_decided_on_and_not_counted(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, company: Enterprise
) -> None:
    row, me = a_proposal(node, company), sign_in(client, county.officer)
    file_away(company)
    db.session.commit()
    _refuses(county.officer, row)
    assert company.name not in me.get("/placements?state=all").text
    assert "企业已归档" in me.get(page_of(row)).text
    with acting_as(county.head):
        chains.ARCHIVING.archive(chain, chain.version, "不做了")
        db.session.commit()
    assert me.get(f"/placements/on/{node.public_id}").status_code == 403


def test_what_people_decided_goes_over_to_the_link_that_a_link_was_merged_into_and_back_when_undone(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, company: Enterprise
) -> None:
    row = confirmed(county.officer, node, company)
    waiting = a_proposal(node, a_company("岚山隔膜有限公司"))
    other = a_node(county.head, chain, "FILM", "薄膜")
    with acting_as(county.head):
        change = chains.merge(node, node.version, other)
        db.session.commit()
    me = sign_in(client, county.officer)
    page = me.get(page_of_node(other)).text
    assert company.name in page and "岚山" not in page
    listed = me.get("/placements?state=all").text
    assert "薄膜" in listed and "岚山" not in listed
    assert "动力电池　薄膜" in me.get(f"/enterprises/{company.public_id}").text
    with acting_as(county.head):
        chains.undo(change)
        db.session.commit()
    assert {one.id for one in (*queries.of_node(node.id).confirmed, *queries.of_node(node.id).waiting)} == {
        row.id,
        waiting.id,
    }


def test_a_share_waits_for_the_confirmation(county: County, node: ChainNode, company: Enterprise) -> None:
    row = a_proposal(node, company)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="先确认"):
        services.change_share(row, row.version, 60, ShareOf.COMPANY, "")


def test_the_ledger_tells_who_decided_in_words(county: County, node: ChainNode, company: Enterprise) -> None:
    row = confirmed(county.officer, node, company)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject_id == row.public_id).order_by(AuditEvent.id)
    ).all()
    assert events[-1].action == "node_placement.update"
    assert json.loads(events[-1].details)["state"] == ["proposed", "confirmed"]


def test_a_note_that_names_somebody_is_found_when_they_are_to_be_erased(
    client: FlaskClient, county: County, node: ChainNode, company: Enterprise
) -> None:
    row = confirmed(county.officer, node, company)
    row.note, row.decided_at = "贺晓冬带看的车间", now()
    db.session.commit()
    sought = Sought("", company.id, ("贺晓冬",))
    with client.application.test_request_context():
        found = NAMED_IN["placements"](sought, county.officer)
    assert [one.public_id for one in found] == [row.public_id]


def test_a_link_with_many_companies_shows_the_best_and_leads_to_all(
    client: FlaskClient, county: County, node: ChainNode
) -> None:
    for number in range(placements.SHOWN + 1):
        a_proposal(node, a_company(f"{LETTERS[number]}岚{LETTERS[-number]}膜有限公司"), score=50 + number)
    of = queries.of_node(node.id)
    assert [row.score for row in of.waiting] == [50 + n for n in range(placements.SHOWN, 0, -1)]
    assert (of.more_waiting, of.more_confirmed) == (True, False)
    page = sign_in(client, county.officer).get(page_of_node(node)).text
    assert f"/placements?node={node.public_id}&amp;state=proposed" in page
