"""The list of chains, declared: with how many of their links stand how today."""

from sqlalchemy import true

from app.core.records.columns import ListColumn, day, of
from app.core.records.filters import Archived, Text
from app.core.records.listing import Listing
from app.core.records.tabs import View
from app.core.values.labels import short_of
from app.register.accounts.enums import Permission
from app.register.chains import queries, showing
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain, NodeJudgement
from app.register.tags.filters import ByTag

CHAINS = Listing(
    model=Chain,
    title="产业链",
    counter="条",
    reads=Permission.CHAINS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=lambda _actor: true(),
    load=queries.load,
    shown=showing.listed,
    filters=(
        Text(name="q", label="名称或环节", holds=queries.by_text, hint="名称、环节、关键词、产品"),
        ByTag(column=Chain.public_id),
        Archived(column=Chain.archived_at),
    ),
    views={"all": View("全部")},
    sorted_by="position",
    columns=(
        of(Chain.name, showing.name, width="name", sorts=True),
        of(Chain.code, kind="nowrap", phone="owner"),
        ListColumn(
            key="nodes",
            label=short_of(NodeJudgement.node_id),
            cell=lambda row: str(row.standing.total),
            unit="个",
            kind="num",
            phone="sum",
        ),
        showing.counted(NodeState.MISSING, "light"),
        showing.counted(NodeState.WEAK, "more"),
        showing.counted(NodeState.STRONG, "next"),
        showing.counted(None, "off"),
        of(Chain.position, kind="num", sorts=True, on_page=False, on_paper=False),
        day(Chain.updated_at, sorts=True, on_paper=False),
    ),
)
