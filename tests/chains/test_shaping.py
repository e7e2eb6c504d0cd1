"""Links added, moved, joined, divided and taken off with what hangs on them; undone, or kindly not."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import as_if, now
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.register.accounts.enums import Role
from app.register.chains import queries, services
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import Chain, ChainChange, ChainNode
from app.register.chains.showing import past_of
from tests.factories.chains import a_chain, a_node, judged, node_data
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.services.client import forms_of

Db = scoped_session[Session]
T = ChainTier
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def head(county: County) -> Iterator[County]:
    """The bureau's head acts."""
    with acting_as(county.head):
        yield county


def supply(one: ChainNode, other: ChainNode) -> None:
    services.add_supply(one, other)
    db.session.commit()


def picture(chain: Chain) -> dict[str, Any]:
    """All that a chain's page would tell of its links."""
    db.session.expire_all()
    nodes = queries.nodes_of(chain)
    names = {node.id: node.code for node in nodes}
    told = ("name", "tier", "position", "importance", "keywords", "products", "action", "codes")
    return {
        "nodes": {
            node.code: (names.get(node.parent_id or 0), *(getattr(node, each) for each in told))
            for node in nodes
        },
        "supplies": sorted((names[one], names[other]) for one, other in queries.supplies_of(chain)),
    }


def undone(change: ChainChange) -> None:
    services.undo(change)
    db.session.commit()


class Tree:
    """A > B > C, D by itself, E buys of A, D sells to A: each with words and industries of its own."""

    def __init__(self, county: County) -> None:
        head = county.head
        self.chain = a_chain(head)
        told_of_a = {"keywords": "隔膜、电解液", "products": "基膜", "industries": "C3985、C2921"}
        self.a = a_node(head, self.chain, "A", **told_of_a)
        self.b = a_node(head, self.chain, "B", parent=self.a, position=1)
        self.c = a_node(head, self.chain, "C", parent=self.b, position=2)
        told = {"tier": T.UPSTREAM, "keywords": "电解液、铜箔", "industries": "C3985、C3251", "importance": 5}
        self.d = a_node(head, self.chain, "D", position=3, **told)
        self.e = a_node(head, self.chain, "E", position=4, tier=T.DOWNSTREAM)
        supply(self.a, self.e)
        supply(self.d, self.a)


def a_move(tree: Tree) -> ChainChange:
    return services.move(tree.a, tree.a.version, T.UPSTREAM, tree.d, 7)


def a_merge(tree: Tree) -> ChainChange:
    return services.merge(tree.a, tree.a.version, tree.d)


def a_split(tree: Tree) -> ChainChange:
    data = services.SplitData("F", "电解液", ["电解液"], [], ["C3985"], [tree.b], [tree.e])
    return services.split(tree.a, tree.a.version, data)[1]


def a_removal(tree: Tree) -> ChainChange:
    return services.remove(tree.d, tree.d.version, "县里不做这一段")


def an_addition(tree: Tree) -> ChainChange:
    return services.add_node(tree.chain, node_data("G", parent=tree.a))[1]


ACTS: list[Callable[[Tree], ChainChange]] = [a_move, a_merge, a_split, a_removal, an_addition]


@pytest.mark.parametrize("act", ACTS)
def test_what_was_done_is_undone_to_the_last_word(head: County, act: Callable[[Tree], ChainChange]) -> None:
    tree = Tree(head)
    before = picture(tree.chain)
    change = act(tree)
    db.session.commit()
    assert picture(tree.chain) != before
    undone(change)
    assert picture(tree.chain) == before
    with pytest.raises(RuleBroken, match="已经撤销过了"):
        services.undo(change)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_undone_later_by_somebody_else_or_once_somebody_has_changed_it(
    head: County, act: Callable[[Tree], ChainChange]
) -> None:
    tree = Tree(head)
    change = act(tree)
    db.session.commit()
    with (
        acting_as(an_actor(head.bureau, Role.BUREAU_HEAD)),
        pytest.raises(NotAllowed, match="自己能撤销"),
    ):
        services.undo(change)
    with as_if(now() + timedelta(minutes=11)), pytest.raises(RuleBroken, match="超过 10 分钟"):
        services.undo(change)
    assert queries.last_change(tree.chain, head.head.person_id) == change
    touched = next(
        node
        for node in queries.nodes_by_id(map(int, change.versions_after))
        if node.live_code is not None or act is a_removal
    )
    touched.name = f"{touched.name}改"
    db.session.commit()
    with pytest.raises(RuleBroken, match="后来又改过，不能撤销"):
        services.undo(change)


def test_a_move_is_not_undone_into_a_link_that_stands_elsewhere_by_now(head: County) -> None:
    tree = Tree(head)
    change = services.move(tree.b, tree.b.version, T.MIDSTREAM, None, 1)
    services.change_node(tree.a, tree.a.version, node_data("A", tier=T.UPSTREAM))
    db.session.commit()
    with pytest.raises(RuleBroken, match="不能撤销：「环节B」的上级环节在上游，这里也要选上游"):
        services.undo(change)


