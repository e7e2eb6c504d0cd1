"""The plan of the invented history: which companies, leads, visits and projects there were, act by act.

Pure: the same seed, companies and instant give the same acts. Everything is believable rather than random:
a story is told backwards from where it stands today, and every gate is met by what happened before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from stdnum.cn import uscc

from app.core.values.clock import BEIJING
from app.county.demo import county, words
from app.county.demo.acts import (
    Act,
    AddContact,
    AskReview,
    AssignLead,
    ChangeAmount,
    CloseStep,
    Company,
    CorrectLead,
    DraftAgreement,
    FillLead,
    LogVisit,
    MoveLead,
    MoveProject,
    PlanStep,
    RegisterCompany,
    RegisterLead,
    ReviewAgreement,
    SignAgreement,
    StepKey,
)
from app.county.demo.calendar import DAY, OPENS, Maker, Span, Story, next_working_day, working_day
from app.delivery.projects.enums import PATH as PROJECT_PATH
from app.delivery.projects.enums import ProjectStage
from app.promotion.leads.enums import PATH, AgreementKind, LeadSource, LeadStage, LossReason, ReviewVerdict
from app.promotion.visits.enums import VisitKind
from app.register.enterprises.rules import check_credit_code

SEED = 20_240_801
LEADS, SIGNED, VISITS = 300, 60, 1500
S = LeadStage

# Where the leads stand today; signed and lost ones make up the rest.
LIVE = {
    S.LEAD: 9,
    S.ASSESSED: 10,
    S.FIRST_TALK: 32,
    S.NEGOTIATING: 46,
    S.INSPECTING: 28,
    S.REVIEWING: 17,
    S.APPROVED: 12,
    S.ON_HOLD: 18,
}
LOST_FROM = {
    S.ASSESSED: 8,
    S.FIRST_TALK: 22,
    S.NEGOTIATING: 24,
    S.INSPECTING: 9,
    S.REVIEWING: 3,
    S.APPROVED: 2,
}
# Days spent in a stage before going on (least, most), and days that live leads have been in theirs.
TAKES = {
    S.LEAD: (0, 2),
    S.ASSESSED: (1, 11),
    S.FIRST_TALK: (7, 48),
    S.NEGOTIATING: (14, 85),
    S.INSPECTING: (10, 75),
    S.REVIEWING: (10, 52),
    S.APPROVED: (6, 34),
}
STANDS = {
    S.LEAD: (0, 3),
    S.ASSESSED: (0, 9),
    S.FIRST_TALK: (1, 110),
    S.NEGOTIATING: (0, 85),
    S.INSPECTING: (1, 120),
    S.REVIEWING: (1, 70),
    S.APPROVED: (1, 42),
    S.ON_HOLD: (6, 260),
}
PROJECT_TAKES = {
    ProjectStage.REGISTERED: (8, 40),
    ProjectStage.LANDED: (20, 70),
    ProjectStage.STARTED: (20, 65),
    ProjectStage.IN_LIBRARY: (10, 40),
    ProjectStage.COMPLETED: (80, 190),
    ProjectStage.IN_PRODUCTION: (15, 60),
    ProjectStage.FULL_CAPACITY: (60, 150),
}
# Ranks of what happens on one day.
BEGIN, CLOSING, VISIT, FIELD, PAPER, MOVE, AFTER = range(7)


@dataclass(slots=True)
class Telling:
    """What all stories share: chance, time, companies, and the numbers given out so far."""

    rng: Random
    span: Span
    companies: Sequence[Company]
    visits: int = 0
    touched: dict[int, tuple[date, str]] = field(default_factory=dict)  # company -> first day, by whom

    def visit_number(self) -> int:
        self.visits += 1
        return self.visits

    def touch(self, company: int, day: date, by: str) -> None:
        known = self.touched.get(company)
        if known is None or day < known[0]:
            self.touched[company] = (day, by)

    def between(self, bounds: tuple[int, int]) -> int:
        return self.rng.randint(*bounds)


@dataclass(slots=True)
class LeadStory:
    """One lead from its registration to where it stands."""

    number: int
    company: int
    stages: list[tuple[LeadStage, date]]  # the path it went, with the date of each arrival
    holders: list[tuple[date, str]]  # who held it from when on
    source: LeadSource
    confidential: bool
    yi: float
    story: Story = field(default_factory=Story)

    @property
    def now(self) -> LeadStage:
        return self.stages[-1][0]

    def holder(self, day: date) -> str:
        return [login for since, login in self.holders if since <= day][-1]

    def reached(self, stage: LeadStage) -> date | None:
        return next((day for at, day in self.stages if at is stage), None)

    @property
    def ended(self) -> date | None:
        return self.stages[-1][1] if self.now in {S.SIGNED, S.LOST, S.ON_HOLD} else None


def make(companies: Sequence[Company], now: datetime, seed: int = SEED) -> list[Act]:
    """All acts in order. `now` is the instant at which the history ends."""
    telling = Telling(Random(seed), Span(now.astimezone(BEIJING)), companies)
    leads = _leads(telling)
    acts = [act for lead in leads for act in _told(telling, lead)]
    acts += _calls_on_companies(telling, VISITS - telling.visits)
    acts += _companies_known(telling)
    return sorted(acts, key=lambda act: act.at)


# --- Which leads there were ----------------------------------------------------------------------


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


def _leads(telling: Telling) -> list[LeadStory]:
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
    source, owner = _found_by(telling, telling.companies[company], stages[0][1], confidential)
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


def _found_by(telling: Telling, company: Company, day: date, confidential: bool) -> tuple[LeadSource, str]:
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
        starts = working_day(span.turn_starts(turn) + 3 * DAY)
        since, holder = lead.holders[-1]
        team = next((team for team in county.TEAMS if holder in span.members(team, since)), None)
        if team is None or not since + DAY < starts <= until:
            continue
        successors = span.members(team, starts)
        if holder not in successors:
            lead.holders.append((starts, rng.choice(successors)))
    negotiating = lead.reached(S.NEGOTIATING)
    if negotiating and not lead.confidential and rng.random() < 0.09:
        day = working_day(negotiating + rng.randint(3, 10) * DAY)
        if lead.holders[-1][0] < day < until:
            lead.holders.append((day, rng.choice(county.LOCAL_OFFICERS[:2] + county.BUREAU_OFFICERS[:4])))


# --- One lead ------------------------------------------------------------------------------------


def _told(telling: Telling, lead: LeadStory) -> list[Act]:
    product = _product(telling, lead)
    _registration(telling, lead, product)
    _moves(telling, lead, product)
    _handovers(telling, lead)
    _amounts(telling, lead)
    _visits_of(telling, lead)
    if lead.now in {S.SIGNED, S.APPROVED}:
        _contract(telling, lead)
    if lead.now is S.SIGNED:
        _project(telling, lead)
    return lead.story.acts(telling.rng, telling.span)


def _product(telling: Telling, lead: LeadStory) -> words.Product:
    company = telling.companies[lead.company]
    found = telling.rng.choice(words.PRODUCTS.get(company.node, words.OTHERWISE))
    content = found.content.format(n=max(1, round(lead.yi)))
    return words.Product(found.name + telling.rng.choice(words.PHASES), content)


def amount_text(rng: Random, yi: float) -> str:
    """An amount as people write it."""
    if yi >= 1:
        return f"{'约' if rng.random() < 0.12 else ''}{yi:g}亿"
    return f"{round(yi * 10000):d}万"


def _land(lead: LeadStory) -> int:
    return max(8, round(lead.yi * 26 / 5) * 5)


def _jobs(lead: LeadStory) -> int:
    return max(20, round(lead.yi * 7) * 10)


def _registration(telling: Telling, lead: LeadStory, product: words.Product) -> None:
    rng, day = telling.rng, lead.stages[0][1]
    owner = lead.holders[0][1]
    undecided = lead.now in {S.LEAD, S.ASSESSED, S.FIRST_TALK} and rng.random() < 0.12
    step = rng.choice(words.FIRST_STEPS)
    telling.touch(lead.company, day, owner)
    make = partial(
        RegisterLead,
        by=owner,
        lead=lead.number,
        company=lead.company,
        name=product.name,
        on=day,
        source=lead.source,
        introducer=rng.choice(words.INTRODUCERS) if lead.source is not LeadSource.RESIDENT else "",
        owner=owner,
        amount="面议" if undecided else amount_text(rng, lead.yi),
        land=_land(lead),
        jobs=_jobs(lead),
        content=product.content,
        confidential=lead.confidential,
        members=(county.HEAD, "liangsiyuan") if lead.confidential else (),
        step=step,
        step_on=day + rng.randint(1, 3) * DAY,
    )
    lead.story.add(day, BEGIN, make)
    if lead.now is S.LEAD:
        return
    _close(lead, ("lead", lead.number, 0), lead.stages[1][1], rng.choice(words.STEP_DONE))
    if lead.now is S.ASSESSED:
        _plan_first_talk(telling, lead)


def _plan_first_talk(telling: Telling, lead: LeadStory) -> None:
    day = lead.stages[-1][1]
    due = max(day + DAY, telling.span.today + telling.rng.randint(-2, 6) * DAY)
    make = partial(PlanStep, by=lead.holder(day), lead=lead.number, what="约企业负责人首谈", due_on=due)
    lead.story.add(day, AFTER, make)


def _close(lead: LeadStory, step: StepKey, day: date, outcome: str) -> None:
    """Closes a step; at the end of the day, should it have been opened on it."""
    make = partial(CloseStep, by=lead.holder(day), step=step, outcome=outcome)
    lead.story.add(day, AFTER if step[0] == "visit" and day == lead.ended else CLOSING, make)


def _moves(telling: Telling, lead: LeadStory, product: words.Product) -> None:
    followings = [*(day for _stage, day in lead.stages[2:]), None]
    for (stage, day), following in zip(lead.stages[1:], followings, strict=False):
        _fill(telling, lead, stage, day, product)
        recorded = _recorded(telling, day, following)
        make = partial(
            MoveLead,
            by=lead.holder(day),
            lead=lead.number,
            to=stage,
            on=day,
            **_reasons(telling.rng, stage, day),
        )
        lead.story.add(recorded, MOVE, make)
    if lead.number % 19 == 5 and lead.reached(S.REVIEWING):
        _slip(telling, lead, product)


def _recorded(telling: Telling, day: date, following: date | None) -> date:
    """When a move was written down: now and then some days late, so that what was known differs."""
    late = working_day(day + telling.rng.randint(1, 4) * DAY)
    limit = following or telling.span.last
    return late if telling.rng.random() < 0.12 and day < late < limit else day


def _reasons(rng: Random, stage: LeadStage, day: date) -> dict[str, Any]:
    if stage is S.LOST:
        code = rng.choice(list(LossReason)[:-1])
        return {"reason_code": code, "reason": rng.choice(words.LOST_WORDS[code])}
    if stage is S.ON_HOLD:
        return {"reason": rng.choice(words.HOLD_WORDS)}
    if stage is S.APPROVED:
        return {"evidence": _minutes(day)}
    return {"evidence": _EVIDENCE[stage]} if stage in _EVIDENCE and rng.random() < 0.7 else {}


_EVIDENCE = {
    S.ASSESSED: "线索登记表",
    S.FIRST_TALK: "首谈登记表",
    S.INSPECTING: "考察日程",
    S.REVIEWING: "联审表和部门意见",
}


def _minutes(day: date) -> str:
    return f"县政府常务会议纪要〔{day.year}〕{day.timetuple().tm_yday // 15 + 1} 号"


def _fill(telling: Telling, lead: LeadStory, stage: LeadStage, day: date, product: words.Product) -> None:
    """What the gate of a stage asks for, written on the day of the move."""
    values = _gate_fields(telling.rng, lead, stage, day, product)
    if values:
        make = partial(FillLead, by=lead.holder(day), lead=lead.number, values=values)
        lead.story.add(day, FIELD, make)


def _gate_fields(
    rng: Random, lead: LeadStory, stage: LeadStage, day: date, product: words.Product
) -> dict[str, Any]:
    if stage is S.FIRST_TALK:
        return {
            "assessment": rng.choice(words.ASSESSMENTS),
            "first_negotiator_id": f"@{lead.holder(day)}",
            "first_talk_on": day,
        }
    if stage is S.REVIEWING:
        return {"summary": _summary(rng, lead, product)}
    if stage is S.APPROVED:
        return {
            "conclusion": rng.choice(words.CONCLUSIONS),
            "conclusion_on": day,
            "conclusion_number": _minutes(day),
        }
    return {}


def _summary(rng: Random, lead: LeadStory, product: words.Product) -> str:
    return rng.choice(words.SUMMARIES).format(
        content=product.content, amount=amount_text(rng, lead.yi), land=_land(lead), jobs=_jobs(lead)
    )


def _slip(telling: Telling, lead: LeadStory, product: words.Product) -> None:
    """A move into 评审 that was a wrong click, put right by the head of the bureau the day after."""
    inspecting, reviewing = lead.reached(S.INSPECTING), lead.reached(S.REVIEWING)
    assert inspecting is not None and reviewing is not None
    wrong = working_day(inspecting + (reviewing - inspecting) / 2)
    right = working_day(wrong + 3 * DAY)
    if not inspecting < wrong < right < reviewing:
        return
    by = lead.holder(wrong)
    values = {"summary": _summary(telling.rng, lead, product)}
    fill = partial(FillLead, by=by, lead=lead.number, values=values)
    move = partial(MoveLead, by=by, lead=lead.number, to=S.REVIEWING, on=wrong)
    correct = partial(
        CorrectLead, by=county.HEAD, lead=lead.number, reason=telling.rng.choice(words.CORRECTION_WORDS)
    )
    lead.story.add(wrong, FIELD, fill)
    lead.story.add(wrong, MOVE, move)
    lead.story.add(right, AFTER, correct)


def _handovers(telling: Telling, lead: LeadStory) -> None:
    for day, owner in lead.holders[1:]:
        to_park = owner in county.LOCAL_OFFICERS
        to_section = owner in county.BUREAU_OFFICERS
        reason = words.HANDOVER_WORDS[1 if to_park else 2 if to_section else 0]
        make = partial(AssignLead, by=county.HEAD, lead=lead.number, owner=owner, on=day, reason=reason)
        lead.story.add(day, CLOSING, make)


def _amounts(telling: Telling, lead: LeadStory) -> None:
    """One lead in six gets another amount on the way."""
    rng = telling.rng
    first, last = lead.reached(S.NEGOTIATING), lead.ended or telling.span.last
    if first is None or rng.random() > 0.3:
        return
    day = working_day(first + (last - first) * rng.random())
    if not first < day < last:
        return
    lead.yi = round(min(20.0, lead.yi * rng.choice((0.7, 0.8, 1.2, 1.3, 1.6))), 1) or 0.1
    make = partial(
        ChangeAmount,
        by=lead.holder(day),
        lead=lead.number,
        amount=amount_text(rng, lead.yi),
        on=day,
        reason=rng.choice(words.AMOUNT_WORDS),
    )
    lead.story.add(day, AFTER, make)


# --- The contract and what comes after it --------------------------------------------------------


def _contract(telling: Telling, lead: LeadStory) -> None:
    """Draft, review by somebody else, signature; a lead still at 上会 may lack the later ones."""
    rng, signed = telling.rng, lead.reached(S.SIGNED)
    approved = lead.reached(S.APPROVED)
    assert approved is not None
    last = signed or telling.span.last
    if signed is None and rng.random() < 0.4:
        return
    drafted = working_day(approved + (last - approved) * 0.3)
    reviewed = working_day(approved + (last - approved) * 0.7)
    company = telling.companies[lead.company]
    draft = partial(
        DraftAgreement,
        by=rng.choice(county.BUREAU_OFFICERS) if not lead.confidential else lead.holder(drafted),
        lead=lead.number,
        kind=AgreementKind.CONTRACT,
        title=f"{company.short_name}项目投资协议",
        amount=amount_text(Random(lead.number), lead.yi).removeprefix("约"),
    )
    lead.story.add(drafted, PAPER, draft)
    waits = signed is None and rng.random() < 0.5
    reviewer = county.REVIEWER if waits else rng.choice(county.REVIEWERS)
    if reviewer == county.REVIEWER:
        lead.story.add(drafted, PAPER, _asked(lead, drafted))
    if waits:
        return
    lead.story.add(reviewed, PAPER, _review(telling, lead, reviewer, reviewed))
    if signed is not None:
        sign = partial(SignAgreement, by=lead.holder(signed), lead=lead.number, on=signed)
        lead.story.add(signed, PAPER, sign)


def _asked(lead: LeadStory, day: date) -> Maker:
    until = working_day(day + timedelta(days=14))
    return partial(AskReview, by=lead.holder(day), lead=lead.number, reviewer=county.REVIEWER, until=until)


def _review(telling: Telling, lead: LeadStory, reviewer: str, day: date) -> Maker:
    rng = telling.rng
    amended = rng.random() < 0.3
    return partial(
        ReviewAgreement,
        by=reviewer if reviewer == county.REVIEWER else county.HEAD,
        lead=lead.number,
        number=f"青市监公平〔{day.year}〕{lead.number + 1} 号",
        reviewer=reviewer,
        on=day,
        verdict=ReviewVerdict.AMENDED if amended else ReviewVerdict.PASSED,
        opinion=words.OPINIONS[1] if amended else rng.choice((words.OPINIONS[0], words.OPINIONS[2])),
    )


def _project(telling: Telling, lead: LeadStory) -> None:
    """How far a signed project has come; at each stage one in sixteen stands still."""
    rng, day = telling.rng, lead.stages[-1][1]
    by = rng.choice(county.BUREAU_OFFICERS) if not lead.confidential else lead.holder(day)
    for stage in PROJECT_PATH[1:]:
        day = working_day(day + telling.between(PROJECT_TAKES[stage]) * DAY)
        if day > telling.span.last:
            return
        if rng.random() < 0.06:
            _give_up(telling, lead, day, by)
            return
        paper = words.PAPERS[stage.value].format(
            y=day.year, n=rng.randint(1001, 9999), code=_new_company(lead.number)
        )
        make = partial(MoveProject, by=by, lead=lead.number, to=stage, on=day, evidence=paper)
        lead.story.add(day, AFTER, make)


def _new_company(number: int) -> str:
    """The code of the company that a project registers here: an organisation that is never issued."""
    found = (f"91320506YY9{number:05d}{check}" for check in "0123456789X")
    whole = (code + uscc.calc_check_digit(code) for code in found)
    return next(code for code in whole if not check_credit_code(code).warning)


def _give_up(telling: Telling, lead: LeadStory, day: date, by: str) -> None:
    """Of the projects that stand still, some are ended for good after half a year."""
    ended = working_day(day + 180 * DAY)
    if lead.number % 3 or ended > telling.span.last:
        return
    make = partial(
        MoveProject, by=by, lead=lead.number, to=ProjectStage.TERMINATED, on=ended, reason=words.GIVEN_UP
    )
    lead.story.add(ended, AFTER, make)


# --- Visits --------------------------------------------------------------------------------------


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
        days.add(working_day(first + rng.randint(1, max(1, length)) * DAY))
    if lead.ended is None and length > 30:
        days.add(telling.span.ago(rng.randint(0, 34)))
    return sorted(day for day in days if first <= day <= last)


def _visits_of(telling: Telling, lead: LeadStory) -> None:
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


def _theirs(company: int) -> list[tuple[str, str]]:
    """(name, post) of the people known at a company: one who decides, one who does not."""
    rng = Random(f"{SEED} {company}")
    posts = [rng.choice(sorted(words.DECIDERS)), rng.choice(words.POSTS[2:])]
    return [(rng.choice(words.SURNAMES) + rng.choice(words.GIVEN), post) for post in posts]


def _talk(rng: Random, kind: VisitKind, whom: tuple[str, str]) -> Talk:
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
    talk = _talk(rng, kind, _theirs(lead.company)[met])
    promised = rng.random() < 0.3
    promise_due = working_day(day + rng.randint(6, 16) * DAY)
    due = following or _due(telling, lead, day)
    make = partial(
        LogVisit,
        by=by,
        visit=number,
        kind=kind,
        on=day,
        company=lead.company,
        lead=lead.number,
        place=_place(rng, kind),
        people=_people(telling, by, day, lead.confidential),
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
        _close(lead, ("visit", number, 0), max(closing, day), rng.choice(words.STEP_DONE))
    if promised:
        _keep_promise(telling, lead, number, (day, promise_due), talk.answer)


def _due(telling: Telling, lead: LeadStory, day: date) -> date:
    """The date of a next step that is still open: some overdue, some today, most in the days to come."""
    chance, today = telling.rng.random(), telling.span.today
    if lead.ended is not None:
        return max(day + DAY, working_day((lead.ended if lead.now is not S.ON_HOLD else today) + 20 * DAY))
    if chance < 0.16:
        return max(day + DAY, working_day(today - telling.rng.randint(1, 12) * DAY))
    if chance < 0.26:
        return max(day, today)
    days = telling.rng.randint(1, 6) if chance < 0.6 else telling.rng.randint(7, 25)
    return working_day(today + days * DAY + DAY)


def _keep_promise(
    telling: Telling, lead: LeadStory, number: int, dates: tuple[date, date], answer: str
) -> None:
    made, due = dates
    kept = next_working_day(max(made + DAY, due + telling.rng.randint(-6, 3) * DAY))
    recent = (telling.span.last - made).days < 30
    if kept <= telling.span.last and not (recent and telling.rng.random() < 0.35):
        _close(lead, ("visit", number, 1), kept, answer)


def _place(rng: Random, kind: VisitKind) -> str:
    if kind is VisitKind.CALL:
        return ""
    return rng.choice(words.PLACES_OUT if kind is VisitKind.OUTBOUND else words.PLACES_HOME)


def _people(telling: Telling, by: str, day: date, confidential: bool) -> tuple[str, ...]:
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


def _calls_on_companies(telling: Telling, count: int) -> list[Act]:
    """Visits without a lead: knocking at doors, mostly by the resident teams, more of late than at first."""
    acts: list[Act] = []
    for _ in range(count):
        company = telling.rng.randrange(len(telling.companies))
        day = telling.span.ago(715 * telling.rng.random())
        acts += _call_on(telling, company, day)
    return acts


def _call_on(telling: Telling, company: int, day: date) -> list[Act]:
    rng, story, number = telling.rng, Story(), telling.visit_number()
    _source, by = _found_by(telling, telling.companies[company], day, confidential=False)
    telling.touch(company, day, by)
    kind = rng.choice((VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.CALL))
    met = rng.randint(0, 1)
    talk = _talk(rng, kind, _theirs(company)[met])
    is_cold = kind is VisitKind.OUTBOUND and rng.random() < 0.5
    due = working_day(day + rng.randint(7, 21) * DAY)
    make = partial(
        LogVisit,
        by=by,
        visit=number,
        kind=kind,
        on=day,
        company=company,
        lead=None,
        place=_place(rng, kind),
        people=_people(telling, by, day, confidential=False),
        contacts=(met,),
        summary=rng.choice(words.COLD_OPENINGS) + rng.choice(words.CLOSINGS) if is_cold else talk.summary,
        needs="" if is_cold else talk.needs,
        promises=(),
        step=rng.choice(words.COLD_STEPS) if is_cold else talk.step,
        step_on=due,
    )
    story.add(day, VISIT, make)
    done = working_day(due + rng.randint(-4, 2) * DAY)
    if day < done <= telling.span.last and (rng.random() < 0.9 or (telling.span.last - done).days > 25):
        close = partial(CloseStep, by=by, step=("visit", number, 0), outcome=rng.choice(words.STEP_DONE))
        story.add(done, CLOSING, close)
    return story.acts(rng, telling.span)


# --- Companies -----------------------------------------------------------------------------------


def _companies_known(telling: Telling) -> list[Act]:
    """Two in five met companies came into the register when they were first met, all others at the start."""
    acts: list[Act] = []
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


def _contacts(telling: Telling, company: int, at: datetime, by: str) -> list[Act]:
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
        for place, (name, post) in enumerate(_theirs(company))
    ]
