"""The list of chains, declared: with how many of their links stand how today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import true

from app.core.records.columns import Cell, ListColumn, of
from app.core.records.filters import Archived, Text
from app.core.records.listing import Listing, View
from app.core.values.clock import in_beijing, today
from app.core.values.labels import short_of
from app.register.accounts.enums import Permission
from app.register.chains import queries
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain, NodeJudgement
from app.register.chains.rules import UNJUDGED
from app.register.chains.showing import ChainStanding, light_of, standings
from app.register.tags.filters import ByTag


@dataclass(frozen=True, slots=True)
class _ChainRow:
    of: Chain
    standing: ChainStanding


def _with_standings(rows: Sequence[Chain]) -> list[_ChainRow]:
    found = standings(rows, today()) if rows else {}
    return [_ChainRow(row, found[row.id]) for row in rows]


def _name(row: _ChainRow) -> Cell:
    tags = ("示例",) if row.of.is_example else ()
    return Cell(row.of.name, page=("chains.detail", row.of.public_id), tags=tags)


def _counted(state: NodeState | None, phone: str) -> ListColumn:
    """How many links stand so: with the light of the state where there are any."""

    def cell(row: _ChainRow) -> Cell:
        count, light = row.standing.counts[state], light_of(state)
        return Cell(light=(light.kind, f"{light.words} {count}")) if count else Cell("0")

    label = state.label if state else UNJUDGED
    key = state.value if state else "unjudged"
    return ListColumn(key=key, label=label, cell=cell, width="light", kind="nowrap", phone=phone)


CHAINS = Listing(
    kind="chain",
    title="产业链",
    noun="产业链",
    counter="条",
    endpoint="chains.index",
    reads=Permission.CHAINS_READ,
    takes=Permission.LISTS_EXPORT,
    key=Chain.id,
    visible=lambda _actor: true(),
    load=queries.load,
    shown=_with_standings,
    filters=(
        Text(name="q", label="名称或环节", holds=queries.by_text, hint="名称、环节、关键词、产品"),
        ByTag(column=Chain.public_id),
        Archived(column=Chain.archived_at),
    ),
    views={"all": View("全部")},
    sorts={"position": Chain.position, "name": Chain.name, "updated": Chain.updated_at},
    sorted_by="position",
    columns=(
        of(Chain.name, _name, width="name", sorts=True),
        of(Chain.code, lambda row: row.of.code, kind="nowrap", phone="owner"),
        ListColumn(
            key="nodes",
            label=short_of(NodeJudgement.node_id),
            cell=lambda row: str(row.standing.total),
            unit="个",
            kind="num",
            phone="sum",
        ),
        _counted(NodeState.MISSING, "light"),
        _counted(NodeState.WEAK, "more"),
        _counted(NodeState.STRONG, "next"),
        _counted(None, "off"),
        ListColumn(
            key="updated",
            label="更新",
            cell=lambda row: in_beijing(row.of.updated_at).date(),
            kind="date",
            width="date",
            sorts=True,
            on_paper=False,
        ),
    ),
)
