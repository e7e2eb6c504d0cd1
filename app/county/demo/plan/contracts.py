"""The contract, its review, and what comes after it; or that it came to nothing."""

from datetime import date, timedelta
from functools import partial
from random import Random

from stdnum.cn import uscc

from app.core.values.workdays import working_day_before
from app.county.demo import county, words
from app.county.demo.acts import (
    AskReview,
    DraftAgreement,
    MoveProject,
    ReviewAgreement,
    SignAgreement,
)
from app.county.demo.calendar import DAY, Maker
from app.county.demo.plan.telling import AFTER, PAPER, PROJECT_TAKES, LeadStory, S, Telling, amount_text
from app.delivery.projects.enums import PATH as PROJECT_PATH
from app.delivery.projects.enums import ProjectStage
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.register.enterprises.rules import check_credit_code


def sign_contract(telling: Telling, lead: LeadStory) -> None:
    """Draft, review by somebody else, signature; a lead still at 上会 may lack the later ones."""
    rng, signed = telling.rng, lead.reached(S.SIGNED)
    approved = lead.reached(S.APPROVED)
    assert approved is not None
    last = signed or telling.span.last
    if signed is None and rng.random() < 0.4:
        return
    drafted = working_day_before(approved + (last - approved) * 0.3)
    reviewed = working_day_before(approved + (last - approved) * 0.7)
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
    until = working_day_before(day + timedelta(days=14))
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


def lead_to_project(telling: Telling, lead: LeadStory) -> None:
    """How far a signed project has come; at each stage one in sixteen stands still."""
    rng, day = telling.rng, lead.stages[-1][1]
    by = rng.choice(county.BUREAU_OFFICERS) if not lead.confidential else lead.holder(day)
    for stage in PROJECT_PATH[1:]:
        day = working_day_before(day + telling.between(PROJECT_TAKES[stage]) * DAY)
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
    ended = working_day_before(day + 180 * DAY)
    if lead.number % 3 or ended > telling.span.last:
        return
    make = partial(
        MoveProject, by=by, lead=lead.number, to=ProjectStage.TERMINATED, on=ended, reason=words.GIVEN_UP
    )
    lead.story.add(ended, AFTER, make)