def test_a_link_moves_with_all_below_it(head: County) -> None:
    tree = Tree(head)
    a_move(tree)
    nodes = picture(tree.chain)["nodes"]
    assert (nodes["A"][0], nodes["B"][0], nodes["C"][0]) == ("D", "A", "B")
    assert {nodes[code][2] for code in "ABC"} == {T.UPSTREAM}


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("a", "不能放到它自己或它下面的环节里"),
        ("c", "不能放到它自己或它下面的环节里"),
        ("e", "也要选下游"),
    ],
)
def test_where_a_link_cannot_go_is_said_plainly(head: County, where: str, sentence: str) -> None:
    tree = Tree(head)
    with pytest.raises(RuleBroken, match=sentence):
        services.move(tree.a, tree.a.version, T.MIDSTREAM, getattr(tree, where), 0)


def test_the_form_of_a_move_offers_no_place_below_the_link_itself(
    client: FlaskClient, county: County
) -> None:
    with acting_as(county.head):
        tree = Tree(county)
    me = sign_in(client, county.head)
    page = me.get(f"/chains/nodes/{tree.a.public_id}/move").text
    assert f'value="{tree.d.public_id}"' in page and f'value="{tree.c.public_id}"' not in page
    typed = {"parent": tree.d.public_id, "tier": "upstream", "position": "3"}
    answer = me.submit(f"/chains/nodes/{tree.a.public_id}/move", typed)
    assert answer.location == f"/chains/nodes/{tree.a.public_id}"
    told = me.get(f"/chains/{tree.chain.public_id}").text
    assert "您刚记下：「环节A」移到「环节D」下" in told
    form = next(each for each in forms_of(told) if each.action.endswith("/undo"))
    assert client.post(form.action, data=form.fields).status_code == 303
    assert db.session.get_one(ChainNode, tree.a.id, populate_existing=True).parent_id is None


def test_a_place_changed_with_the_words_is_a_move_and_undone_as_one(
    client: FlaskClient, county: County
) -> None:
    with acting_as(county.head):
        tree = Tree(county)
    me = sign_in(client, county.head)
    address = f"/chains/nodes/{tree.a.public_id}"
    typed = {"name": "隔膜", "parent": tree.d.public_id, "tier": "upstream", "position": "7"}
    me.submit(f"{address}/edit", typed)
    told = picture(tree.chain)["nodes"]
    assert told["A"][:4] == ("D", "隔膜", T.UPSTREAM, 7) and told["C"][2] is T.UPSTREAM
    page = me.get(address).text
    assert "已保存，「隔膜」移到「环节D」下" in page
    form = next(each for each in forms_of(page) if each.action.endswith("/undo"))
    assert client.post(form.action, data=form.fields).status_code == 303
    told = picture(tree.chain)["nodes"]
    assert told["A"][:4] == (None, "隔膜", T.MIDSTREAM, 0) and told["C"][2] is T.MIDSTREAM


def test_what_hung_on_a_link_goes_along_when_it_is_merged(head: County) -> None:
    tree = Tree(head)
    judged(head.head, tree.a, NodeState.WEAK, reason="只有一家")
    judged(head.head, tree.d, NodeState.MISSING)
    a_merge(tree)
    db.session.commit()
    told = picture(tree.chain)
    assert set(told["nodes"]) == {"B", "C", "D", "E"}
    parent, _name, _tier, _position, importance, keywords, products, _action, codes = told["nodes"]["D"]
    assert (parent, importance, keywords, products) == (None, 5, "电解液、铜箔、隔膜", "基膜")
    assert codes == ["C2921", "C3251", "C3985"]
    assert told["nodes"]["B"][0] == "D" and told["nodes"]["C"][2] is T.UPSTREAM
    assert told["supplies"] == [("D", "E")]  # D → A became D itself
    assert {(each.row.reason, each.of) for each in past_of(tree.d)} == {
        ("只有一家", "环节A"),
        ("县内没有企业做", ""),
    }
    merged_again = services.merge(tree.d, tree.d.version, tree.e)
    db.session.commit()
    assert {each.of for each in past_of(tree.e)} == {"环节A", "环节D"}
    undone(merged_again)
    assert picture(tree.chain) == told


def test_a_link_is_not_merged_into_what_hangs_below_it(head: County) -> None:
    tree = Tree(head)
    for into in (tree.a, tree.c):
        with pytest.raises(RuleBroken, match="不能并入它自己或它下面的环节"):
            services.merge(tree.a, tree.a.version, into)


def test_a_part_of_a_link_becomes_one_of_its_own_that_nobody_has_judged(head: County) -> None:
    tree = Tree(head)
    judged(head.head, tree.a, NodeState.WEAK)
    a_split(tree)
    db.session.commit()
    told = picture(tree.chain)
    assert told["nodes"]["A"][5:] == ("隔膜", "基膜", None, ["C2921"])
    assert told["nodes"]["F"][5:] == ("电解液", "", None, ["C3985"])
    assert told["nodes"]["B"][0] == "F"
    assert told["supplies"] == [("D", "A"), ("F", "E")]
    made = db.session.scalars(select(ChainNode).where(ChainNode.live_code == "F")).one()
    assert past_of(made) == [] and len(past_of(tree.a)) == 1


