"""The list of placements, declared: first those that wait, the best first."""

from app.core.records.columns import ListColumn, day, leading, lit, of
from app.core.records.filters import Text
from app.core.records.listing import Listing
from app.core.records.tabs import View, each_of
from app.core.values.labels import label_of
from app.register.accounts.enums import Permission
from app.register.chains.models import ChainNode
from app.register.enterprises.filters import ByCompany
from app.register.placements import queries, showing
from app.register.placements.enums import PlacementState
from app.register.placements.filters import ByChain, ByLink
from app.register.placements.models import NodePlacement

PLACEMENTS = Listing(
    model=NodePlacement,
    title="环节上的企业",
    counter="条",
    reads=Permission.CHAINS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=queries.is_seen,
    load=queries.load,
    shown=queries.listed,
    filters=(
        Text(name="q", label="企业或环节", holds=queries.by_text),
        ByChain(column=NodePlacement.node_id),
        ByLink(column=NodePlacement.node_id),
        ByCompany(column=NodePlacement.enterprise_id, folded=True),
    ),
    views={
        "all": View("全部"),
        "mine": View("我判断的", lambda actor: NodePlacement.decided_by_id == actor.person_id),
    },
    states=each_of(NodePlacement.state, PlacementState, "所有状态"),
    sorted_by="-score",
    columns=(
        leading(NodePlacement.enterprise_id, width="name"),
        of(NodePlacement.node_id, showing.node_cell, width="name", phone="note", tells=True),
        ListColumn(key="chain", label=label_of(ChainNode.chain_id), cell=showing.chain_cell, phone="owner"),
        of(NodePlacement.score, showing.score_cell, kind="num", phone="sum", sorts=True, unknown="人工"),
        of(NodePlacement.hits, showing.words_cell, width="wide", phone="next", unknown="没有"),
        lit("state", "状态", lambda row: showing.light_of(row.record), width="light"),
        of(
            NodePlacement.share,
            lambda row: showing.share_words(row.record),
            phone="more",
            on_page=False,
        ),
        of(NodePlacement.decided_by_id, phone="off", kind="nowrap", unknown="没有"),
        day(NodePlacement.proposed_on, sorts=True),
    ),
)
