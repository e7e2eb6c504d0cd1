"""Maps and lists on the page of a chain, on those of what hangs on them, and where they name somebody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import url_for

from app.core.access.auth import Actor
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import Naming, PagePart, RelatedRow, Sought
from app.register.accounts.enums import Permission as P
from app.register.chain_papers import policy, queries
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chain_papers.queries import NewestPaper
from app.register.chain_papers.rules import FILE
from app.register.chain_papers.sources import PAPER_SOURCES, label_of_source
from app.register.chain_papers.views.blueprint import page_of, page_of_kind
from app.register.chains.models import Chain
from app.register.placements.enums import PlacementState
from app.register.placements.listing import PLACEMENTS


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """One kind on the page of a chain: a page of the system (`url` for who may open it), or what was
    uploaded; it `is_there` when there is something to open.
    """

    kind: PaperKind
    source: str
    is_file: bool
    is_there: bool
    url: str | None = None
    newest: NewestPaper | None = None


def _shown(kind: PaperKind, chain: Chain, newest: NewestPaper | None, actor: Actor) -> ShownPaper:
    if kind.source == FILE:
        is_there = newest is not None and bool(newest.files)
        return ShownPaper(kind, label_of_source(FILE), True, is_there, newest=newest)
    source = PAPER_SOURCES.get(kind.source)
    url = source.url(chain) if source and actor.may(source.reads) else None
    return ShownPaper(kind, label_of_source(kind.source), False, source is not None, url)


def on_chain(chain: Chain, actor: Actor) -> PagePart | None:
    """What the county keeps for a chain, one row a kind; how many of these are there."""
    if not policy.may_read(actor):
        return None
    kinds = queries.kinds_in_use()
    newest = queries.newest_of(chain.id) if kinds else {}
    rows: Sequence[ShownPaper] = [_shown(kind, chain, newest.get(kind.id), actor) for kind in kinds]
    shown = {
        "chain": chain,
        "rows": rows,
        "there": sum(row.is_there for row in rows),
        "may_set": policy.may_set(actor),
        "may_upload": policy.may_upload(actor, chain),
    }
    return PagePart("chain_papers/_on_chain.html", shown)


def _as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    return {row.public_id: RelatedRow(row.name, page_of(row)) for row in queries.papers_by_id(public_ids)}


def _seen(public_id: str, _actor: Actor) -> ChainPaper:
    return queries.get_paper(public_id)


KIND = SubjectKind(ChainPaper.__called__, _as_lines, P.CHAINS_READ, _seen, policy.may_change)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The kinds and versions whose texts name somebody."""
    if not policy.may_read(actor):
        return []
    kinds = [
        Naming(
            "paper_kind",
            row.public_id,
            RelatedRow(row.name, page_of_kind(row), "图和清单的种类：名称、说明、归档原因"),
        )
        for row in queries.kinds_naming(sought)
    ]
    papers = [
        Naming("chain_paper", row.public_id, RelatedRow(row.name, page_of(row), "图和清单：说明、归档原因"))
        for row in queries.papers_naming(sought)
    ]
    return kinds + papers


def companies_of(chain: Chain) -> str:
    """The companies that were confirmed on links of a chain."""
    asked = PLACEMENTS.asked({"chain": chain}, state=PlacementState.CONFIRMED.value)
    return url_for("placements.index", **PLACEMENTS.address(asked))