def test_a_link_with_parts_is_not_taken_off_and_one_that_was_gives_its_code_back(head: County) -> None:
    tree = Tree(head)
    with pytest.raises(RuleBroken, match="下面还有「环节B」"):
        services.remove(tree.a, tree.a.version, "不做")
    change = a_removal(tree)
    db.session.commit()
    again, _change = services.add_node(tree.chain, node_data("D", "又一个"))
    db.session.commit()
    with pytest.raises(RuleBroken, match="不能撤销：代号 D 给了两个环节"):
        services.undo(change)
    db.session.rollback()
    assert not again.is_archived


def test_an_undo_takes_no_supply_that_came_since(head: County) -> None:
    tree = Tree(head)
    moved = services.move(tree.e, tree.e.version, T.UPSTREAM, None, 7)
    db.session.commit()
    before = picture(tree.chain)
    joined = services.merge(tree.a, tree.a.version, tree.d)  # whoever sold to E is now another one
    db.session.commit()
    after = picture(tree.chain)
    assert after["supplies"] != before["supplies"]
    with pytest.raises(RuleBroken, match="供应关系后来又改过，不能撤销"):
        services.undo(moved)
    db.session.rollback()
    assert picture(tree.chain) == after
    undone(joined)
    assert picture(tree.chain) == before
    undone(moved)


def test_an_addition_is_not_undone_once_it_was_judged_or_has_parts(head: County) -> None:
    tree = Tree(head)
    made, change = services.add_node(tree.chain, node_data("G"))
    db.session.commit()
    services.add_node(tree.chain, node_data("H", parent=made))
    db.session.commit()
    with pytest.raises(RuleBroken, match="上级环节已经不在了"):
        services.undo(change)
    db.session.rollback()
    judged(head.head, made, NodeState.WEAK)
    with pytest.raises(RuleBroken, match="已经有判断"):
        services.undo(change)


def test_a_move_is_not_undone_into_a_circle(head: County) -> None:
    tree = Tree(head)
    change = services.move(tree.d, tree.d.version, T.DOWNSTREAM, tree.e, 0)  # was nobody's part
    db.session.commit()
    back = services.move(tree.d, tree.d.version, T.UPSTREAM, None, 0)
    db.session.commit()
    with pytest.raises(RuleBroken, match="后来又改过"):
        services.undo(change)
    db.session.rollback()
    services.move(tree.e, tree.e.version, T.UPSTREAM, tree.d, 0)
    db.session.commit()
    with pytest.raises(RuleBroken, match="会放到它自己或它下面的环节里"):
        services.undo(back)


@pytest.mark.parametrize("act", ["move", "merge", "split", "remove"])
def test_whoever_comes_second_reads_what_the_first_has_done(
    client: FlaskClient, county: County, act: str
) -> None:
    with acting_as(county.head):
        tree = Tree(county)
        seen = tree.a.version
        services.change_node(
            tree.a, seen, node_data("A", "隔膜与电解液", keywords="隔膜、电解液", industries="C3985、C2921")
        )
        db.session.commit()
    typed = {
        "move": {"parent": "", "tier": "upstream", "position": "0"},
        "merge": {"into": tree.d.public_id},
        "split": {"code": "F", "name": "电解液"},
        "remove": {"reason": "不做"},
    }[act]
    me = sign_in(client, county.head)
    page = f"/chains/nodes/{tree.a.public_id}/{act}"
    refused = me.submit(page, typed | {"version": str(seen)})
    assert refused.status_code == 409
    assert "改了名称" in refused.text
    assert set(picture(tree.chain)["nodes"]) == set("ABCDE")


def test_whoever_edits_a_link_that_was_merged_meanwhile_is_told_so(head: County) -> None:
    tree = Tree(head)
    seen = tree.a.version
    a_merge(tree)
    db.session.commit()
    with pytest.raises(Stale) as told:
        services.change_node(tree.a, seen, node_data("A", "别的名称"))
    assert "已移除：并入「环节D」" in str(told.value.clashes[0].theirs)


def test_the_page_of_a_division_offers_what_the_link_has(client: FlaskClient, county: County) -> None:
    with acting_as(county.head):
        tree = Tree(county)
    me = sign_in(client, county.head)
    address = f"/chains/nodes/{tree.a.public_id}"
    page = me.get(f"{address}/split").text
    assert all(word in page for word in ("电解液", "基膜", "C3985", "环节B", "环节E"))
    typed = {"code": "F", "name": "电解液", "keywords": ["电解液"], "parts": [tree.b.public_id]}
    answer = me.submit(f"{address}/split", typed)
    made = db.session.scalars(select(ChainNode).where(ChainNode.live_code == "F")).one()
    assert answer.location == f"/chains/nodes/{made.public_id}"
    merged = me.submit(f"{answer.location}/merge", {"into": tree.a.public_id})
    assert merged.location == address
    gone = me.submit(f"/chains/nodes/{tree.d.public_id}/remove", {"reason": "不做"})
    assert gone.location == f"/chains/{tree.chain.public_id}"
    assert "已移除" in me.get(gone.location).text
