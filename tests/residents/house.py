"""What resident teams give the guards over the whole app."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import today
from app.promotion.residents.enums import AssociationKind
from app.promotion.residents.models import TeamAssociation, TeamProfile, TeamRegion
from app.promotion.residents.queries import profile_of
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import make_team
from tests.house.acting import ALL, DENIED, Act, Sight, Tried, both, in_days, typed
from tests.house.county import Seeding, new_unit
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

DAY = timedelta(days=1)
# The 招商局 keeps the teams; who is in one says whom it keeps up with. Everybody else who works reads.
KEEPERS: Sight = both({"HEAD": ALL, "OFF": "bureau"})
TELLERS: Sight = both({"HEAD": ALL, "OFF": "team bureau", "RES": "team"})
OF_PROFILE = {"kind": "team_profile"}


def _company(number: int) -> Enterprise:
    name = f"驻外商会{number}"
    row = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(row)
    db.session.flush()
    return row


def _profile(team: Unit) -> TeamProfile:
    row = TeamProfile(team_id=team.id, city_code="320500", tasks="盯住储能", opened_on=today() - 900 * DAY)
    row.equipment, row.zone = "笔记本电脑 3 台", [TeamRegion(region_code="320000")]
    db.session.add(row)
    db.session.flush()
    return row


def _term(team: Unit, name: str, unit: Unit) -> TeamMembership:
    person = Person(name=name, unit_id=unit.id)
    db.session.add(person)
    db.session.flush()
    row = TeamMembership(person_id=person.id, team_id=team.id, starts_on=today() - 30 * DAY)
    db.session.add(row)
    db.session.flush()
    return row


def _association(team: Unit, company: Enterprise) -> TeamAssociation:
    row = TeamAssociation(team_id=team.id, enterprise_id=company.id, kind=AssociationKind.CHAMBER)
    row.since, row.note = today() - 60 * DAY, "每季度走访"
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    """The team of the county itself, with a member and an association more each time; and one more team."""
    if number == 0:
        _profile(at.team)
    _term(at.team, f"队员{number}", at.bureau)
    _association(at.team, _company(number))
    other = new_unit(f"驻外组{number}", UnitKind.RESIDENT_TEAM, at.bureau)
    _term(other, f"外组队员{number}", at.bureau)
    _profile(other)
    return at.team


def _shared(ties: Ties) -> Mapping[str, Record]:
    number = 100 + (db.session.scalar(select(func.count()).select_from(TeamAssociation)) or 0)
    team = ties.team or make_team()
    profile = profile_of(team.id) or _profile(team)
    return {
        "resident team": team,
        "team profile": profile,
        "team term": _term(team, f"队员{number}", ties.unit),
        "team association": _association(team, _company(number)),
        "chamber": _company(number + 1),
    }


def _version_of_profile(tried: Tried) -> int:
    return tried.records["team profile"].version


def _chamber(tried: Tried) -> str:
    return tried.records["chamber"].public_id


def _term_of(team: Unit) -> str:
    terms = select(TeamMembership).where(TeamMembership.team_id == team.id)
    return db.session.scalars(terms.order_by(TeamMembership.id.desc())).first().public_id  # type: ignore[union-attr]


def _association_of(team: Unit) -> str:
    rows = select(TeamAssociation).where(TeamAssociation.team_id == team.id)
    return db.session.scalars(rows.order_by(TeamAssociation.id)).first().public_id  # type: ignore[union-attr]


ASSOCIATION = typed(kind="alumni", since=lambda _t: in_days(-9), note="会长是同乡")

FURNISHING = Furnishing(
    at="/teams/",
    is_list=False,
    filled=_filled,
    shared=_shared,
    below={"/teams/members/": _term_of, "/teams/associations/": _association_of},
    fills={
        "residents.TeamProfileForm": (TeamProfile, TeamRegion),
        "residents.TermForm": (TeamMembership,),
        "residents.NewTermForm": (TeamMembership,),
        "residents.AssociationForm": (TeamAssociation,),
        "residents.NewAssociationForm": (TeamAssociation,),
    },
    by_another_name={
        "residents.TeamProfileForm.city": TeamProfile.city_code,
        "residents.TeamProfileForm.zone": TeamRegion.region_code,
        "residents.NewTermForm.person": TeamMembership.person_id,
        "residents.NewAssociationForm.enterprise": TeamAssociation.enterprise_id,
    },
    edited="tasks",
    acts={
        "residents.update": Act(
            "resident team",
            KEEPERS,
            typed(version=_version_of_profile, city="苏州市", opened_on=lambda _t: in_days(-4000)),
            otherwise=DENIED,
        ),
        "residents.create_term": Act(
            "resident team",
            KEEPERS,
            typed(person=lambda t: t.records["person"].public_id, starts_on=lambda _t: in_days(0)),
            otherwise=DENIED,
        ),
        "residents.update_term": Act(
            "team term", KEEPERS, typed(starts_on=lambda _t: in_days(-20)), otherwise=DENIED
        ),
        "residents.create_association": Act(
            "resident team",
            TELLERS,
            typed(enterprise=_chamber, kind="chamber", since=lambda _t: in_days(-3)),
            otherwise=DENIED,
        ),
        "residents.update_association": Act("team association", TELLERS, ASSOCIATION, otherwise=DENIED),
        "residents.remove_association": Act("team association", TELLERS, otherwise=DENIED),
        "attachments.create#of a team": Act(
            "team profile", TELLERS, arguments=OF_PROFILE, otherwise=DENIED, outcome="refused"
        ),
        "comments.create#of a team": Act(
            "team profile",
            both({"HEAD": ALL, "OFF": ALL, "RES": ALL, "LEAD": ALL}),
            typed(text="请盯紧"),
            arguments=OF_PROFILE,
        ),
    },
)
