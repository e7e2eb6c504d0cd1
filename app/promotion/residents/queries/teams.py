"""Reads of teams: which there are, who is in them, where they stand, whom they keep up with."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.residents.models import TeamAssociation, TeamProfile
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit
from app.register.accounts.queries import on_day
from app.register.reference.queries import division_names

_OF_TERM = (
    joinedload(TeamMembership.person).joinedload(Person.unit),
    joinedload(TeamMembership.team),
)


def get_team(public_id: str) -> Unit:
    """A resident team, also one that is archived by now; NotFound for any other unit."""
    query = select(Unit).where(Unit.public_id == public_id, Unit.kind == UnitKind.RESIDENT_TEAM)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def profile_of(team_id: int) -> TeamProfile | None:
    """What is kept of a team; None while nobody has said anything."""
    return db.session.scalar(
        select(TeamProfile).where(TeamProfile.team_id == team_id).options(selectinload(TeamProfile.zone))
    )


def get_profile(public_id: str) -> TeamProfile:
    """The same by its own public id; NotFound otherwise."""
    query = select(TeamProfile).where(TeamProfile.public_id == public_id)
    found = db.session.scalar(query.options(joinedload(TeamProfile.team)))
    if found is None:
        raise NotFound
    return found


def profiles_by_id(public_ids: Collection[str]) -> Sequence[TeamProfile]:
    """Some of them, with their teams."""
    query = select(TeamProfile).where(TeamProfile.public_id.in_(public_ids))
    return db.session.scalars(query.options(joinedload(TeamProfile.team))).all()


def days_of(team_id: int) -> tuple[date | None, date | None]:
    """When a team opened and when it closed, as far as somebody has said so."""
    query = select(TeamProfile.opened_on, TeamProfile.closed_on).where(TeamProfile.team_id == team_id)
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def terms_of(team_id: int) -> Sequence[TeamMembership]:
    """All terms of a team, those that began last first and the head's before the others of one day."""
    query = (
        select(TeamMembership)
        .where(TeamMembership.team_id == team_id)
        .options(*_OF_TERM)
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.is_head.desc(), TeamMembership.id)
    )
    return db.session.scalars(query).all()


def get_term(public_id: str) -> TeamMembership:
    """One term of a member with its person and team; NotFound otherwise."""
    query = select(TeamMembership).where(TeamMembership.public_id == public_id).options(*_OF_TERM)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team beside the others, as of a day."""

    team: Unit
    profile: TeamProfile | None
    city: str
    zone: tuple[str, ...]
    heads: tuple[Person, ...]
    others: tuple[Person, ...]

    @property
    def members(self) -> tuple[Person, ...]:
        return (*self.heads, *self.others)


def teams_on(day: date) -> list[TeamRow]:
    """Teams that are in use, in the order of the units, with who is in them on a day; four questions however
    many there are.
    """
    query = select(Unit).where(Unit.kind == UnitKind.RESIDENT_TEAM, Unit.archived_at.is_(None))
    teams = db.session.scalars(query.order_by(Unit.position, Unit.id)).all()
    profiles = db.session.scalars(select(TeamProfile).options(selectinload(TeamProfile.zone))).all()
    by_team = {profile.team_id: profile for profile in profiles}
    members = _members_on(day, [team.id for team in teams])
    names = place_names(profiles)
    return [_row(team, by_team.get(team.id), members[team.id], names) for team in teams]


def _members_on(day: date, team_ids: Collection[int]) -> dict[int, list[TeamMembership]]:
    query = select(TeamMembership).where(TeamMembership.team_id.in_(team_ids), *on_day(day))
    found: dict[int, list[TeamMembership]] = defaultdict(list)
    ordered = query.options(*_OF_TERM).order_by(TeamMembership.starts_on, TeamMembership.id)
    for term in db.session.scalars(ordered):
        found[term.team_id].append(term)
    return found


def _row(
    team: Unit, profile: TeamProfile | None, terms: list[TeamMembership], names: dict[str, str]
) -> TeamRow:
    return TeamRow(
        team,
        profile,
        city=names.get((profile.city_code or "") if profile else "", ""),
        zone=tuple(names[row.region_code] for row in profile.zone if row.region_code in names)
        if profile
        else (),
        heads=tuple(term.person for term in terms if term.is_head),
        others=tuple(term.person for term in terms if not term.is_head),
    )


def place_names(profiles: Collection[TeamProfile]) -> dict[str, str]:
    """The names of all places of these teams, by code, in one question."""
    cities = [profile.city_code for profile in profiles]
    return division_names([*cities, *(row.region_code for profile in profiles for row in profile.zone)])


# --- associations ------------------------------------------------------------------------------------


def associations_of(team_id: int) -> Sequence[TeamAssociation]:
    """The associations of a team: those that it keeps up with first, then the earlier ones."""
    query = select(TeamAssociation).where(TeamAssociation.team_id == team_id)
    rows = db.session.scalars(query.options(joinedload(TeamAssociation.enterprise)))
    return sorted(rows, key=lambda row: (row.until is not None, -row.since.toordinal(), row.id))


def get_association(public_id: str) -> TeamAssociation:
    """One of them; NotFound otherwise."""
    query = select(TeamAssociation).where(TeamAssociation.public_id == public_id)
    both = (joinedload(TeamAssociation.enterprise), joinedload(TeamAssociation.team))
    found = db.session.scalar(query.options(*both)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def same_association(
    team_id: int, enterprise_id: int, since: date, until: date | None, but: TeamAssociation | None = None
) -> TeamAssociation | None:
    """A row of the same team and association whose days overlap these."""
    query = select(TeamAssociation).where(
        TeamAssociation.team_id == team_id,
        TeamAssociation.enterprise_id == enterprise_id,
        or_(TeamAssociation.until.is_(None), TeamAssociation.until >= since),
    )
    if until is not None:
        query = query.where(TeamAssociation.since <= until)
    return next((row for row in db.session.scalars(query) if row is not but), None)
