"""What each kind of record is called, and what makes it confidential."""

from functools import cache
from typing import Any

from sqlalchemy import (
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
)

from app.core.storage.db import Base
from app.core.storage.subjects import SUBJECTS
from app.core.web.files import StoredFile
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.imports.models import ImportBatch
from app.finding.words.models import WordGroup, WordReading
from app.office.auditing.records.kinds import Expression, NamedKind, as_text, joined
from app.office.auditing.records.of_chains import OF_CHAINS
from app.office.auditing.records.speaking import vocabulary
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember, StageSet
from app.promotion.leads.queries import FILE_KIND, REVIEW_KIND
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.comments.models import Comment, CommentMention
from app.register.enterprises.models import (
    Contact,
    ContactErasure,
    ContactPersonal,
    Enterprise,
    EnterpriseName,
)
from app.register.tags.models import Tag, Tagging


def _hiding(confidential: Expression, plain: Any, full: Any) -> Expression:
    """What a confidential record is called says nothing of its content."""
    return case((confidential, as_text(plain)), else_=as_text(full))


def _hangs_on_secret(kind: Any, public_id: Any) -> Expression:
    """Whether the record that something hangs on is confidential."""
    tables = [(name, Base.metadata.tables[name]) for name in SUBJECTS]
    # aliased: the statement may read the same table as a source
    secret = [(name, table.alias().c) for name, table in tables if "confidential" in table.c]
    return or_(
        *(
            and_(kind == name, exists().where(row.public_id == public_id, row.confidential))
            for name, row in secret
        )
    )


def _plain(name: str) -> NamedKind:
    """A kind that says itself what it is called: by its number, which is no secret, by its name, or only of
    which kind it is.
    """
    table = Base.metadata.tables[name]
    rows, secret = table.c, table.c.get("confidential")
    kind = literal(vocabulary().kinds[name])
    label: Expression = rows.number if "number" in rows else rows.name if "name" in rows else kind
    if secret is not None and "number" not in rows:
        label = _hiding(secret, kind, label)
    return NamedKind(rows.id, label, table, rows.public_id, secret)


