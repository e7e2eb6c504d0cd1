"""What happened to one lead up to its contract, and the slips of whoever wrote it down."""

from datetime import date
from functools import partial
from random import Random
from typing import Any

from app.core.values.workdays import working_day_before
from app.county.demo import county, words
from app.county.demo.acts import (
    AssignLead,
    ChangeAmount,
    CorrectLead,
    FillLead,
    MoveLead,
    PlanStep,
    RegisterLead,
)
from app.county.demo.calendar import DAY
from app.county.demo.plan.telling import (
    AFTER,
    BEGIN,
    CLOSING,
    FIELD,
    MOVE,
    LeadStory,
    S,
    Telling,
    amount_text,
    note_closed,
)
from app.promotion.leads.enums import LeadSource, LeadStage, LossReason


def product_of(telling: Telling, lead: LeadStory) -> words.Product:
    company = telling.companies[lead.company]
    found = telling.rng.choice(words.PRODUCTS.get(company.node, words.OTHERWISE))
    content = found.content.format(n=max(1, round(lead.yi)))
    return words.Product(found.name + telling.rng.choice(words.PHASES), content)


def _land(lead: LeadStory) -> int:
    return max(8, round(lead.yi * 26 / 5) * 5)


def _jobs(lead: LeadStory) -> int:
    return max(20, round(lead.yi * 7) * 10)


def register_lead(telling: Telling, lead: LeadStory, product: words.Product) -> None:
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
    note_closed(lead, ("lead", lead.number, 0), lead.stages[1][1], rng.choice(words.STEP_DONE))
    if lead.now is S.ASSESSED:
        _plan_first_talk(telling, lead)


def _plan_first_talk(telling: Telling, lead: LeadStory) -> None:
    day = lead.stages[-1][1]
    due = max(day + DAY, telling.span.today + telling.rng.randint(-2, 6) * DAY)
    make = partial(PlanStep, by=lead.holder(day), lead=lead.number, what="约企业负责人首谈", due_on=due)
    lead.story.add(day, AFTER, make)


def moves(telling: Telling, lead: LeadStory, product: words.Product) -> None:
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
    late = working_day_before(day + telling.rng.randint(1, 4) * DAY)
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
    assert inspecting is not None
    assert reviewing is not None
    wrong = working_day_before(inspecting + (reviewing - inspecting) / 2)
    right = working_day_before(wrong + 3 * DAY)
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


def handovers(lead: LeadStory) -> None:
    for day, owner in lead.holders[1:]:
        to_park = owner in county.LOCAL_OFFICERS
        to_section = owner in county.BUREAU_OFFICERS
        reason = words.HANDOVER_WORDS[1 if to_park else 2 if to_section else 0]
        make = partial(AssignLead, by=county.HEAD, lead=lead.number, owner=owner, on=day, reason=reason)
        lead.story.add(day, CLOSING, make)


def amounts(telling: Telling, lead: LeadStory) -> None:
    """One lead in six gets another amount on the way."""
    rng = telling.rng
    first, last = lead.reached(S.NEGOTIATING), lead.ended or telling.span.last
    if first is None or rng.random() > 0.3:
        return
    day = working_day_before(first + (last - first) * rng.random())
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
