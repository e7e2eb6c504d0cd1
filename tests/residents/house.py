"""What resident teams give the guards over the whole app."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import today
from app.promotion.residents.enums import AssociationKind, DutyKind
from app.promotion.residents.models import DutyCheck, DutyEntry, TeamAssociation, TeamProfile, TeamRegion
from app.promotion.residents.queries import profile_of
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import make_team
from tests.house.acting import (
    ALL,
    DENIED,
    REFUSED,
    Act,
    Sight,
    Tried,
    both,
    colleague,
    in_days,
    myself,
    typed,
)
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


def _duty(team: Unit, person_id: int, day: date, kind: DutyKind = DutyKind.ON_DUTY) -> None:
    db.session.add(DutyEntry(team_id=team.id, person_id=person_id, day=day, kind=kind, note="走访商会"))
    db.session.flush()


def _check(team: Unit, person_id: int, number: int) -> DutyCheck:
    row = DutyCheck(team_id=team.id, person_id=person_id, day=today(), at=f"09:{number % 60:02}")
    row.found_present, row.author_id = bool(number % 2), person_id
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
    member = _term(at.team, f"队员{number}", at.bureau).person_id
    for kind in (DutyKind.ON_DUTY, DutyKind.TRAVEL):
        _duty(at.team, member, today(), kind)
    _check(at.team, member, number)
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
        "team term": (term := _term(team, f"队员{number}", ties.unit)),
        "team member": db.session.get_one(Person, term.person_id),
        "spot check": _check(team, term.person_id, number),
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


def _check_of(team: Unit) -> str:
    rows = select(DutyCheck).where(DutyCheck.team_id == team.id).order_by(DutyCheck.id)
    return db.session.scalars(rows).first().public_id  # type: ignore[union-attr]


def _term_leaving(tried: Tried) -> str:
    return tried.records["team term"].public_id


def _member(tried: Tried) -> str:
    return tried.records["team member"].public_id


def _association_of(team: Unit) -> str:
    rows = select(TeamAssociation).where(TeamAssociation.team_id == team.id)
    return db.session.scalars(rows.order_by(TeamAssociation.id)).first().public_id  # type: ignore[union-attr]


ASSOCIATION = typed(kind="alumni", since=lambda _t: in_days(-9), note="会长是同乡")

FURNISHING = Furnishing(
    at="/teams/",
    is_list=False,
    filled=_filled,
    shared=_shared,
    below={
        "/teams/members/": _term_of,
        "/teams/associations/": _association_of,
        "/teams/checks/": _check_of,
    },
    fills={
        "residents.TeamProfileForm": (TeamProfile, TeamRegion),
        "residents.TermForm": (TeamMembership,),
        "residents.NewTermForm": (TeamMembership,),
        "residents.AssociationForm": (TeamAssociation,),
        "residents.NewAssociationForm": (TeamAssociation,),
        "residents.DutyForm": (DutyEntry,),
        "residents.CheckForm": (DutyCheck,),
        "residents.RotationForm": (TeamMembership,),
    },
    by_another_name={
        "residents.TeamProfileForm.city": TeamProfile.city_code,
        "residents.TeamProfileForm.zone": TeamRegion.region_code,
        "residents.NewTermForm.person": TeamMembership.person_id,
        "residents.NewAssociationForm.enterprise": TeamAssociation.enterprise_id,
        "residents.DutyForm.person": DutyEntry.person_id,
        "residents.DutyForm.city": DutyEntry.city_code,
        "residents.CheckForm.person": DutyCheck.person_id,
        "residents.CheckForm.found": DutyCheck.found_present,
    },
    questions=frozenset(
        {
            "residents.DutyForm.first",
            "residents.DutyForm.last",
            *(f"residents.RotationForm.{name}" for name in ("leaving", "last_day", "coming", "takes_lead")),
        }
    ),
    costly={"residents.printed_duty": ("prints",)},
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
        # Of somebody else of the team: its members tell of their own days, the bureau corrects.
        "residents.create_duty": Act(
            "resident team",
            both({"HEAD": ALL, "OFF": "bureau team", "RES": "team"}),
            typed(person=_member, kind="leave", first=lambda _t: in_days(0), reason="来电说明"),
            otherwise=DENIED,
            but={"* OFF team": REFUSED, "* RES team": REFUSED},
        ),
        "residents.create_duty#of one's own": Act(
            "resident team",
            both({"HEAD": ALL, "OFF": "team bureau", "RES": "team"}),
            typed(person=myself, kind="leave", first=lambda _t: in_days(0)),
            otherwise=DENIED,
            but={
                **{f"* HEAD {each}": REFUSED for each in ("none", "unit", "named", "bureau", "owner")},
                "* OFF bureau": REFUSED,
            },
        ),
        "residents.fill_week": Act(
            "resident team",
            both({"OFF": "team", "RES": "team", "HEAD": "team"}),
            typed(week=lambda _t: in_days(0)),
            otherwise=REFUSED,
        ),
        "residents.rotate": Act(
            "resident team",
            KEEPERS,
            typed(leaving=_term_leaving, coming=colleague, last_day=lambda _t: in_days(-1)),
            otherwise=DENIED,
        ),
        "residents.create_check": Act(
            "resident team",
            KEEPERS,
            typed(person=_member, day=lambda _t: in_days(0), at="23:59", found="yes"),
            otherwise=DENIED,
        ),
        "residents.remove_check": Act("spot check", KEEPERS, otherwise=DENIED),
        "attachments.create#of a team": Act(
            "team profile", TELLERS, arguments=OF_PROFILE, otherwise=DENIED, outcome=REFUSED
        ),
        "comments.create#of a team": Act(
            "team profile",
            both({"HEAD": ALL, "OFF": ALL, "RES": ALL, "LEAD": ALL}),
            typed(text="请盯紧"),
            arguments=OF_PROFILE,
        ),
    },
)
