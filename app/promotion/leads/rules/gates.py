"""What a stage asks for, and what of it a lead lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.promotion.leads.enums import Criterion, LeadStage, ReviewVerdict


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A 公平竞争审查 as far as the gate cares; without a verdict it was asked for and waits.

    `recorder_id` is who entered the verdict, None of one entered before that was kept; `has_paper` says
    whether a scan of the reviewing organ's own paper hangs on it.
    """

    number: str
    reviewed_on: date | None
    verdict: ReviewVerdict | None
    reviewer_id: int
    reviewer: str = ""  # name, for the sentence that says who is waited for
    recorder_id: int | None = None
    has_paper: bool = False


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """An agreement of kind contract. `amount` in 元."""

    signed_on: date | None
    amount: int | None
    has_file: bool
    drafter_id: int
    review: ReviewFacts | None = None


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """All that gates look at. `answered` holds the criteria that higher features say are met."""

    assessment: str = ""
    first_negotiator: bool = False
    first_talk_on: date | None = None
    summary: str = ""
    conclusion: str = ""
    conclusion_on: date | None = None
    contracts: tuple[ContractFacts, ...] = ()
    owner: str = ""  # name, for the sentence that says who fills it
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Missing:
    """One criterion not met: what to fill, who does it; `criterion` tells the page where."""

    criterion: Criterion
    reason: str
    who: str

    @property
    def title(self) -> str:
        return self.criterion.label


def missing_for(
    stage: LeadStage, criteria: Mapping[LeadStage, Sequence[Criterion]], facts: LeadFacts
) -> list[Missing]:
    """What a lead still lacks to enter `stage`, in the order of the stage's criteria."""
    found = [(criterion, _reason(criterion, facts)) for criterion in criteria.get(stage, ())]
    return [Missing(criterion, reason, _who(criterion, facts)) for criterion, reason in found if reason]


def met_for(
    stage: LeadStage, criteria: Mapping[LeadStage, Sequence[Criterion]], facts: LeadFacts
) -> list[Criterion]:
    """What of the stage's criteria is met."""
    return [criterion for criterion in criteria.get(stage, ()) if not _reason(criterion, facts)]


def _who(criterion: Criterion, facts: LeadFacts) -> str:
    if criterion is Criterion.FAIR_REVIEW:
        contract = _best(facts)
        review = contract.review if contract else None
        return review.reviewer if review and review.verdict is None else "审查人（不能是起草人）"
    return facts.owner or "负责人"


def _reason(criterion: Criterion, facts: LeadFacts) -> str:
    """What to fill for a criterion; empty when it is met."""
    return _REASONS[criterion](facts)


def _assessment(facts: LeadFacts) -> str:
    return (
        "" if facts.assessment else "还没有研判意见：写清产业方向、前景、环保能耗和效益，结论是跟进还是不跟进"
    )


def _first_negotiator(facts: LeadFacts) -> str:
    lacking = [
        word
        for word, there in (("首谈人", facts.first_negotiator), ("首谈日期", facts.first_talk_on))
        if not there
    ]
    return f"还没有填{'和'.join(lacking)}，在首谈登记里补上" if lacking else ""


def _contact_made(facts: LeadFacts) -> str:
    if Criterion.CONTACT_MADE in facts.answered:
        return ""
    return "还没有挂在这条线索上的走访或来访接待，记一次走访（电话视频不算）"


def _summary(facts: LeadFacts) -> str:
    return "" if facts.summary else "还没有项目概要：写清建设内容、投资构成、用地用能和效益"


def _conclusion(facts: LeadFacts) -> str:
    lacking = [
        word
        for word, there in (("会议结论", facts.conclusion), ("会议日期", facts.conclusion_on))
        if not there
    ]
    return f"还没有填{'和'.join(lacking)}，照会议纪要登记" if lacking else ""


def _contract_lacks(contract: ContractFacts) -> list[str]:
    parts = (("签订日期", contract.signed_on), ("合同金额", contract.amount), ("扫描件", contract.has_file))
    return [word for word, there in parts if not there]


def _review_lacks(contract: ContractFacts) -> str:
    review = contract.review
    if review is None:
        return "正式协议还没有公平竞争审查结论，请起草人以外的人审查"
    if review.verdict is None:
        return f"已经请{review.reviewer}审查，等{review.reviewer}登录后下结论"
    if review.verdict is ReviewVerdict.REFUSED:
        return "公平竞争审查没有通过，协议改好后重新审查"
    if review.reviewer_id == contract.drafter_id:
        return "审查人和起草人是同一个人，换一个人审查"
    if review.recorder_id == contract.drafter_id:
        return "审查结论是起草人自己登记的，不能算；请审查人登录后下结论"
    if review.recorder_id not in {None, review.reviewer_id} and not review.has_paper:
        return f"审查结论不是{review.reviewer}自己下的，还缺审查文书的扫描件"
    lacking = [word for word, there in (("文号", review.number), ("日期", review.reviewed_on)) if not there]
    return f"公平竞争审查还没有填{'和'.join(lacking)}" if lacking else ""


def _best(facts: LeadFacts) -> ContractFacts | None:
    """The contract that lacks least: any one complete contract is enough."""
    return min(facts.contracts, key=lacking, default=None)


def lacking(contract: ContractFacts) -> tuple[int, bool]:
    """How far a contract is from complete: the smaller, the nearer."""
    return len(_contract_lacks(contract)), bool(_review_lacks(contract))


def _agreement(facts: LeadFacts) -> str:
    contract = _best(facts)
    if contract is None:
        return "还没有正式协议（意向和框架协议不算），登记签订日期、金额并上传扫描件"
    lacking = _contract_lacks(contract)
    return f"正式协议还缺{'、'.join(lacking)}" if lacking else ""


def _fair_review(facts: LeadFacts) -> str:
    contract = _best(facts)
    return "先登记正式协议，再登记它的公平竞争审查结论" if contract is None else _review_lacks(contract)


_REASONS = {
    Criterion.ASSESSMENT: _assessment,
    Criterion.FIRST_NEGOTIATOR: _first_negotiator,
    Criterion.CONTACT_MADE: _contact_made,
    Criterion.SUMMARY: _summary,
    Criterion.CONCLUSION: _conclusion,
    Criterion.AGREEMENT: _agreement,
    Criterion.FAIR_REVIEW: _fair_review,
}


def why_opinion_missing(verdict: ReviewVerdict, opinion: str) -> str | None:
    """Whoever does not pass an agreement as it stands says what is wrong with it, so that it gets mended."""
    if verdict is ReviewVerdict.PASSED or opinion.strip():
        return None
    if verdict is ReviewVerdict.AMENDED:
        return "修改后通过的，写明改了哪几条"
    return "不通过的，写明哪几条不行、为什么、要怎么改"
