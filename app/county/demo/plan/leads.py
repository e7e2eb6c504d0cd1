"""Which leads there were: of which company, from where, how far each came."""

from datetime import date
from random import Random

from app.core.values.workdays import working_day_before
from app.county.demo import county
from app.county.demo.acts import (
    Company,
)
from app.county.demo.calendar import DAY
from app.county.demo.plan.telling import LEADS, LIVE, LOST_FROM, SIGNED, STANDS, TAKES, LeadStory, S, Telling
from app.promotion.leads.enums import PATH, LeadSource, LeadStage


def _fates(telling: Telling) -> list[tuple[LeadStage, LeadStage]]:
    """(last stage on the path, where it stands) of each lead, mixed."""
    fates = [(S.SIGNED, S.SIGNED)] * SIGNED
    fates += [(stage, S.LOST) for stage, count in LOST_FROM.items() for _ in range(count)]
    fates += [(stage, stage) for stage, count in LIVE.items() for _ in range(count) if stage is not S.ON_HOLD]
    held = (S.FIRST_TALK, S.NEGOTIATING, S.NEGOTIATING, S.INSPECTING)
    fates += [(held[number % 4], S.ON_HOLD) for number in range(LIVE[S.ON_HOLD])]
    spare = LEADS - len(fates)
    fates += [(S.NEGOTIATING, S.LOST)] * spare
    telling.rng.shuffle(fates)
    return fates


def all_leads(telling: Telling) -> list[LeadStory]:
    order = list(range(len(telling.companies)))
    telling.rng.shuffle(order)
    known = order[:235]  # some companies have more than one lead
    chosen = known + [telling.rng.choice(known) for _ in range(LEADS - len(known))]
    fates = _fates(telling)
    secret = _confidential(telling, fates)
    return [
        _lead(telling, number, chosen[number], *fates[number], number in secret) for number in range(LEADS)
    ]


def _confidential(telling: Telling, fates: list[tuple[LeadStage, LeadStage]]) -> set[int]:
    """Seven leads that only the people named on them see: five under way, one signed, one lost."""
    live = [n for n, (_last, now) in enumerate(fates) if now in {S.NEGOTIATING, S.INSPECTING, S.REVIEWING}]
    signed = [n for n, (_last, now) in enumerate(fates) if now is S.SIGNED]
    lost = [n for n, (last, now) in enumerate(fates) if now is S.LOST and last is S.NEGOTIATING]
    rng = telling.rng
    return {*rng.sample(live, 5), rng.choice(signed), rng.choice(lost)}


def _lead(
    telling: Telling, number: int, company: int, last: LeadStage, stands: LeadStage, confidential: bool
) -> LeadStory:
    stages = _stages(telling, last, stands)
    source, owner = found_by(telling, telling.companies[company], stages[0][1], confidential)
    lead = LeadStory(
        number=number,
        company=company,
        stages=stages,
        holders=[(stages[0][1], owner)],
        source=source,
        confidential=confidential,
        yi=_size(telling.rng),
    )
    _rotate(telling, lead)
    return lead


def _stages(telling: Telling, last: LeadStage, stands: LeadStage) -> list[tuple[LeadStage, date]]:
    """The arrivals, told backwards from today and pressed together where the history is too short."""
    path = list(PATH[: PATH.index(last) + 1])
    if stands is S.SIGNED:
        since = telling.rng.randint(2, 610)
    elif stands is S.LOST:
        since = telling.rng.randint(2, 560)
    else:
        least, most = STANDS[stands]
        since = least + round((most - least) * telling.rng.random() ** 1.5)
    offsets = [since]
    if stands is not last:
        path.append(stands)
    for stage in reversed(path[:-1]):
        offsets.append(offsets[-1] + telling.between(TAKES[stage]))
    longest = (telling.span.last - telling.span.first).days - 12 - telling.rng.randint(0, 40)
    if offsets[-1] > longest:
        squeeze = (longest - since) / (offsets[-1] - since)
        offsets = [since + round((offset - since) * squeeze) for offset in offsets]
    return [(stage, telling.span.ago(offset)) for stage, offset in zip(path, reversed(offsets), strict=True)]


_FROM = LeadSource
_BUREAU_SOURCES = (
    _FROM.DIRECTED,
    _FROM.CHAIN,
    _FROM.REFERRAL,
    _FROM.FUND,
    _FROM.EVENT,
    _FROM.LEADER,
)
_LOCAL_SOURCES = (_FROM.REFERRAL, _FROM.AGENCY, _FROM.KINSHIP, _FROM.ONLINE)


def found_by(telling: Telling, company: Company, day: date, confidential: bool) -> tuple[LeadSource, str]:
    """Who found a lead, and how."""
    rng = telling.rng
    team = county.TEAM_OF_PROVINCE.get(company.province)
    if confidential:
        return LeadSource.LEADER, rng.choice(("shenruolan", "heliqun", county.DEPUTY))
    if team and rng.random() < 0.72:
        return LeadSource.RESIDENT, rng.choice(telling.span.members(team, day))
    if rng.random() < 0.6:
        return rng.choice(_BUREAU_SOURCES), rng.choice(county.BUREAU_OFFICERS)
    return rng.choice(_LOCAL_SOURCES), rng.choice(county.LOCAL_OFFICERS)


def _size(rng: Random) -> float:
    """An investment in 亿元: mostly one to five, now and then a big or a small one."""
    return round(min(20.0, max(0.12, rng.lognormvariate(0.75, 0.72))), 2)


def _rotate(telling: Telling, lead: LeadStory) -> None:
    """A lead whose resident left the team goes to one who stays; a few go to a park or a section."""
    span, rng = telling.span, telling.rng
    until = lead.stages[-1][1] if lead.now in {S.SIGNED, S.LOST} else span.last
    for turn in range(1, 4):
        starts = working_day_before(span.turn_starts(turn) + 3 * DAY)
        since, holder = lead.holders[-1]
        team = next((team for team in county.TEAMS if holder in span.members(team, since)), None)
        if team is None or not since + DAY < starts <= until:
            continue
        successors = span.members(team, starts)
        if holder not in successors:
            lead.holders.append((starts, rng.choice(successors)))
    negotiating = lead.reached(S.NEGOTIATING)
    if negotiating and not lead.confidential and rng.random() < 0.09:
        day = working_day_before(negotiating + rng.randint(3, 10) * DAY)
        if lead.holders[-1][0] < day < until:
            lead.holders.append((day, rng.choice(county.LOCAL_OFFICERS[:2] + county.BUREAU_OFFICERS[:4])))
