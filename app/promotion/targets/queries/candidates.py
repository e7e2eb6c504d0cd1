"""Who could fill a link, out of the whole library: the index finds, the judge weighs, people read why."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.index.searching import Between, Filter, OneOf, Query, access_of, reader
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.policy import visible
from app.promotion.targets.queries.known import NOBODY, Reachable, ToScore, reach_of
from app.promotion.targets.queries.scores import scores_of
from app.promotion.targets.rules import Score
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import queries as placements
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.placing import Placing, words_of_links
from app.register.placements.rules import Proposed, WordHit
from app.register.reference.models import Division
from app.register.reference.queries import all_industry_names, division_prefixes, is_here, knows_here

SHOWN = 50
# Below, nothing speaks for a company but what it shares with many: a code akin to that of the link.
_LEAST_SCORE = 10
# What is common among so many says enough to order candidates, and is learned while a page waits.
_LEARNED_FROM = 2_000


@dataclass(frozen=True, slots=True)
class CandidatesAsked:
    """What candidates are narrowed to: a place, capital of at least so many 元, established by a day, so many
    people at least, met before or never. Of whom it is not known is left out.
    """

    region: Division | None = None
    capital: int | None = None
    founded_by: date | None = None
    headcount: int | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A company that could fill a link. `placed`: what was proposed or decided of the two. `target` is the
    open one that the reader sees; `rating` is what the company would be scored as a target for the link, with
    what was entered of that one.
    """

    company: Enterprise
    score: int
    hits: tuple[WordHit, ...]
    last_contact: date | None
    placed: PlacementState | None
    target: TargetEnterprise | None
    rating: Score

    @property
    def waits(self) -> bool:
        """Proposed for the link, and nobody has decided."""
        return self.placed is PlacementState.PROPOSED


def candidates(node: ChainNode, narrowed: CandidatesAsked, actor: Actor) -> list[CandidateRow]:
    """The best SHOWN of the library, without who was refused on the link, or is confirmed on it and, as far
    as is known, here already. Raises SearchUnavailable.
    """
    placing = _learned()
    asked = Query(
        "",
        access_of(actor),
        kinds=("enterprise",),
        where=_where(narrowed),
        wanted=placing.wanted(node),
        limit=placing.looks_at,
    )
    companies = _companies([hit.id for hit in reader().search(asked).hits])
    reach = reach_of([row.id for row in companies])
    decided = _decided(node, [row.id for row in companies])
    left = [
        row
        for row in companies
        if _is_open(decided.get(row.id), row)
        and narrowed.met in (None, reach.get(row.id, NOBODY).met_on is not None)
    ]
    ranks = [(row, rank) for row, rank in _weighed(node, left, placing) if rank.score >= _LEAST_SCORE][:SHOWN]
    return _rows(node, [(row, rank.score, rank.hits) for row, rank in ranks], reach, decided, actor)


def compared(node: ChainNode, public_ids: Sequence[str], actor: Actor) -> list[CandidateRow]:
    """Some companies in use, held against a link in the same way: the best first, those for which nothing
    speaks last.
    """
    companies = _companies(public_ids)
    ids = [row.id for row in companies]
    ranks = {row.id: rank for row, rank in _weighed(node, companies, _learned())}
    weighed = [
        (row, ranks[row.id].score, ranks[row.id].hits) if row.id in ranks else (row, 0, ())
        for row in companies
    ]
    rows = _rows(node, weighed, reach_of(ids), _decided(node, ids), actor)
    return sorted(rows, key=lambda row: -row.score)


def _is_open(placed: PlacementState | None, company: Enterprise) -> bool:
    """Who is confirmed on the link from elsewhere could still be won, where it is known what elsewhere is."""
    if placed is PlacementState.CONFIRMED:
        return knows_here() and not is_here(company.region_code)
    return placed is not PlacementState.REFUSED


def _rows(
    node: ChainNode,
    weighed: Sequence[tuple[Enterprise, int, tuple[WordHit, ...]]],
    reach: Mapping[int, Reachable],
    decided: Mapping[int, PlacementState],
    actor: Actor,
) -> list[CandidateRow]:
    """Companies with their score and hits, and all else that is told of them."""
    targets = _targets([row.id for row, _score, _hits in weighed], actor)
    asked = [_to_score(row, node, targets.get(row.id)) for row, _score, _hits in weighed]
    ratings = scores_of(asked, reach)
    return [
        CandidateRow(
            row,
            score,
            hits,
            reach.get(row.id, NOBODY).met_on,
            decided.get(row.id),
            targets.get(row.id),
            rating,
        )
        for (row, score, hits), rating in zip(weighed, ratings, strict=True)
    ]


def _weighed(
    node: ChainNode, companies: Sequence[Enterprise], placing: Placing
) -> list[tuple[Enterprise, Proposed]]:
    """Companies that speak for a link, the best first, equals in the order given."""
    rows = {row.id: row for row in companies}
    facts = {one.id: one for one in placements.known_companies(rows)}
    return [(rows[one.id], rank) for one, rank in placing.ranked(node, [facts[each] for each in rows])]


def _to_score(company: Enterprise, node: ChainNode, target: TargetEnterprise | None) -> ToScore:
    return ToScore(company, (node,), target.id if target else None)


def _where(narrowed: CandidatesAsked) -> tuple[Filter, ...]:
    where: list[Filter] = []
    if narrowed.region:
        where.append(OneOf("region", tuple(division_prefixes(narrowed.region))))
    if narrowed.capital:
        where.append(Between("amount", least=narrowed.capital))
    if narrowed.founded_by:
        where.append(Between("founded", least=1, most=narrowed.founded_by.toordinal()))
    if narrowed.headcount:
        where.append(Between("headcount", least=narrowed.headcount))
    return tuple(where)


def _companies(public_ids: Sequence[str]) -> list[Enterprise]:
    """Those in use, in the order in which the index found them."""
    place = {public_id: number for number, public_id in enumerate(public_ids)}
    query = select(Enterprise).where(Enterprise.public_id.in_(place), Enterprise.is_kept())
    return sorted(db.session.scalars(query), key=lambda row: place[row.public_id])


def _decided(node: ChainNode, ids: Sequence[int]) -> dict[int, PlacementState]:
    own = [node.id, *(merged for merged, home in placements.homes().items() if home == node.id)]
    query = select(NodePlacement.enterprise_id, NodePlacement.state).where(
        NodePlacement.node_id.in_(own), NodePlacement.enterprise_id.in_(ids)
    )
    found: dict[int, PlacementState] = {}
    for enterprise_id, state in db.session.execute(query):
        if found.get(enterprise_id) is not PlacementState.CONFIRMED:
            found[enterprise_id] = state
    return found


def _targets(ids: Sequence[int], actor: Actor) -> dict[int, TargetEnterprise]:
    query = select(TargetEnterprise).where(TargetEnterprise.open_enterprise_id.in_(ids), visible(actor))
    return {row.enterprise_id: row for row in db.session.scalars(query)}


# --- what is common among the county's companies -------------------------------------------------------


class _Learned:
    """Learned once by each process for a day and for what the links mean."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._placing: Placing | None = None
        self._of: tuple[date, str] | None = None

    def __call__(self) -> Placing:
        nodes = placements.nodes_to_judge()
        of = (today(), words_of_links(nodes))
        with self._lock:
            if self._placing is None or self._of != of:
                sample = placements.sample_of_companies(_LEARNED_FROM)
                self._placing, self._of = Placing(nodes, sample, all_industry_names()), of
            return self._placing


_learned = _Learned()
