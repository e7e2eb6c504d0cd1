"""Anchors of a chain and what they cannot get here: named, told, shown on chain, link and company."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.register.anchors import queries, services
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains import services as chains
from app.register.chains.models import Chain, ChainNode
from tests.factories.chains import a_chain, a_node
from tests.factories.leads import County, a_county, sign_in
from tests.factories.placements import a_company, a_proposal, confirmed

Db = scoped_session[Session]
DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    return a_chain(county.head)


@pytest.fixture
def node(county: County, chain: Chain) -> ChainNode:
    return a_node(county.head, chain, "SEP", "隔膜")


@pytest.fixture
def anchor(county: County, chain: Chain) -> ChainAnchor:
    with acting_as(county.head):
        row = services.name_anchor(chain, county.enterprise, services.AnchorData(today() - 90 * DAY))
        db.session.commit()
    return row


def need_data(node: ChainNode, told_on: date | None = None) -> services.NeedData:
    return services.NeedData(
        node, "9 微米湿法隔膜", "采购部来函", told_on or today(), 120_000_000, "江苏常州"
    )


@pytest.fixture
def need(county: County, anchor: ChainAnchor, node: ChainNode) -> AnchorNeed:
    with acting_as(county.officer):
        row = services.add_need(anchor, need_data(node))
        db.session.commit()
    return row


def page_of(chain: Chain) -> str:
    return f"/chains/{chain.public_id}"


# --- on pages ----------------------------------------------------------------------------------------


def test_the_head_names_an_anchor_and_an_officer_writes_what_it_cannot_get_here(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode
) -> None:
    company = county.enterprise
    typed = {"enterprise": company.name, "enterprise_id": company.public_id, "note": "带动 12 家配套"}
    answer = sign_in(client, county.head).submit(f"/anchors/on/{chain.public_id}", typed)
    assert answer.location == page_of(chain)
    [row] = queries.anchors_of(chain.id)
    me = sign_in(client, county.officer)
    asked = {"what": "9 微米湿法隔膜", "node": node.public_id, "amount": "1.2亿", "bought_from": "江苏常州"}
    answer = me.submit(f"/anchors/{row.public_id}/needs/new", {**asked, "source": "采购部来函"})
    assert answer.location == page_of(chain)
    for page in (page_of(chain), f"/chains/nodes/{node.public_id}"):
        text = me.get(page).text
        assert company.name in text and "9 微米湿法隔膜" in text and "江苏常州" in text, page
        assert "1.2 亿" in text or "1.20 亿" in text or "12,000" in text, page
    related = me.get(f"/enterprises/{company.public_id}").text
    assert "动力电池的链主" in related and "要买9 微米湿法隔膜" in related


def test_a_need_is_changed_and_taken_off(
    client: FlaskClient, county: County, chain: Chain, need: AnchorNeed
) -> None:
    me = sign_in(client, county.officer)
    page = f"/anchors/needs/{need.public_id}/edit"
    assert me.submit(page, {"what": "7 微米湿法隔膜", "amount": ""}).status_code == 303
    db.session.expire_all()
    assert (need.what, need.amount) == ("7 微米湿法隔膜", None)
    assert me.submit(page, action=f"/anchors/needs/{need.public_id}/remove").status_code == 303
    assert "7 微米湿法隔膜" not in me.get(page_of(chain)).text


def test_an_anchor_that_never_was_is_taken_off_with_what_it_needs(
    client: FlaskClient, county: County, chain: Chain, anchor: ChainAnchor, need: AnchorNeed
) -> None:
    me = sign_in(client, county.head)
    me.submit(f"/anchors/{anchor.public_id}/edit", action=f"/anchors/{anchor.public_id}/remove")
    assert queries.anchors_of(chain.id) == [] and db.session.query(AnchorNeed).count() == 0


def test_of_an_anchor_of_former_days_the_chain_tells_and_its_links_do_not(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, anchor: ChainAnchor, need: AnchorNeed
) -> None:
    with acting_as(county.head):
        services.change_anchor(anchor, anchor.version, services.AnchorData(today() - 90 * DAY, today() - DAY))
        db.session.commit()
    me = sign_in(client, county.head)
    assert "现在不是" in me.get(page_of(chain)).text
    assert "链主要买的" not in me.get(f"/chains/nodes/{node.public_id}").text


def test_a_need_of_a_merged_link_stands_on_the_link_that_it_became(
    client: FlaskClient, county: County, chain: Chain, node: ChainNode, need: AnchorNeed
) -> None:
    into = a_node(county.head, chain, "MEM", "膜材料")
    with acting_as(county.head):
        chains.merge(node, node.version, into)
        db.session.commit()
    me = sign_in(client, county.officer)
    assert "9 微米湿法隔膜" in me.get(f"/chains/nodes/{into.public_id}").text
    assert me.submit(f"/anchors/needs/{need.public_id}/edit", {}).status_code == 303
    db.session.expire_all()
    assert need.node_id == into.id


# --- who may, and what is refused --------------------------------------------------------------------


def test_the_head_alone_names_anchors_and_residents_write_no_needs(
    county: County, chain: Chain, node: ChainNode, anchor: ChainAnchor
) -> None:
    with acting_as(county.officer), pytest.raises(NotAllowed, match="招商局负责人"):
        services.name_anchor(chain, county.enterprise, services.AnchorData(today()))
    with acting_as(county.resident), pytest.raises(NotAllowed, match="招商干部"):
        services.add_need(anchor, need_data(node))


def test_a_company_is_an_anchor_of_a_chain_once_at_a_time(
    client: FlaskClient, county: County, chain: Chain, anchor: ChainAnchor
) -> None:
    company = county.enterprise
    typed = {"enterprise": company.name, "enterprise_id": company.public_id}
    refused = sign_in(client, county.head).submit(f"/anchors/on/{chain.public_id}", typed)
    assert refused.status_code == 422 and "这段时间已经是链主" in refused.text


@pytest.mark.parametrize(("days", "at"), [((0, -1), "ends_on"), ((-40_000, None), "starts_on")])
def test_days_that_cannot_be_are_told_at_their_field(
    county: County, chain: Chain, days: tuple[int, int | None], at: str
) -> None:
    first, last = (None if each is None else today() + each * DAY for each in days)
    assert first is not None
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        services.name_anchor(chain, county.enterprise, services.AnchorData(first, last))
    assert [*refused.value.problems] == [at]


def test_a_need_is_of_a_link_of_the_same_chain_and_told_by_today(county: County, anchor: ChainAnchor) -> None:
    other = a_node(county.head, a_chain(county.head, "PACK", name="电池包"), "BOX", "箱体")
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.add_need(anchor, need_data(other, today() + DAY))
    assert {*refused.value.problems} == {"node", "told_on"}


def test_who_changes_a_need_that_somebody_changed_meanwhile_is_told(
    county: County, node: ChainNode, need: AnchorNeed
) -> None:
    seen = need.version
    with acting_as(county.officer):
        services.change_need(need, seen, need_data(node, today() - DAY))
        db.session.commit()
        with pytest.raises(Stale):
            services.remove_need(need, seen)


def test_where_texts_name_somebody_is_found(
    client: FlaskClient, county: County, chain: Chain, anchor: ChainAnchor, node: ChainNode
) -> None:
    with acting_as(county.head):
        services.change_anchor(
            anchor, anchor.version, services.AnchorData(anchor.starts_on, None, "严总牵头")
        )
        told = services.NeedData(node, "隔膜", "采购部严总", today())
        services.add_need(anchor, told)
        db.session.commit()
    sought = Sought("0123456789abcdef", county.enterprise.id, ("严总",))
    with client.application.test_request_context():
        found = NAMED_IN["anchors"](sought, county.officer)
    assert {each.kind for each in found} == {"chain_anchor", "anchor_need"}


def test_the_page_of_a_company_tells_what_anchors_here_buy_of_what_it_makes_but_not_its_own_needs(
    client: FlaskClient, county: County, node: ChainNode, need: AnchorNeed
) -> None:
    maker, other = a_company("青岚隔膜有限公司"), a_company("岚水商贸有限公司")
    a_proposal(node, maker)
    a_proposal(node, county.enterprise)
    reader = sign_in(client, county.officer)
    told = f"{county.enterprise.name}要买9 微米湿法隔膜"
    assert told in reader.get(f"/enterprises/{maker.public_id}").text
    for another in (other, county.enterprise):
        assert told not in reader.get(f"/enterprises/{another.public_id}").text


@pytest.mark.parametrize("days", [(-90, -1), (1, None)])
def test_what_an_anchor_of_before_or_to_come_buys_is_told_to_no_maker(
    client: FlaskClient, county: County, node: ChainNode, need: AnchorNeed, days: tuple[int, int | None]
) -> None:
    maker = a_company("青岚隔膜有限公司")
    a_proposal(node, maker)
    need.anchor.starts_on = today() + days[0] * DAY
    need.anchor.ends_on = None if days[1] is None else today() + days[1] * DAY
    db.session.commit()
    page = sign_in(client, county.officer).get(f"/enterprises/{maker.public_id}").text
    assert "本地链主在买" not in page


def test_an_anchor_on_a_link_and_on_one_that_was_merged_into_it_is_one_tie(
    county: County, chain: Chain, node: ChainNode, anchor: ChainAnchor
) -> None:
    cell, old = a_node(county.head, chain, "CELL-1", "电芯"), a_node(county.head, chain, "CELL-0", "旧电芯")
    for each in (cell, old):
        confirmed(county.head, each, county.enterprise)
    with acting_as(county.head):
        chains.add_supply(node, cell)
        chains.merge(old, old.version, cell)
        db.session.commit()
    assert [(tie.what, tie.company_id) for tie in queries.ties_of([node.id], today())] == [
        ("电芯", county.enterprise.id)
    ]
