"""What is kept of a team is written; its associations are entered, put right and taken off. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.residents import policy, queries, rules
from app.promotion.residents.enums import AssociationKind
from app.promotion.residents.models import TeamAssociation, TeamProfile, TeamRegion
from app.promotion.residents.rules import Membership
from app.promotion.residents.services.places import city_code
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live as company_must_be_live
from app.register.reference.queries import read_division

NOT_THEIRS = "驻点组由招商局负责人和招商局干部来管"
NOT_IN_IT = "驻点组的商会由本组队员或招商局来记"


@dataclass(frozen=True, slots=True)
class ProfileData:
    """What is typed of a team; places as people write them."""

    city: str
    zone: Sequence[str]
    tasks: str
    equipment: Sequence[str]
    opened_on: date
    closed_on: date | None = None


def must_keep() -> None:
    """Raises NotAllowed for who does not keep the teams."""
    if not policy.may_keep(require_actor()):
        raise NotAllowed(NOT_THEIRS)


def save_profile(team: Unit, seen: int | None, data: ProfileData) -> TeamProfile:
    """Writes what is kept of a team, for the first time or anew. `seen` is the version that the form was
    filled from, 0 where nothing was kept. Raises NotAllowed, Stale, and RuleBroken by field.
    """
    must_keep()
    must_be_live(team)
    wait_turn(Turn.TEAM_TERMS)  # its days are judged beside the terms of its members
    profile = queries.profile_of(team.id)
    if profile is not None:
        claim(profile, seen)
    code, region_codes = city_code(data.city), _zone(data.zone)
    _check(team, data)
    if profile is None:
        profile = TeamProfile(team_id=team.id)
        db.session.add(profile)
    profile.city_code, profile.tasks = code, data.tasks
    profile.equipment = "\n".join(data.equipment)
    profile.opened_on, profile.closed_on = data.opened_on, data.closed_on
    _set_zone(profile, region_codes)
    db.session.flush()
    return profile


def _check(team: Unit, data: ProfileData) -> None:
    members = [Membership(row.person.name, row.starts_on, row.ends_on) for row in queries.terms_of(team.id)]
    problems = rules.problems_of_days(data.opened_on, data.closed_on, members)
    problems |= rules.problems_of_things(list(data.equipment))
    if problems:
        raise RuleBroken(problems)


def _zone(places: Sequence[str]) -> list[str]:
    codes: list[str] = []
    for text in places:
        found = read_division(text)
        if found is None:
            raise RuleBroken({"zone": f"没有找到「{text}」，写省、市、县区的名称，例如：江苏省、苏州市"})
        codes.append(found.code)
    if len(codes) > rules.MOST_REGIONS:
        raise RuleBroken({"zone": f"最多写 {rules.MOST_REGIONS} 个地方，整个省写省名就行"})
    return list(dict.fromkeys(codes))


def _set_zone(profile: TeamProfile, codes: Sequence[str]) -> None:
    """What stands there already stays the same row."""
    kept = {row.region_code: row for row in profile.zone}
    profile.zone = [kept.get(code) or TeamRegion(region_code=code) for code in codes]


# --- associations ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssociationData:
    """What is typed of an association beside its name."""

    kind: AssociationKind
    since: date
    until: date | None = None
    note: str = ""


def must_tell(team: Unit) -> None:
    """Raises NotAllowed for who may not say whom a team keeps up with."""
    if not policy.may_tell(require_actor(), team.id):
        raise NotAllowed(NOT_IN_IT)


def add_association(team: Unit, enterprise: Enterprise, data: AssociationData) -> TeamAssociation:
    """A team keeps up with an association. Raises NotAllowed, and RuleBroken, also where it is known."""
    must_tell(team)
    must_be_live(team)
    company_must_be_live(enterprise)
    row = TeamAssociation(team=team, enterprise=enterprise)
    _write(row, team.id, enterprise.id, data)
    db.session.add(row)
    db.session.flush()
    return row


def change_association(row: TeamAssociation, seen: int | None, data: AssociationData) -> None:
    """Put right, or ended. Raises as `add_association` does, and Stale."""
    must_tell(row.team)
    must_be_live(row.team)
    claim(row, seen)
    _write(row, row.team_id, row.enterprise_id, data, but=row)
    db.session.flush()


def remove_association(row: TeamAssociation, seen: int | None) -> None:
    """Entered by mistake; the audit keeps that somebody did."""
    must_tell(row.team)
    claim_whole(row, seen, "删掉")
    db.session.delete(row)
    db.session.flush()


def _write(
    row: TeamAssociation,
    team_id: int,
    enterprise_id: int,
    data: AssociationData,
    but: TeamAssociation | None = None,
) -> None:
    if problems := rules.problems_of_association(data.since, data.until, today()):
        raise RuleBroken(problems)
    wait_turn(Turn.TEAM_ASSOCIATIONS, of=team_id)
    with db.session.no_autoflush:
        twin = queries.same_association(team_id, enterprise_id, data.since, data.until, but)
    if twin is not None:
        until = f" 至 {twin.until}" if twin.until else " 起"
        raise RuleBroken({"since": f"这一家已经记过（{twin.since}{until}），改那一条就行"})
    row.kind, row.since, row.until, row.note = data.kind, data.since, data.until, data.note