_visit_label = _hiding(
    Visit.confidential, Visit.held_on, as_text(Visit.held_on) + " " + func.coalesce(Enterprise.name, "")
)
_of_visit = (Enterprise, Enterprise.id == Visit.enterprise_id)
_said_by = as_text(Person.name) + "的留言"
_author = (Person, Person.id == Comment.author_id)
_OWN: dict[str, NamedKind] = {
    **OF_CHAINS,
    "unit": NamedKind(Unit.id, Unit.name, Unit.__table__, Unit.public_id),
    "person": NamedKind(Person.id, Person.name, Person.__table__, Person.public_id),
    "user_account": NamedKind(User.id, User.login, User.__table__, User.public_id),
    "user_role": NamedKind(UserRole.id, User.login, joined(UserRole, (User, User.id == UserRole.user_id))),
    "team_membership": NamedKind(
        TeamMembership.id,
        as_text(Person.name) + " " + Unit.name,
        joined(
            TeamMembership,
            (Person, Person.id == TeamMembership.person_id),
            (Unit, Unit.id == TeamMembership.team_id),
        ),
        TeamMembership.public_id,
    ),
    "enterprise_name": NamedKind(EnterpriseName.id, EnterpriseName.name, EnterpriseName.__table__),
    "contact": NamedKind(
        Contact.id,
        as_text(Enterprise.name) + "的联系人",
        joined(Contact, (Enterprise, Enterprise.id == Contact.enterprise_id)),
        Contact.public_id,
    ),
    "contact_personal": NamedKind(
        ContactPersonal.id,
        as_text(Enterprise.name) + "的联系人",
        joined(
            ContactPersonal,
            (Contact, Contact.id == ContactPersonal.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
    ),
    "contact_erasure": NamedKind(
        ContactErasure.id,
        as_text(Enterprise.name) + "的联系人",
        joined(
            ContactErasure,
            (Contact, Contact.id == ContactErasure.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
        ContactErasure.public_id,
    ),
    "lead_entry": NamedKind(
        LeadEntry.id,
        as_text(LeadEntry.effective_on) + " 那一行",
        joined(LeadEntry, (Lead, Lead.id == LeadEntry.lead_id)),
        confidential=Lead.confidential,
    ),
    "lead_member": NamedKind(
        LeadMember.id,
        Lead.number,
        joined(LeadMember, (Lead, Lead.id == LeadMember.lead_id)),
        confidential=Lead.confidential,
    ),
    "agreement": NamedKind(
        Agreement.id,
        _hiding(Lead.confidential, Lead.number, Agreement.title),
        joined(Agreement, (Lead, Lead.id == Agreement.lead_id)),
        Agreement.public_id,
        Lead.confidential,
    ),
    "fair_review": NamedKind(
        FairReview.id,
        Lead.number,
        joined(
            FairReview,
            (Agreement, Agreement.id == FairReview.agreement_id),
            (Lead, Lead.id == Agreement.lead_id),
        ),
        FairReview.public_id,
        Lead.confidential,
    ),
    "project_entry": NamedKind(
        ProjectEntry.id,
        as_text(ProjectEntry.effective_on) + " 那一行",
        joined(ProjectEntry, (Project, Project.id == ProjectEntry.project_id)),
        confidential=Project.confidential,
    ),
    "visit": NamedKind(Visit.id, _visit_label, joined(Visit, _of_visit), Visit.public_id, Visit.confidential),
    "visit_participant": NamedKind(
        VisitParticipant.id,
        _visit_label,
        joined(VisitParticipant, (Visit, Visit.id == VisitParticipant.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "visit_confirmation": NamedKind(
        VisitConfirmation.id,
        _visit_label,
        joined(VisitConfirmation, (Visit, Visit.id == VisitConfirmation.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "visit_contact": NamedKind(
        VisitContact.id,
        _visit_label,
        joined(VisitContact, (Visit, Visit.id == VisitContact.visit_id), _of_visit),
        confidential=Visit.confidential,
    ),
    "step": NamedKind(
        Step.id,
        _hiding(Step.confidential, Step.due_on, Step.what),
        Step.__table__,
        Step.public_id,
        Step.confidential,
    ),
    "tag": NamedKind(Tag.id, Tag.name, Tag.__table__, Tag.public_id),
    "import_batch": NamedKind(
        ImportBatch.id, ImportBatch.file_name, ImportBatch.__table__, ImportBatch.public_id
    ),
    "stage_set": NamedKind(StageSet.id, as_text(StageSet.valid_from), StageSet.__table__, StageSet.public_id),
    "word_group": NamedKind(WordGroup.id, WordGroup.words, WordGroup.__table__, WordGroup.public_id),
    "word_reading": NamedKind(WordReading.id, WordReading.word, WordReading.__table__, WordReading.public_id),
}


def _hanging() -> dict[str, NamedKind]:
    """What hangs on records of any kind."""
    return {
        "comment": NamedKind(
            Comment.id,
            _said_by,
            joined(Comment, _author),
            Comment.public_id,
            _hangs_on_secret(Comment.subject_kind, Comment.subject_id),
        ),
        "comment_mention": NamedKind(
            CommentMention.id,
            _said_by,
            joined(CommentMention, (Comment, Comment.id == CommentMention.comment_id), _author),
            confidential=_hangs_on_secret(Comment.subject_kind, Comment.subject_id),
        ),
        "tagging": NamedKind(
            Tagging.id,
            Tag.name,
            joined(Tagging, (Tag, Tag.id == Tagging.tag_id)),
            confidential=_hangs_on_secret(Tagging.subject_kind, Tagging.subject_id),
        ),
        "stored_file": _files(),
    }


def _files() -> NamedKind:
    """Files: of a record of any kind, or of an agreement, which is as confidential as its lead."""
    is_confidential = or_(
        func.coalesce(Lead.confidential, false()),
        _hangs_on_secret(StoredFile.owner_kind, StoredFile.owner_id),
    )
    of_agreement = and_(
        StoredFile.owner_kind.in_([FILE_KIND, REVIEW_KIND]), StoredFile.owner_id == Agreement.public_id
    )
    return NamedKind(
        StoredFile.id,
        _hiding(is_confidential, literal("附件"), StoredFile.name),
        joined(StoredFile, (Agreement, of_agreement), (Lead, Lead.id == Agreement.lead_id)),
        StoredFile.public_id,
        is_confidential,
    )


@cache
def sources() -> dict[str, NamedKind]:
    """Every kind that can be named, once all features have joined."""
    plain = {name: _plain(name) for name in SUBJECTS if name not in _OWN}
    return _OWN | plain | _hanging()


@cache
def may_be_confidential() -> frozenset[str]:
    """The kinds of which a record may be."""
    return frozenset(kind for kind, source in sources().items() if source.confidential is not None)
