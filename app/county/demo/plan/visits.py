"""Visits on the way of a lead, what was said and promised there."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from app.core.values.workdays import working_day_after, working_day_before
from app.county.demo import county, words
from app.county.demo.acts import (
    LogVisit,
)
from app.county.demo.calendar import DAY
from app.county.demo.plan.telling import SEED, VISIT, LeadStory, S, Telling, note_closed
from app.promotion.visits.enums import VisitKind


def _visit_days(telling: Telling, lead: LeadStory) -> list[date]:
    """The first on the day of the first talk, one on the day of the inspection, others in between."""
    rng, first = telling.rng, lead.reached(S.FIRST_TALK)
    if first is None:
        return []
    last = lead.ended or telling.span.last
    days = {first}
    inspecting = lead.reached(S.INSPECTING)
    if inspecting:
        days.add(inspecting)
    length = (last - first).days
    for _ in range(min(4, length // 26)):
        days.add(working_day_before(first + rng.randint(1, max(1, length)) * DAY))
    if lead.ended is None and length > 30:
        days.add(telling.span.ago(rng.randint(0, 34)))
    return sorted(day for day in days if first <= day <= last)


def visits_of(telling: Telling, lead: LeadStory) -> None:
    days = _visit_days(telling, lead)
    for place, day in enumerate(days):
        following = days[place + 1] if place + 1 < len(days) else None
        kind = _kind(telling.rng, is_first=place == 0, is_inspection=day == lead.reached(S.INSPECTING))
        _visit(telling, lead, day, kind, following)


def _kind(rng: Random, *, is_first: bool, is_inspection: bool) -> VisitKind:
    if is_inspection:
        return VisitKind.RECEPTION
    if is_first:
        return rng.choice((VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.RECEPTION))
    return rng.choice((VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.RECEPTION, VisitKind.CALL))


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation in words, all figures of it agreeing."""

    summary: str
    needs: str
    promise: str
    step: str
    answer: str


def their_people(company: int) -> list[tuple[str, str]]:
    """(name, post) of the people known at a company: one who decides, one who does not."""
    rng = Random(f"{SEED} {company}")
    posts = [rng.choice(sorted(words.DECIDERS)), rng.choice(words.POSTS[2:])]
    return [(rng.choice(words.SURNAMES) + rng.choice(words.GIVEN), post) for post in posts]


def talk_with(rng: Random, kind: VisitKind, whom: tuple[str, str]) -> Talk:
    topic = rng.choice(words.TOPICS)
    figures = {key: rng.choice(values) for key, values in words.FIGURES.items()}
    figures |= dict(zip(("name", "post"), whom, strict=True))
    opening = rng.choice(words.OPENINGS[kind.value])
    return Talk(
        summary=(opening + topic.said + rng.choice(words.CLOSINGS)).format(**figures),
        needs=topic.need.format(**figures) if rng.random() < 0.7 else "",
        promise=topic.promise.format(**figures),
        step=topic.step.format(**figures),
        answer=topic.answer.format(**figures),
    )


def _visit(telling: Telling, lead: LeadStory, day: date, kind: VisitKind, following: date | None) -> None:
    rng, number = telling.rng, telling.visit_number()
    by, met = lead.holder(day), rng.randint(0, 1)
    talk = talk_with(rng, kind, their_people(lead.company)[met])
    promised = rng.random() < 0.3
    promise_due = working_day_before(day + rng.randint(6, 16) * DAY)
    due = following or _due(telling, lead, day)
    make = partial(
        LogVisit,
        by=by,
        visit=number,
        kind=kind,
        on=day,
        company=lead.company,
        lead=lead.number,
        place=place_of(rng, kind),
        people=people_there(telling, by, day, lead.confidential),
        contacts=(met,),
        summary=talk.summary,
        needs=talk.needs,
        promises=((talk.promise, promise_due),) if promised else (),
        step=talk.step,
        step_on=due,
    )
    lead.story.add(day, VISIT, make)
    closing = following or (lead.ended if lead.now is S.SIGNED else None)
    if closing is not None:
        note_closed(lead, ("visit", number, 0), max(closing, day), rng.choice(words.STEP_DONE))
    if promised:
        _keep_promise(telling, lead, number, (day, promise_due), talk.answer)


def _due(telling: Telling, lead: LeadStory, day: date) -> date:
    """The date of a next step that is still open: some overdue, some today, most in the days to come."""
    chance, today = telling.rng.random(), telling.span.today
    if lead.ended is not None:
        return max(
            day + DAY, working_day_before((lead.ended if lead.now is not S.ON_HOLD else today) + 20 * DAY)
        )
    if chance < 0.16:
        return max(day + DAY, working_day_before(today - telling.rng.randint(1, 12) * DAY))
    if chance < 0.26:
        return max(day, today)
    days = telling.rng.randint(1, 6) if chance < 0.6 else telling.rng.randint(7, 25)
    return working_day_before(today + days * DAY + DAY)


def _keep_promise(
    telling: Telling, lead: LeadStory, number: int, dates: tuple[date, date], answer: str
) -> None:
    made, due = dates
    kept = working_day_after(max(made + DAY, due + telling.rng.randint(-6, 3) * DAY))
    recent = (telling.span.last - made).days < 30
    if kept <= telling.span.last and not (recent and telling.rng.random() < 0.35):
        note_closed(lead, ("visit", number, 1), kept, answer)


def place_of(rng: Random, kind: VisitKind) -> str:
    if kind is VisitKind.CALL:
        return ""
    return rng.choice(words.PLACES_OUT if kind is VisitKind.OUTBOUND else words.PLACES_HOME)


def people_there(telling: Telling, by: str, day: date, confidential: bool) -> tuple[str, ...]:
    """The author and, often, somebody of the same team or section."""
    rng = telling.rng
    if confidential:
        return (by, county.HEAD) if rng.random() < 0.5 else (by,)
    if rng.random() < 0.35:
        return (by,)
    team = next((team for team in county.TEAMS if by in telling.span.members(team, day)), None)
    mates = telling.span.members(team, day) if team else county.BUREAU_OFFICERS
    others = [mate for mate in mates if mate != by]
    return (by, rng.choice(others))
