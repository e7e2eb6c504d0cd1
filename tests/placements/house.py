"""What placements give the guards over the whole app."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements.enums import HitPlace, PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.rules import WordHit
from tests.house.acting import ALL, EVERYBODY, SAME, Act, Sight, Tried, both, many, typed
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

# Who stands on a link is the whole county's: whoever gets to a route gets to every placement.
DECIDERS: Sight = both({"HEAD": ALL, "OFF": ALL})
HITS = WordHit.kept([WordHit("隔膜", HitPlace.SCOPE, "锂电池隔膜制造", 80.0)])


def _company(number: int) -> Enterprise:
    name = f"环节企业{number}有限公司"
    row = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(row)
    db.session.flush()
    return row


def _node(number: int) -> ChainNode:
    code = f"PLACED-{number}"
    chain = Chain(code=code, name=f"放企业的产业链{number}")
    db.session.add(chain)
    db.session.flush()
    row = ChainNode(
        chain_id=chain.id, code=code, live_code=code, name=f"放企业的环节{number}", tier=ChainTier.MIDSTREAM
    )
    db.session.add(row)
    db.session.flush()
    return row


def _placement(
    node: ChainNode, company: Enterprise, state: PlacementState, person_id: int | None
) -> NodePlacement:
    is_decided = state is not PlacementState.PROPOSED
    row = NodePlacement(
        node_id=node.id,
        enterprise_id=company.id,
        state=state,
        engine="1",
        score=80,
        hits=HITS,
        proposed_on=today(),
        decided_by_id=person_id if is_decided else None,
        decided_at=now() if is_decided else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    """The n-th placement, by turns confirmed and waiting: on the first link that there is a company more each
    time, and the first company on a link more.
    """
    state = (PlacementState.CONFIRMED, PlacementState.PROPOSED)[number % 2]
    first = db.session.scalars(select(ChainNode).order_by(ChainNode.id)).first() or _node(0)
    company = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).first() or _company(-1)
    _placement(_node(number + 1), company, state, at.person.id)
    return _placement(first, _company(number), state, at.person.id)


def _shared(ties: Ties) -> Mapping[str, Record]:
    number = 100 + (db.session.scalar(select(func.count()).select_from(NodePlacement)) or 0)
    node, right = _node(number), _node(number + 1)
    who = ties.maker.person_id
    return {
        "placed link": right,
        "placement": _placement(node, _company(number), PlacementState.PROPOSED, who),
        "confirmed placement": _placement(node, _company(number + 1), PlacementState.CONFIRMED, who),
    }


def _public_id(name: str) -> object:
    def asked(tried: Tried) -> str:
        return tried.records[name].public_id

    return asked


def _link_of(placement: NodePlacement) -> str:
    return db.session.get_one(ChainNode, placement.node_id).public_id


FURNISHING = Furnishing(
    at="/placements/",
    filled=_filled,
    shared=_shared,
    below={"/placements/on/": _link_of},
    fills={
        "placements.PlaceForm": (NodePlacement,),
        "placements.RefusePlacementForm": (NodePlacement,),
        "placements.RefuseManyForm": (NodePlacement,),
        "placements.CorrectPlacementForm": (NodePlacement,),
        "placements.ShareForm": (NodePlacement,),
    },
    questions=frozenset({"placements.CorrectPlacementForm.into"}),
    edited="note",
    many="confirm",
    acts={
        "placements.confirm": Act("placement", DECIDERS),
        "placements.refuse": Act("placement", DECIDERS, typed(note="只做分切")),
        "placements.take_back": Act("confirmed placement", DECIDERS),
        "placements.correct": Act("placement", DECIDERS, typed(into=_public_id("placed link"))),
        "placements.update": Act(
            "confirmed placement", DECIDERS, typed(share="60", share_of="company", note="统计局")
        ),
        "placements.place": Act("placed link", DECIDERS, typed(enterprise=_public_id("company"))),
        "placements.exported": Act(
            "", EVERYBODY, typed(format="csv", purpose="调度会"), arguments={"view": "all"}
        ),
        "placements.done_to_many": Act(
            "", DECIDERS, many("placement"), otherwise=SAME, arguments={"act": "confirm"}
        ),
        "placements.done_to_many#refuse": Act(
            "", DECIDERS, many("placement", note="只做分切"), otherwise=SAME, arguments={"act": "refuse"}
        ),
        "comments.create#of a placement": Act(
            "placement", EVERYBODY, typed(text="请看一看车间"), arguments={"kind": "node_placement"}
        ),
    },
)
