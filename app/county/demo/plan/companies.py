"""Companies that the county knows, and calls on those without a lead."""

from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from app.core.values.clock import BEIJING
from app.core.values.workdays import working_day_before
from app.county.demo import county, words
from app.county.demo.acts import (
    AddContact,
    CloseStep,
    Deed,
    LogVisit,
    RegisterCompany,
)
from app.county.demo.calendar import DAY, OPENS, Story
from app.county.demo.plan.leads import found_by
from app.county.demo.plan.telling import CLOSING, VISIT, Telling
from app.county.demo.plan.visits import people_there, place_of, talk_with, their_people
from app.promotion.visits.enums import VisitKind


def calls_on_companies(telling: Telling, count: int) -> list[Deed]:
    """Visits without a lead: knocking at doors, mostly by the resident teams, more of late than at first."""
    acts: list[Deed] = []
    for _ in range(count):
        company = telling.rng.randrange(len(telling.companies))
        day = telling.span.ago(715 * telling.rng.random())
        acts += _call_on(telling, company, day)
    return acts


def _call_on(telling: Telling, company: int, day: date) -> list[Deed]:
    rng, story, number = telling.rng, Story(), telling.visit_number()
    _source, by = found_by(telling, telling.companies[company], day, confidential=False)
    telling.touch(company, day, by)
    kind = rng.choice((VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.CALL))
    met = rng.randint(0, 1)
    talk = talk_with(rng, kind, their_people(company)[met])
    is_cold = kind is VisitKind.OUTBOUND and rng.random() < 0.5
    due = working_day_before(day + rng.randint(7, 21) * DAY)
    make = partial(
        LogVisit,
        by=by,
        visit=number,
        kind=kind,
        on=day,
        company=company,
        lead=None,
        place=place_of(rng, kind),
        people=people_there(telling, by, day, confidential=False),
        contacts=(met,),
        summary=rng.choice(words.COLD_OPENINGS) + rng.choice(words.CLOSINGS) if is_cold else talk.summary,
        needs="" if is_cold else talk.needs,
        promises=(),
        step=rng.choice(words.COLD_STEPS) if is_cold else talk.step,
        step_on=due,
    )
    story.add(day, VISIT, make)
    done = working_day_before(due + rng.randint(-4, 2) * DAY)
    if day < done <= telling.span.last and (rng.random() < 0.9 or (telling.span.last - done).days > 25):
        close = partial(CloseStep, by=by, step=("visit", number, 0), outcome=rng.choice(words.STEP_DONE))
        story.add(done, CLOSING, close)
    return story.acts(rng, telling.span)


def companies_known(telling: Telling) -> list[Deed]:
    """Two in five met companies came into the register when they were first met, all others at the start."""
    acts: list[Deed] = []
    for company in range(len(telling.companies)):
        day, by = telling.touched.get(company, (None, ""))
        if day is not None and telling.rng.random() < 0.4:
            at = datetime.combine(day, OPENS, BEIJING) - timedelta(minutes=35)
        else:
            by = telling.rng.choice(county.BUREAU_OFFICERS)
            at = datetime.combine(telling.span.first, OPENS, BEIJING) + timedelta(seconds=20 * company)
        acts.append(RegisterCompany(at=at, by=by, company=company, origin=_origin(telling.rng, day)))
        if day is not None:
            acts += _contacts(telling, company, at, by)
    return acts


def _origin(rng: Random, day: date | None) -> str:
    return rng.choice(words.INTRODUCERS) if day is not None and rng.random() < 0.5 else ""


def _contacts(telling: Telling, company: int, at: datetime, by: str) -> list[Deed]:
    return [
        AddContact(
            at=at + timedelta(seconds=5 + place),
            by=by,
            company=company,
            name=name,
            post=post,
            # 170 0000 xxxx: reads like a number, belongs to nobody
            phone=f"1700000{telling.rng.randint(0, 9999):04d}",
            is_decider=post in words.DECIDERS,
        )
        for place, (name, post) in enumerate(their_people(company))
    ]
