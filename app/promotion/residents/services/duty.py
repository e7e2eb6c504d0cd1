"""Days are told of, spot checks written down, cities forgotten. Never commits."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import update

from app.core.access.auth import Actor, require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim_whole
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import Turn, db, wait_turn
from app.core.storage.settled import number_for
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.residents import policy, queries, rules
from app.promotion.residents.enums import DutyKind
from app.promotion.residents.models import DutyCheck, DutyEntry
from app.promotion.residents.services.places import city_code
from app.promotion.residents.services.teams import must_keep
from app.register.accounts.models import Person, Unit

NOT_ONES_OWN = "值勤由本人来记；本组的由组长记，招商局可以更正"
ALL_SAME = "这几天已经这样记了，没有要改的"


@dataclass(frozen=True, slots=True)
class DutyData:
    """What is told of some days; the city as it was typed."""

    kind: DutyKind
    first: date
    last: date
    city: str = ""
    note: str = ""
    reason: str = ""


def mark(team: Unit, person: Person, data: DutyData) -> list[date]:
    """Says what some days of a member were, and which days that now says something else of than before.
    Raises NotAllowed, and RuleBroken by field. What stood there before stays and counts no longer.
    """
    actor = require_actor()
    must_be_live(team)
    if not may_mark(actor, team, person):
        raise NotAllowed(NOT_ONES_OWN)
    if problems := _problems(actor, team, person, data):
        raise RuleBroken(problems)
    code = city_code(data.city)
    wait_turn(Turn.DUTY, of=person.id)
    days = rules.days_meant(data.first, data.last)
    stood = queries.entries_of(person.id, days)
    told = (data.kind, data.note, code)
    changed = [day for day in days if _told(stood.get(day)) != told]
    if not changed:
        raise RuleBroken(ALL_SAME)
    for day in changed:
        _enter(team, person, day, data, code)
    db.session.flush()
    return changed


def may_mark(actor: Actor, team: Unit, person: Person) -> bool:
    """Oneself, as head of the team its members, as the 招商局 everybody."""
    if policy.may_mark(actor, person.id):
        return True
    return policy.may_log(actor) and queries.is_head_on(team.id, actor.person_id, today())


def _told(entry: DutyEntry | None) -> tuple[DutyKind, str, str | None] | None:
    return (entry.kind, entry.note, entry.city_code) if entry else None


def _problems(actor: Actor, team: Unit, person: Person, data: DutyData) -> dict[str, str]:
    terms = [row.term for row in queries.terms_between(team.id, data.first, data.last)]
    own = [term for term in terms if term.person_id == person.id]

    def is_member(day: date) -> bool:
        return any(term.covers(day) for term in own)

    problems = rules.problems_of_duty(person.name, data.kind, data.first, data.last, today(), is_member)
    if data.city and actor.person_id != person.id:
        problems |= {"city": "所在城市由本人自己选填"}
    if needs_reason(actor, team, person) and not data.reason:
        problems |= {"reason": "替别人更正，写一句为什么，例如：本人来电说明"}
    return problems


def needs_reason(actor: Actor, team: Unit, person: Person) -> bool:
    """Who is neither the person nor the head of their team corrects, and says why."""
    if actor.person_id == person.id:
        return False
    return not queries.is_head_on(team.id, actor.person_id, today())


def _enter(team: Unit, person: Person, day: date, data: DutyData, code: str | None) -> None:
    row = DutyEntry(team_id=team.id, person_id=person.id, day=day, kind=data.kind)
    row.city_code, row.note, row.reason = code, data.note, data.reason
    row.author_id = require_actor().person_id
    db.session.add(row)


def fill_week(team: Unit, monday: date) -> list[date]:
    """Whoever acts was on duty on all working days of a week, up to today, of which nothing is told yet."""
    actor = require_actor()
    must_be_live(team)
    if actor.person_id is None or not policy.may_log(actor):
        raise NotAllowed(NOT_ONES_OWN)
    person = db.session.get_one(Person, actor.person_id)
    wait_turn(Turn.DUTY, of=person.id)
    days = open_days(team, person, monday)
    if not days:
        raise RuleBroken("这一周没有要补的：都记过了，或者那几天不在这个组")
    for day in days:
        _enter(team, person, day, DutyData(DutyKind.ON_DUTY, day, day), None)
    db.session.flush()
    return days


def open_days(team: Unit, person: Person, day: date) -> list[date]:
    """The working days of the week of a day, up to today, of which somebody has told nothing yet."""
    first, last = rules.week_of(day)
    terms = [row.term for row in queries.terms_between(team.id, first, last) if row.person_id == person.id]
    if not terms:
        return []
    told = queries.entries_of(person.id, [first + timedelta(days=offset) for offset in range(7)])

    def is_free(each: date) -> bool:
        return each not in told and any(term.covers(each) for term in terms)

    return rules.to_fill(first, last, today(), is_free)


def forget_cities() -> None:
    """By night: cities of days that are longer ago than the county keeps them."""
    before = today() - timedelta(days=number_for(rules.CITY_KEPT))
    old = update(DutyEntry).where(DutyEntry.day < before, DutyEntry.city_code.is_not(None))
    why = {BULK_ALLOWED: "a place is kept no longer", "synchronize_session": False}
    db.session.execute(old.values(city_code=None), execution_options=why)


# --- spot checks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckData:
    """What is typed about a spot check."""

    day: date
    at: str
    found_present: bool
    note: str = ""


def write_check(team: Unit, person: Person, data: CheckData) -> DutyCheck:
    """Somebody of the 招商局 looked whether a member was there. Raises NotAllowed and RuleBroken."""
    must_keep()
    must_be_live(team)
    wait_turn(Turn.DUTY, of=person.id)
    is_member = any(row.person_id == person.id for row in queries.terms_between(team.id, data.day, data.day))
    others = queries.checks_of(person.id, data.day)
    if problems := rules.problems_of_check(person.name, data.day, data.at, today(), is_member, others):
        raise RuleBroken(problems)
    row = DutyCheck(team_id=team.id, person_id=person.id, day=data.day, at=data.at, note=data.note)
    row.found_present, row.author_id = data.found_present, require_actor().person_id
    db.session.add(row)
    db.session.flush()
    return row


def remove_check(row: DutyCheck, seen: int | None) -> None:
    """Entered by mistake; the audit keeps that somebody did."""
    must_keep()
    claim_whole(row, seen, "删掉")
    db.session.delete(row)
    db.session.flush()
