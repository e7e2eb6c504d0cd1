"""One campaign and the list of them, within what somebody may see; what their form offers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.typed import contains, each_term
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.campaigns.enums import CampaignState
from app.promotion.campaigns.models import Campaign, CampaignPart
from app.promotion.campaigns.policy import visible
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit
from app.register.accounts.queries import list_units
from app.register.chains.models import Chain

_TO_ONE = [
    joinedload(each)
    for each in (Campaign.owner, Campaign.author, Campaign.unit, Campaign.team, Campaign.chain)
]
_PARTS = (
    selectinload(Campaign.parts).joinedload(CampaignPart.unit),
    selectinload(Campaign.parts).joinedload(CampaignPart.team),
    selectinload(Campaign.parts).joinedload(CampaignPart.person),
)


def get_campaign(public_id: str, actor: Actor | None = None) -> Campaign:
    """The campaign, if this person may see it; NotFound otherwise."""
    query = select(Campaign).where(Campaign.public_id == public_id, visible(actor or require_actor()))
    query = query.options(*_TO_ONE, *_PARTS)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    return each_term(text, lambda term: contains(term, Campaign.name, Campaign.theme, Campaign.notes))


def load(ids: list[int]) -> Sequence[Campaign]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Campaign).where(Campaign.id.in_(ids)).options(*_TO_ONE)).all()


def in_state(state: CampaignState) -> tuple[ColumnElement[bool], ...]:
    """What holds of campaigns that stand so today."""
    day, goes_on = today(), Campaign.closed_at.is_(None)
    return {
        CampaignState.PLANNED: (goes_on, Campaign.first_on > day),
        CampaignState.RUNNING: (goes_on, Campaign.first_on <= day, Campaign.last_on >= day),
        CampaignState.OVERDUE: (goes_on, Campaign.last_on < day),
        CampaignState.ENDED: (Campaign.closed_at.is_not(None),),
    }[state]


def chains_to_choose(already: Chain | None = None) -> list[tuple[str, str]]:
    """The chains that are there, and the one that stands there though it was put away since."""
    query = select(Chain).where(Chain.archived_at.is_(None)).order_by(Chain.position, Chain.id)
    found = {chain.public_id: chain.name for chain in db.session.scalars(query)}
    if already is not None:
        found.setdefault(already.public_id, already.name)
    return list(found.items())


def chain_named(public_id: str) -> Chain | None:
    """The chain that was chosen."""
    return db.session.scalar(select(Chain).where(Chain.public_id == public_id)) if public_id else None


def units_to_choose(already: Iterable[Unit] = ()) -> list[tuple[str, str]]:
    """The units and teams that may take part, and those that do though they were dissolved since."""
    units = {unit.public_id: unit.name for unit in list_units() if unit.kind is not UnitKind.COUNTY}
    return list((units | {unit.public_id: unit.name for unit in already}).items())


def units_named(public_ids: Iterable[str]) -> Sequence[Unit]:
    """Those that were chosen, in the order of their rows."""
    query = select(Unit).where(Unit.public_id.in_(list(public_ids))).order_by(Unit.position, Unit.id)
    return db.session.scalars(query).all()
