"""What people call the records that events name, and which of them are confidential: one statement a page.

Confidential is what a record is today, whenever the event happened. An event is as confidential as the most
confidential record it is about or names.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    FromClause,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.core.records.typed import contains
from app.core.storage.audit import AuditEvent
from app.core.storage.db import Base, db
from app.core.storage.subjects import SUBJECTS
from app.core.values.ids import looks_like_public_id
from app.core.values.labels import words_of as column_words
from app.core.web.files import StoredFile
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.imports.models import ImportBatch
from app.finding.words.models import WordGroup, WordReading
from app.office.auditing.rules import HIDDEN, in_hand
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember, StageSet
from app.promotion.leads.queries import FILE_KIND, REVIEW_KIND
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.accounts.naming import is_person
from app.register.comments.models import Comment, CommentMention
from app.register.enterprises.models import (
    Contact,
    ContactErasure,
    ContactPersonal,
    Enterprise,
    EnterpriseName,
)
from app.register.enterprises.naming import about_company
from app.register.tags.models import Tag, Tagging

Expression = SQLColumnExpression[Any]

# Fields that name records without a foreign key: those of events that services write by hand.
_NAMING = {
    ("lead", "before"): "person",
    ("lead", "after"): "person",
    ("lead", "met"): "lead",
    ("lead", "counts"): "lead",
    ("lead", "entry"): "lead_entry",
    ("project", "entry"): "project_entry",
    ("step", "lead_id"): "lead",  # of steps before they could be about any record
}


# Fields that events of one kind tell of rows of another.
_OF_PARTS: dict[tuple[str, str], tuple[str, str]] = {
    ("visit", "person_id"): ("visit_participant", "person_id"),
    ("visit", "contact_id"): ("visit_contact", "contact_id"),
    ("agreement", "verdict"): ("fair_review", "verdict"),
    ("lead", "counts"): ("lead", "duplicate_of_id"),
    ("step", "lead_id"): ("visit", "lead_id"),  # of steps before they could be about any record
}


def words_of(kind: str, name: str) -> tuple[str, str]:
    """The label of a field of an event, and the unit of its numbers: those of the column it tells of."""
    return column_words(Base.metadata, *_OF_PARTS.get((kind, name), (kind, name))) or in_hand(kind, name)


@dataclass(frozen=True, slots=True)
class Named:
    """What people call a record, and whether it is confidential today."""

    label: str
    confidential: bool


@dataclass(slots=True)
class Records:
    """The records that a page of events names, by kind and by either id."""

    _known: dict[tuple[str, str], Named] = field(default_factory=dict)

    def add(self, kind: str, ids: Iterable[str], named: Named) -> None:
        for each in ids:
            self._known[(kind, each)] = named

    def get(self, kind: str, key: object) -> Named | None:
        """A record by its inner or its public id."""
        return self._known.get((kind, str(key)))

    def label_of(self, kind: str, name: str, value: Any) -> str | None:
        """What the value of a field names; None when it names no record that is known."""
        found = next((found for each in named_kinds(kind, name) if (found := self.get(each, value))), None)
        if found is None:
            return None
        return HIDDEN if found.confidential else found.label

    def is_confidential(self, event: AuditEvent) -> bool:
        """Whether only the deed may be told of an event, not its values.

        A part that is deleted is judged by what it hung on. Where the event does not say what that was, it
        is taken for confidential.
        """
        subject = self.get(event.subject_kind, event.subject_id)
        may_hide = event.subject_kind in MAY_BE_CONFIDENTIAL
        known = [subject] if subject else []
        for kind, key in _named_by(event):
            found = self.get(kind, key)
            if found is not None:
                known.append(found)
                may_hide = may_hide and kind not in MAY_BE_CONFIDENTIAL
        return any(each.confidential for each in known) or (subject is None and may_hide)


def named_kinds(kind: str, name: str) -> tuple[str, ...]:
    """The kinds of record that a field of another kind may name: person for the `owner_id` of a lead, any
    that others hang on for `subject_id`. A public id is one record's alone.
    """
    if name == "subject_id":
        return tuple(SUBJECTS)
    table = Base.metadata.tables.get(kind)
    column = table.c.get(name) if table is not None else None
    targets = [key.column.table.name for key in column.foreign_keys] if column is not None else []
    return tuple(targets[:1]) or tuple(filter(None, [_NAMING.get((kind, name))]))


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind: its key, its public id if it has one, what it is called, what makes it confidential."""

    id: Expression
    label: Expression
    tables: FromClause
    public_id: Expression | None = None
    confidential: Expression | None = None


def _text(column: Any) -> Expression:
    return cast(column, String(200))


def _joined(left: Any, *steps: tuple[Any, Expression]) -> Any:
    table = left.__table__
    for model, on in steps:
        table = table.outerjoin(model.__table__, on)
    return table


def _hiding(confidential: Expression, plain: Any, full: Any) -> Expression:
    """What a confidential record is called says nothing of its content."""
    return case((confidential, _text(plain)), else_=_text(full))


