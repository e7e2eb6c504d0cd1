"""One target, those of a company, a link or a holder, their ledger, what names somebody."""

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.ledger import Ledger, reader
from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetFact, TargetNode
from app.promotion.targets.policy import visible
from app.promotion.targets.queries.lists import wanted_for
from app.register.chains.models import ChainNode
from app.register.chains.rules import in_order
from app.register.placements.queries import homes, nodes_to_judge

_TO_ONE = (
    joinedload(TargetEnterprise.enterprise),
    joinedload(TargetEnterprise.owner),
    joinedload(TargetEnterprise.author),
    joinedload(TargetEnterprise.unit),
    joinedload(TargetEnterprise.team),
)
FULL = (
    *_TO_ONE,
    selectinload(TargetEnterprise.wanted_for).joinedload(TargetNode.node).joinedload(ChainNode.chain),
)
# The same of one target, in one statement.
_WITH_ALL = (
    *_TO_ONE,
    joinedload(TargetEnterprise.wanted_for).joinedload(TargetNode.node).joinedload(ChainNode.chain),
)


def get_target(public_id: str, actor: Actor | None = None) -> TargetEnterprise:
    """The target, if this person (the one who acts, unless told) may see it; NotFound otherwise."""
    query = select(TargetEnterprise).where(
        TargetEnterprise.public_id == public_id, visible(actor or require_actor())
    )
    if not looks_like_public_id(public_id):
        raise NotFound
    found = db.session.scalars(query.options(*_WITH_ALL)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def open_target_of(enterprise_id: int, *, held: bool = False) -> TargetEnterprise | None:
    """The target that a company is, without regard to who asks; with `held` as it is by now, and nobody
    else changes it until our commit.
    """
    query = select(TargetEnterprise).where(TargetEnterprise.open_enterprise_id == enterprise_id)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def targets_of(enterprise_id: int, actor: Actor) -> Sequence[TargetEnterprise]:
    """The live targets of a company that this person may see, newest first; one more than a page shows."""
    return _first(TargetEnterprise.enterprise_id == enterprise_id, actor, BESIDE)


def targets_on(node: ChainNode, actor: Actor, most: int) -> Sequence[TargetEnterprise]:
    """The same of a link and of what was merged into it."""
    own = [node.id, *(merged for merged, home in homes().items() if home == node.id)]
    return _first(wanted_for(TargetNode.node_id.in_(own)), actor, most)


def _first(which: ColumnElement[bool], actor: Actor, most: int) -> Sequence[TargetEnterprise]:
    query = (
        select(TargetEnterprise)
        .where(which, TargetEnterprise.archived_at.is_(None), visible(actor))
        .options(*FULL)
    )
    return db.session.scalars(query.order_by(TargetEnterprise.id.desc()).limit(most + 1)).all()


def held_by_person(person_id: int) -> list[TargetEnterprise]:
    """The open targets in somebody's name."""
    return _held(TargetEnterprise.owner_id == person_id)


def held_by_unit(unit_id: int) -> list[TargetEnterprise]:
    """The same of a unit or a resident team."""
    return _held(or_(TargetEnterprise.unit_id == unit_id, TargetEnterprise.team_id == unit_id))


def _held(whose: ColumnElement[bool]) -> list[TargetEnterprise]:
    query = (
        select(TargetEnterprise)
        .where(whose, TargetEnterprise.open_enterprise_id.is_not(None))
        .order_by(TargetEnterprise.id)
    )
    return list(db.session.scalars(query))


# --- links -------------------------------------------------------------------------------------------


def nodes_to_choose() -> Iterator[tuple[str, str]]:
    """The links of all chains that are there, each with the name of its chain, in their order."""
    nodes = sorted(nodes_to_judge(), key=lambda node: (node.position, node.id))
    chains = {node.chain_id: node.chain for node in nodes}
    for chain in sorted(chains.values(), key=lambda one: (one.position, one.id)):
        for one in in_order(node for node in nodes if node.chain_id == chain.id):
            yield one.node.public_id, f"{chain.name} / {one.node.name}"


def nodes_by_public_id(public_ids: Collection[str]) -> list[ChainNode]:
    """Some links, also such as were taken off; in the order of their rows."""
    query = select(ChainNode).where(ChainNode.public_id.in_(public_ids)).order_by(ChainNode.id)
    return list(db.session.scalars(query.options(joinedload(ChainNode.chain))))


# --- the ledger --------------------------------------------------------------------------------------


def entries_of(target: TargetEnterprise) -> list[TargetEntry]:
    """The ledger rows of a target, newest first."""
    query = select(TargetEntry).where(TargetEntry.target_id == target.id)
    query = query.options(joinedload(TargetEntry.actor)).order_by(TargetEntry.id.desc())
    return list(db.session.scalars(query))


ledger_of: Callable[[TargetEnterprise], Ledger[TargetEntry]] = reader(TargetEntry.target_id)


def naming(sought: Sought, actor: Actor) -> list[TargetEnterprise]:
    """The targets of a company whose words, or those of their ledger and facts, name somebody and that this
    person may see; newest first.
    """
    entered = exists().where(
        TargetEntry.target_id == TargetEnterprise.id,
        contains_any(sought.words, TargetEntry.reason, TargetEntry.evidence),
    )
    told = exists().where(
        TargetFact.target_id == TargetEnterprise.id,
        contains_any(sought.words, TargetFact.what, TargetFact.source, TargetFact.lifted_why),
    )
    words = contains_any(
        sought.words, TargetEnterprise.origin, TargetEnterprise.note, TargetEnterprise.archive_reason
    )
    query = select(TargetEnterprise).where(
        TargetEnterprise.enterprise_id == sought.enterprise_id,
        or_(words, entered, told, TargetEnterprise.public_id.in_(sought.known_of("target"))),
        visible(actor),
    )
    query = query.options(joinedload(TargetEnterprise.enterprise)).order_by(TargetEnterprise.id.desc())
    return list(db.session.scalars(query.limit(BESIDE)))


# --- what was entered of a target ----------------------------------------------------------------------


def facts_of(target: TargetEnterprise) -> Sequence[TargetFact]:
    """All that was entered of a target, also what was lifted, the latest day first."""
    query = select(TargetFact).where(TargetFact.target_id == target.id)
    query = query.options(joinedload(TargetFact.author), joinedload(TargetFact.lifted_by))
    return db.session.scalars(query.order_by(TargetFact.told_on.desc(), TargetFact.id.desc())).all()


def get_fact(public_id: str, actor: Actor) -> TargetFact:
    """Something that was entered of a target that this person may see; NotFound otherwise."""
    query = (
        select(TargetFact).join(TargetFact.target).where(TargetFact.public_id == public_id, visible(actor))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found
