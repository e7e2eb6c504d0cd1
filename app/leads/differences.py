"""What two people who changed one lead at once differ on: both values in words, for the conflict page.

A room beside `queries`: it reads, and changes nothing. A value with the name of its field can be chosen.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from app.accounts.models import Person, Unit
from app.core.auth import require_actor
from app.core.db import db
from app.core.enums import LabelledEnum
from app.core.errors import Clash
from app.core.history import EntryKind
from app.core.labels import label_of, labels_of
from app.core.money import in_words
from app.core.subjects import subject_of
from app.core.versions import what_changed
from app.leads import policy, projection, queries, rules
from app.leads.enums import LeadStage
from app.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember

UNKNOWN = "未填"
LABELS = labels_of(
    Lead.name,
    Lead.source,
    Lead.introducer,
    Lead.industry_code,
    Lead.fixed_amount,
    Lead.land_mu,
    Lead.jobs_planned,
    Lead.content,
    Lead.assessment,
    Lead.first_negotiator_id,
    Lead.first_talk_on,
    Lead.summary,
    Lead.conclusion,
    Lead.conclusion_on,
    Lead.conclusion_number,
) | {"amount_text": label_of(Lead.amount)}
# What else a lead's row says; beside LABELS, for the sentence on what somebody else changed.
_MORE_LABELS = labels_of(
    Lead.stage,
    Lead.owner_id,
    Lead.unit_id,
    Lead.team_id,
    Lead.amount,
    Lead.confidential,
    Lead.registered_on,
) | {"before": label_of(LeadMember.person_id)}


# --- Fields --------------------------------------------------------------------------------------


def of_fields(lead: Lead, wanted: Mapping[str, Any]) -> list[Clash]:
    """Fields of a lead, keys of LABELS."""
    return [
        Clash(
            LABELS[name],
            _words(name, getattr(lead, name)),
            _words(name, value),
            name,
            _as_sent(name, getattr(lead, name)),
        )
        for name, value in wanted.items()
        if getattr(lead, name) != value
    ]


def _words(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return UNKNOWN
    shown: Callable[[Any], str] = _SHOWN.get(name, str)
    return shown(value)


def _as_sent(name: str, value: Any) -> str:
    """A value as the form of the field would send it."""
    if value is None:
        return ""
    sent: Callable[[Any], str] = _SENT.get(name, str)
    return sent(value)


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def _label(member: LabelledEnum) -> str:
    return member.label


_SHOWN: dict[str, Callable[[Any], str]] = {
    "source": _label,
    "fixed_amount": in_words,
    "land_mu": lambda mu: f"{mu} 亩",
    "jobs_planned": lambda number: f"{number} 人",
    "first_negotiator_id": lambda person_id: _person(person_id).name,
}
_SENT: dict[str, Callable[[Any], str]] = {
    "fixed_amount": lambda yuan: f"{yuan}元",
    "source": lambda source: source.value,
    "first_negotiator_id": lambda person_id: _person(person_id).public_id,
}


def _changed(lead: Lead) -> str:
    """What the last save changed, in words: 改了线索名称、来源."""
    return what_changed(LABELS | _MORE_LABELS, subject_of(lead))


# --- Stage, holding, access ----------------------------------------------------------------------


def of_move(lead: Lead, to: LeadStage) -> list[Clash]:
    """Where the lead stands by now and what else was changed, against where it was to go."""
    stages = queries.stages_on()
    theirs = f"{stages.label(lead.stage)}（{lead.stage_since} 起），{_changed(lead)}"
    return [Clash(label_of(Lead.stage), theirs, f"到「{stages.label(to)}」")]


def may_still_move(lead: Lead, to: LeadStage) -> bool:
    """Whether the move could be made from where the lead stands by now."""
    came_from = rules.stage_of(projection.standing_of(lead).came_from)
    may_correct = policy.may_correct(require_actor(), lead)
    return rules.why_not_move(lead.stage, to, came_from, may_correct=may_correct) is None


def of_holding(lead: Lead, owner_id: int, unit_id: int | None, team_id: int | None) -> list[Clash]:
    """Who holds the lead by now, against who was to hold it."""
    pairs: list[tuple[str, str, Person | Unit | None, Person | Unit | None]] = [
        (label_of(Lead.owner_id), "owner", lead.owner, _person(owner_id)),
        (label_of(Lead.unit_id), "unit", lead.unit, _unit(unit_id)),
        (label_of(Lead.team_id), "team", lead.team, _unit(team_id)),
    ]
    return [
        Clash(label, _name(theirs), _name(mine), name, theirs.public_id if theirs else "")
        for label, name, theirs, mine in pairs
        if theirs != mine
    ]


def _unit(unit_id: int | None) -> Unit | None:
    return None if unit_id is None else db.session.get_one(Unit, unit_id)


def _name(row: Person | Unit | None) -> str:
    return "没有" if row is None else row.name


def of_access(lead: Lead, confidential: bool, member_ids: Iterable[int]) -> list[Clash]:
    """Who may see the lead by now, against who was to see it. Chosen as a whole: a list has no one field."""
    named = queries.members_of(lead)
    wanted = set(member_ids)
    rows = [
        Clash(label_of(Lead.confidential), _secrecy(lead.confidential), _secrecy(confidential)),
        Clash(
            label_of(LeadMember.person_id),
            "、".join(person.name for person in named) or "没有",
            "、".join(sorted(_person(person_id).name for person_id in wanted)) or "没有",
        ),
    ]
    return [row for row in rows if row.theirs != row.mine]


def _secrecy(confidential: bool) -> str:
    return "保密" if confidential else "不保密"


# --- The ledger, archiving -----------------------------------------------------------------------


def of_correction(lead: Lead, entry: LeadEntry, reason: str) -> list[Clash]:
    """Whether the row still counts, against the correction."""
    return [Clash("这一行台账", _row_words(lead, entry), f"不算数：{reason}")]


def of_registration(lead: Lead, day: date) -> list[Clash]:
    """The day of registration by now and what else was changed, against the day that it was to be."""
    return [Clash(label_of(Lead.registered_on), f"{lead.registered_on}，线索{_changed(lead)}", str(day))]


def _row_words(lead: Lead, entry: LeadEntry) -> str:
    void = next((row for row in queries.entries_of(lead) if row.voids == entry.id), None)
    return f"已更正：{void.reason}" if void else f"照旧计入，线索{_changed(lead)}"


def may_still_correct(lead: Lead, entry: LeadEntry) -> bool:
    """Whether nobody has corrected the row, and it is none that cannot be corrected."""
    return entry.kind is not EntryKind.CORRECT and all(
        row.voids != entry.id for row in queries.entries_of(lead)
    )


def of_archiving(lead: Lead, mine: str) -> list[Clash]:
    """Whether the lead is archived by now, against what was to be done."""
    theirs = f"已归档：{lead.archive_reason or ''}" if lead.is_archived else f"没有归档，{_changed(lead)}"
    return [Clash("归档", theirs, mine)]


# --- Agreements ----------------------------------------------------------------------------------


class Agreed(Protocol):
    """What is typed about an agreement."""

    @property
    def kind(self) -> LabelledEnum: ...
    @property
    def title(self) -> str: ...
    @property
    def drafter_id(self) -> int: ...
    @property
    def signed_on(self) -> date | None: ...


def of_agreement(agreement: Agreement, data: Agreed, amount_text: str, scan: str) -> list[Clash]:
    """An agreement by now, against what was typed. `scan`: name of the file sent along, which must be chosen
    again: a page cannot hand a file back.
    """
    drafter = _person(data.drafter_id)
    rows = [
        _clash(label_of(Agreement.kind), "kind", agreement.kind, data.kind),
        _clash(label_of(Agreement.title), "title", agreement.title, data.title),
        Clash(
            label_of(Agreement.drafter_id),
            agreement.drafter.name,
            drafter.name,
            "drafter",
            agreement.drafter.public_id,
        ),
        _clash(label_of(Agreement.signed_on), "signed_on", agreement.signed_on, data.signed_on),
        _clash(label_of(Agreement.amount), "amount", agreement.amount_text, amount_text),
    ]
    files = queries.files_by_agreement([agreement])[agreement.public_id]
    stored, again = files[0].name if files else "没有", f"{scan}（保存后请再传一次）"
    sent = [Clash("扫描件", stored, again)] if scan else []
    return [row for row in rows if row.theirs != row.mine] + sent


def of_asking(review: FairReview | None, asked: Person) -> list[Clash]:
    """Whom somebody else asked for the review by now, or what came of it, against who was to be asked."""
    if review is None:
        return []
    if review.verdict is not None:
        return [Clash("审查", f"{review.reviewer.name}：{review.verdict.label}", f"请{asked.name}审查")]
    label = label_of(FairReview.reviewer_id)
    row = Clash(label, review.reviewer.name, asked.name, "reviewer", review.reviewer.public_id)
    return [row] if row.theirs != row.mine else []


def of_review(review: FairReview | None, wanted: Mapping[str, Any]) -> list[Clash]:
    """A 公平竞争审查 by now, against what was typed; keys: number reviewed_on verdict reviewer_id opinion."""
    reviewer = _person(wanted["reviewer_id"])
    theirs = review.reviewer if review else None
    rows = [
        _clash(label_of(FairReview.number), "number", review and review.number, wanted["number"]),
        _clash(
            label_of(FairReview.reviewed_on),
            "reviewed_on",
            review and review.reviewed_on,
            wanted["reviewed_on"],
        ),
        _clash(label_of(FairReview.verdict), "verdict", review and review.verdict, wanted["verdict"]),
        Clash(
            label_of(FairReview.reviewer_id),
            theirs.name if theirs else UNKNOWN,
            reviewer.name,
            "reviewer",
            theirs.public_id if theirs else "",
        ),
        _clash(label_of(FairReview.opinion), "opinion", review and review.opinion, wanted["opinion"]),
    ]
    return [row for row in rows if row.theirs != row.mine]


def _clash(label: str, name: str, theirs: Any, mine: Any) -> Clash:
    return Clash(label, _plain(theirs), _plain(mine), name, "" if theirs is None else str(theirs))


def _plain(value: Any) -> str:
    if isinstance(value, LabelledEnum):
        return value.label
    return UNKNOWN if value is None or value == "" else str(value)