def _hangs_on_secret(kind: Any, public_id: Any) -> Expression:
    """Whether the record that something hangs on is confidential."""
    models: tuple[Any, ...] = (Lead, Project, Visit)
    rows = [(model.__tablename__, aliased(model)) for model in models]  # each may be read here for others
    return or_(
        *(
            and_(kind == name, exists().where(row.public_id == public_id, row.confidential))
            for name, row in rows
        )
    )


_visit_label = _hiding(
    Visit.confidential, Visit.held_on, _text(Visit.held_on) + " " + func.coalesce(Enterprise.name, "")
)
_of_visit = (Enterprise, Enterprise.id == Visit.enterprise_id)
_is_confidential_file = or_(
    func.coalesce(Lead.confidential, false()), _hangs_on_secret(StoredFile.owner_kind, StoredFile.owner_id)
)
_file_label = _hiding(_is_confidential_file, literal("附件"), StoredFile.name)

_said_by = _text(Person.name) + "的留言"
_author = (Person, Person.id == Comment.author_id)

_SOURCES: dict[str, _Source] = {
    "unit": _Source(Unit.id, Unit.name, Unit.__table__, Unit.public_id),
    "person": _Source(Person.id, Person.name, Person.__table__, Person.public_id),
    "user_account": _Source(User.id, User.login, User.__table__, User.public_id),
    "user_role": _Source(UserRole.id, User.login, _joined(UserRole, (User, User.id == UserRole.user_id))),
    "team_membership": _Source(
        TeamMembership.id,
        _text(Person.name) + " " + Unit.name,
        _joined(
            TeamMembership,
            (Person, Person.id == TeamMembership.person_id),
            (Unit, Unit.id == TeamMembership.team_id),
        ),
        TeamMembership.public_id,
    ),
    "enterprise": _Source(Enterprise.id, Enterprise.name, Enterprise.__table__, Enterprise.public_id),
    "enterprise_name": _Source(EnterpriseName.id, EnterpriseName.name, EnterpriseName.__table__),
    "contact": _Source(
        Contact.id,
        _text(Enterprise.name) + "的联系人",
        _joined(Contact, (Enterprise, Enterprise.id == Contact.enterprise_id)),
        Contact.public_id,
    ),
    "contact_personal": _Source(
        ContactPersonal.id,
        _text(Enterprise.name) + "的联系人",
        _joined(
            ContactPersonal,
            (Contact, Contact.id == ContactPersonal.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
    ),
    "contact_erasure": _Source(
        ContactErasure.id,
        _text(Enterprise.name) + "的联系人",
        _joined(
            ContactErasure,
            (Contact, Contact.id == ContactErasure.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
        ContactErasure.public_id,
    ),
    "lead": _Source(Lead.id, Lead.number, Lead.__table__, Lead.public_id, Lead.confidential),
    "lead_entry": _Source(
        LeadEntry.id,
        _text(LeadEntry.effective_on) + " 那一行",
        _joined(LeadEntry, (Lead, Lead.id == LeadEntry.lead_id)),
        confidential=Lead.confidential,
    ),
    "lead_member": _Source(
        LeadMember.id,
        Lead.number,
        _joined(LeadMember, (Lead, Lead.id == LeadMember.lead_id)),
        confidential=Lead.confidential,
    ),
    "agreement": _Source(
        Agreement.id,
        _hiding(Lead.confidential, Lead.number, Agreement.title),
        _joined(Agreement, (Lead, Lead.id == Agreement.lead_id)),
        Agreement.public_id,
        Lead.confidential,
    ),
    "fair_review": _Source(
        FairReview.id,
        Lead.number,
        _joined(
            FairReview,
            (Agreement, Agreement.id == FairReview.agreement_id),
            (Lead, Lead.id == Agreement.lead_id),
        ),
        FairReview.public_id,
        Lead.confidential,
    ),
    "project": _Source(
        Project.id, Project.number, Project.__table__, Project.public_id, Project.confidential
    ),
    "project_entry": _Source(
        ProjectEntry.id,
        _text(ProjectEntry.effective_on) + " 那一行",
        _joined(ProjectEntry, (Project, Project.id == ProjectEntry.project_id)),
        confidential=Project.confidential,
    ),
    "visit": _Source(Visit.id, _visit_label, _joined(Visit, _of_visit), Visit.public_id, Visit.confidential),
    "visit_participant": _Source(
        VisitParticipant.id,
        _visit_label,
        _joined(VisitParticipant, (Visit, Visit.id == VisitParticipant.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "visit_confirmation": _Source(
        VisitConfirmation.id,
        _visit_label,
        _joined(VisitConfirmation, (Visit, Visit.id == VisitConfirmation.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "visit_contact": _Source(
        VisitContact.id,
        _visit_label,
        _joined(VisitContact, (Visit, Visit.id == VisitContact.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "step": _Source(
        Step.id,
        _hiding(Step.confidential, Step.due_on, Step.what),
        Step.__table__,
        Step.public_id,
        Step.confidential,
    ),
    "comment": _Source(
        Comment.id,
        _said_by,
        _joined(Comment, _author),
        Comment.public_id,
        _hangs_on_secret(Comment.subject_kind, Comment.subject_id),
    ),
    "comment_mention": _Source(
        CommentMention.id,
        _said_by,
        _joined(CommentMention, (Comment, Comment.id == CommentMention.comment_id), _author),
        confidential=_hangs_on_secret(Comment.subject_kind, Comment.subject_id),
    ),
    "tag": _Source(Tag.id, Tag.name, Tag.__table__, Tag.public_id),
    "tagging": _Source(
        Tagging.id,
        Tag.name,
        _joined(Tagging, (Tag, Tag.id == Tagging.tag_id)),
        confidential=_hangs_on_secret(Tagging.subject_kind, Tagging.subject_id),
    ),
    "import_batch": _Source(
        ImportBatch.id, ImportBatch.file_name, ImportBatch.__table__, ImportBatch.public_id
    ),
    "stage_set": _Source(StageSet.id, _text(StageSet.valid_from), StageSet.__table__, StageSet.public_id),
    "word_group": _Source(WordGroup.id, WordGroup.words, WordGroup.__table__, WordGroup.public_id),
    "word_reading": _Source(WordReading.id, WordReading.word, WordReading.__table__, WordReading.public_id),
    "stored_file": _Source(
        StoredFile.id,
        _file_label,
        _joined(
            StoredFile,
            (
                Agreement,
                and_(
                    StoredFile.owner_kind.in_([FILE_KIND, REVIEW_KIND]),
                    StoredFile.owner_id == Agreement.public_id,
                ),
            ),
            (Lead, Lead.id == Agreement.lead_id),
        ),
        StoredFile.public_id,
        _is_confidential_file,
    ),
}


MAY_BE_CONFIDENTIAL = frozenset(kind for kind, source in _SOURCES.items() if source.confidential is not None)


def records_of(events: Iterable[AuditEvent]) -> Records:
    """The records that these events are about or name."""
    wanted = _wanted(events)
    found = Records()
    statement = union_all(*(_select(kind, wanted[kind]) for kind in _SOURCES))
    for kind, inner, public_id, label, confidential in db.session.execute(statement):
        ids = [str(inner), *([public_id] if public_id else [])]
        found.add(kind, ids, Named(label or "", bool(confidential)))
    return found


# Records by what is printed on paper: (number, public id), and (name, public id, may the name be asked for);
# companies and people go by more than that.
_BY_NUMBER = ((Lead.number, Lead.public_id), (Project.number, Project.public_id))
_BY_NAME = (
    (Lead.name, Lead.public_id, ~Lead.confidential),
    (Project.name, Project.public_id, ~Project.confidential),
    (Unit.name, Unit.public_id, true()),
)
MOST_NAMED = 200


def subjects_called(text: str) -> set[str]:
    """The ids of records with this number, or with this in one of their names, and the text itself, which
    may be an id. The name of a confidential record finds nothing, for whoever guesses it; its number is no
    secret.

    Holds at most MOST_NAMED + 1 ids beside the text.
    """
    if looks_like_public_id(text) or text.isdigit():
        return {text}
    by_number = [select(key).where(number == text.upper()) for number, key in _BY_NUMBER]
    by_name = [select(key).where(contains(text, name), is_open) for name, key, is_open in _BY_NAME]
    companies = select(Enterprise.public_id).where(about_company(text, Enterprise.id, lambda _term: false()))
    people = select(Person.public_id).where(is_person(text, Person.id))
    found = union_all(*by_number, *by_name, companies, people).limit(MOST_NAMED + 1)
    return {text, *db.session.scalars(found)}


def _wanted(events: Iterable[AuditEvent]) -> dict[str, set[str]]:
    """Ids by kind, as the events have them."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        wanted[event.subject_kind].add(event.subject_id)
        for kind, key in _named_by(event):
            wanted[kind].add(key)
    return wanted


def _named_by(event: AuditEvent) -> Iterator[tuple[str, str]]:
    """(kind, id) of every record that the fields of an event name, before and after."""
    for name, value in json.loads(event.details).items():
        for kind in named_kinds(event.subject_kind, name):
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    yield kind, str(each)


def _select(kind: str, ids: set[str]) -> Any:
    source = _SOURCES[kind]
    inner = [int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 16]
    ways = [source.id.in_(inner)]
    if source.public_id is not None:
        ways.append(source.public_id.in_(ids))
    return (
        select(
            literal(kind),
            source.id,
            cast(source.public_id if source.public_id is not None else null(), String(16)),
            _text(source.label),
            source.confidential if source.confidential is not None else false(),
        )
        .select_from(source.tables)
        .where(or_(*ways))
    )
