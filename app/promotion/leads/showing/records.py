"""Agreements, reviews, the ledger and the facts of a lead."""

from collections.abc import Sequence
from typing import Any

from app.core.records.history import EntryKind
from app.core.records.ledger import shown
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.promotion.leads.happenings import sentence_of
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry
from app.promotion.leads.queries import Stages, registration_of
from app.promotion.leads.showing.cards import Words


def agreement(of: Agreement) -> list[tuple[str, Any]]:
    """What a page says of an agreement beside its files."""
    return [
        (label_of(Agreement.kind), of.kind.label),
        (label_of(Agreement.signed_on), of.signed_on),
        (label_of(Agreement.amount), in_words(of.amount) if of.amount else None),
        (label_of(Agreement.drafter_id), of.drafter.name),
    ]


def review(of: FairReview | None) -> list[tuple[str, Any]]:
    """What a page says of a 公平竞争审查: who asked, who concludes, what, and who entered it."""
    if of is None:
        return []
    asked = ("请审", f"{of.asker.name} {of.asked_on} 请 {of.reviewer.name} 审查") if of.asker else None
    if of.verdict is None:
        return [
            row
            for row in (asked, (label_of(FairReview.verdict), f"等 {of.reviewer.name} 登录后下结论"))
            if row
        ]
    if of.recorder is None:
        entered = "以前登记，没有记下登记人"
    elif of.is_own:
        entered = f"{of.recorder.name} 本人登录登记"
    else:
        entered = f"{of.recorder.name} 照纸面文书登记"
    told = [
        (label_of(FairReview.verdict), of.verdict.label),
        (label_of(FairReview.number), of.number),
        (label_of(FairReview.reviewed_on), of.reviewed_on),
    ]
    rest = [
        (label_of(FairReview.reviewer_id), of.reviewer.name),
        ("登记", entered),
        (label_of(FairReview.opinion), of.opinion),
    ]
    return [*told, *([asked] if asked else []), *rest]


def ledger(
    entries: Sequence[LeadEntry], stages: Stages, owners: dict[int, str], may_correct: bool
) -> list[Words]:
    """Rows of 阶段台账 from entries newest first; the registration may be given another day."""
    first = registration_of(entries)
    fixed = {row for kind, row in first.items() if kind is not EntryKind.AMOUNT}
    rows = shown(
        entries,
        lambda row, by_id: sentence_of(row, stages, owners, by_id),
        lambda row: may_correct and row not in fixed,
    )
    began = {first[EntryKind.MOVE].id} if EntryKind.MOVE in first and may_correct else set()
    return [row | {"may_redate": row["id"] in began} for row in rows]


def side_facts(lead: Lead, industry: str) -> list[Words]:
    """投资 at the side of a lead's page."""
    doubtful = "待核" if lead.amount_doubtful else ""
    reading = f"原写 {lead.amount_text}" if lead.amount_text and lead.amount else ""
    per_mu = ""
    if lead.land_mu and lead.amount:
        per_mu = f"{round(lead.amount / float(lead.land_mu) / 10_000):,} 万元/亩"
    return [
        {
            "label": label_of(Lead.amount),
            "value": in_words(lead.amount) if lead.amount else (lead.amount_text or None),
            "note": "　".join(filter(None, (reading, doubtful))),
        },
        {
            "label": label_of(Lead.fixed_amount),
            "value": None if lead.fixed_amount is None else in_words(lead.fixed_amount),
        },
        {
            "label": label_of(Lead.land_mu),
            "value": None if lead.land_mu is None else f"{lead.land_mu.normalize():f} 亩",
        },
        *([{"label": "亩均投资", "value": per_mu}] if per_mu else []),
        {
            "label": label_of(Lead.jobs_planned),
            "value": None if lead.jobs_planned is None else f"{lead.jobs_planned:,} 人",
        },
        {"label": label_of(Lead.industry_code), "value": industry},
        {"label": label_of(Lead.content), "value": lead.content},
        {"label": "口径", "value": "招商口径"},
    ]
