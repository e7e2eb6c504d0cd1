"""What each kind of record is called, and what makes it confidential."""

from dataclasses import dataclass
from functools import cache
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
    or_,
)

from app.core.storage.db import Base
from app.core.storage.subjects import SUBJECTS
from app.core.web.files import StoredFile
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.imports.models import ImportBatch
from app.finding.words.models import WordGroup, WordReading
from app.office.auditing.records.speaking import vocabulary
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember, StageSet
from app.promotion.leads.queries import FILE_KIND, REVIEW_KIND
from app.promotion.steps.models import Step
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetNode
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.chains.models import Chain
from app.register.comments.models import Comment, CommentMention
from app.register.enterprises.models import (
    Contact,
    ContactErasure,
    ContactPersonal,
    Enterprise,
    EnterpriseName,
)
from app.register.posts.models import ChainPost
from app.register.tags.models import Tag, Tagging

Expression = SQLColumnExpression[Any]


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind: its key, its public id if it has one, what it is called, what makes it confidential."""

    id: Expression
    label: Expression
    tables: FromClause
    public_id: Expression | None = None
    confidential: Expression | None = None


def as_text(column: Any) -> Expression:
    return cast(column, String(200))


def _joined(left: Any, *steps: tuple[Any, Expression]) -> Any:
    table = left.__table__
    for model, on in steps:
        table = table.outerjoin(model.__table__, on)
    return table


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


def _plain(name: str) -> _Source:
    """A kind that says itself what it is called: by its number, which is no secret, by its name, or only of
    which kind it is.
    """
    table = Base.metadata.tables[name]
    rows, secret = table.c, table.c.get("confidential")
    kind = literal(vocabulary().kinds[name])
    label: Expression = rows.number if "number" in rows else rows.name if "name" in rows else kind
    if secret is not None and "number" not in rows:
        label = _hiding(secret, kind, label)
    return _Source(rows.id, label, table, rows.public_id, secret)


_visit_label = _hiding(
    Visit.confidential, Visit.held_on, as_text(Visit.held_on) + " " + func.coalesce(Enterprise.name, "")
)
_of_visit = (Enterprise, Enterprise.id == Visit.enterprise_id)
_of_target = (Enterprise, Enterprise.id == TargetEnterprise.enterprise_id)
_said_by = as_text(Person.name) + "的留言"
_author = (Person, Person.id == Comment.author_id)
_OWN: dict[str, _Source] = {
    "unit": _Source(Unit.id, Unit.name, Unit.__table__, Unit.public_id),
    "person": _Source(Person.id, Person.name, Person.__table__, Person.public_id),
    "user_account": _Source(User.id, User.login, User.__table__, User.public_id),
    "user_role": _Source(UserRole.id, User.login, _joined(UserRole, (User, User.id == UserRole.user_id))),
    "team_membership": _Source(
        TeamMembership.id,
        as_text(Person.name) + " " + Unit.name,
        _joined(
            TeamMembership,
            (Person, Person.id == TeamMembership.person_id),
            (Unit, Unit.id == TeamMembership.team_id),
        ),
        TeamMembership.public_id,
    ),
    "chain_post": _Source(
        ChainPost.id,
        as_text(Person.name) + " " + Chain.name,
        _joined(
            ChainPost,
            (Person, Person.id == ChainPost.person_id),
            (Chain, Chain.id == ChainPost.chain_id),
        ),
        ChainPost.public_id,
    ),
    "enterprise_name": _Source(EnterpriseName.id, EnterpriseName.name, EnterpriseName.__table__),
    "contact": _Source(
        Contact.id,
        as_text(Enterprise.name) + "的联系人",
        _joined(Contact, (Enterprise, Enterprise.id == Contact.enterprise_id)),
        Contact.public_id,
    ),
    "contact_personal": _Source(
        ContactPersonal.id,
        as_text(Enterprise.name) + "的联系人",
        _joined(
            ContactPersonal,
            (Contact, Contact.id == ContactPersonal.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
    ),
    "contact_erasure": _Source(
        ContactErasure.id,
        as_text(Enterprise.name) + "的联系人",
        _joined(
            ContactErasure,
            (Contact, Contact.id == ContactErasure.contact_id),
            (Enterprise, Enterprise.id == Contact.enterprise_id),
        ),
        ContactErasure.public_id,
    ),
    "lead_entry": _Source(
        LeadEntry.id,
        as_text(LeadEntry.effective_on) + " 那一行",
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
    "project_entry": _Source(
        ProjectEntry.id,
        as_text(ProjectEntry.effective_on) + " 那一行",
        _joined(ProjectEntry, (Project, Project.id == ProjectEntry.project_id)),
        confidential=Project.confidential,
    ),
    "target": _Source(
        TargetEnterprise.id,
        Enterprise.name,
        _joined(TargetEnterprise, _of_target),
        TargetEnterprise.public_id,
    ),
    "target_node": _Source(
        TargetNode.id,
        Enterprise.name,
        _joined(TargetNode, (TargetEnterprise, TargetEnterprise.id == TargetNode.target_id), _of_target),
    ),
    "target_entry": _Source(
        TargetEntry.id, as_text(TargetEntry.effective_on) + " 那一行", TargetEntry.__table__
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
    "tag": _Source(Tag.id, Tag.name, Tag.__table__, Tag.public_id),
    "import_batch": _Source(
        ImportBatch.id, ImportBatch.file_name, ImportBatch.__table__, ImportBatch.public_id
    ),
    "stage_set": _Source(StageSet.id, as_text(StageSet.valid_from), StageSet.__table__, StageSet.public_id),
    "word_group": _Source(WordGroup.id, WordGroup.words, WordGroup.__table__, WordGroup.public_id),
    "word_reading": _Source(WordReading.id, WordReading.word, WordReading.__table__, WordReading.public_id),
}


def _hanging() -> dict[str, _Source]:
    """What hangs on records of any kind."""
    return {
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
        "tagging": _Source(
            Tagging.id,
            Tag.name,
            _joined(Tagging, (Tag, Tag.id == Tagging.tag_id)),
            confidential=_hangs_on_secret(Tagging.subject_kind, Tagging.subject_id),
        ),
        "stored_file": _files(),
    }


def _files() -> _Source:
    """Files: of a record of any kind, or of an agreement, which is as confidential as its lead."""
    is_confidential = or_(
        func.coalesce(Lead.confidential, false()),
        _hangs_on_secret(StoredFile.owner_kind, StoredFile.owner_id),
    )
    of_agreement = and_(
        StoredFile.owner_kind.in_([FILE_KIND, REVIEW_KIND]), StoredFile.owner_id == Agreement.public_id
    )
    return _Source(
        StoredFile.id,
        _hiding(is_confidential, literal("附件"), StoredFile.name),
        _joined(StoredFile, (Agreement, of_agreement), (Lead, Lead.id == Agreement.lead_id)),
        StoredFile.public_id,
        is_confidential,
    )


@cache
def sources() -> dict[str, _Source]:
    """Every kind that can be named, once all features have joined."""
    plain = {name: _plain(name) for name in SUBJECTS if name not in _OWN}
    return _OWN | plain | _hanging()


@cache
def may_be_confidential() -> frozenset[str]:
    """The kinds of which a record may be."""
    return frozenset(kind for kind, source in sources().items() if source.confidential is not None)
