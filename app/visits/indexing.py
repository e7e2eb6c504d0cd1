"""Visit -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.enums import Permission
from app.accounts.indexing import Holders
from app.core.auth import Actor
from app.core.db import db
from app.core.outbox import Itself, Linked, Through, watch
from app.core.registries import WORKS_WITH_TOKENS
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.contact_indexing import KIND as CONTACT
from app.enterprises.indexing import KIND as ENTERPRISE
from app.enterprises.models import Contact, Enterprise, EnterpriseName
from app.leads.models import Lead, LeadMember
from app.leads.policy import SEEN_BY
from app.steps.models import Step
from app.visits.models import Visit, VisitParticipant
from app.visits.policy import COLUMNS, facts, scope

KIND = "visit"


def document_of(visit: Visit, steps: Sequence[str], holders: Holders) -> Document:
    """What is searched of a visit: the company under every name, what was said, wanted and promised. It
    belongs to everybody who took part, with the unit and team of that day."""
    enterprise = visit.enterprise
    return Document(
        kind=KIND,
        id=visit.public_id,
        title=visit.kind.label,
        about=enterprise.all_names,
        text="\n".join(filter(None, (visit.summary, visit.needs, visit.met, visit.place, *steps))),
        access=facts(visit).tokens(),
        region=enterprise.region_code or "",
        industry=enterprise.industry_code or "",
        units=holders.units(*_units(visit)),
        teams=holders.units(*_teams(visit)),
        owners=holders.people(*_people(visit)),
        day=visit.held_on.toordinal(),
    )


def _units(visit: Visit) -> list[int | None]:
    return [visit.unit_id, *(row.unit_id for row in visit.participants)]


def _teams(visit: Visit) -> list[int | None]:
    return [visit.team_id, *(row.team_id for row in visit.participants)]


def _people(visit: Visit) -> list[int | None]:
    return [visit.author_id, *(row.person_id for row in visit.participants)]


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Visit)
        .where(Visit.public_id.in_(public_ids), Visit.is_kept())
        .options(
            joinedload(Visit.enterprise).selectinload(Enterprise.other_names),
            joinedload(Visit.lead).selectinload(Lead.members),
            selectinload(Visit.participants),
        )
    )
    visits = db.session.scalars(query).all()
    steps = _steps_of(visits)
    holders = Holders(
        (unit for visit in visits for unit in (*_units(visit), *_teams(visit))),
        (person for visit in visits for person in _people(visit)),
    )
    return [document_of(visit, steps[visit.id], holders) for visit in visits]


def _steps_of(visits: Sequence[Visit]) -> dict[int, list[str]]:
    steps: dict[int, list[str]] = {visit.id: [] for visit in visits}
    said = select(Step.visit_id, Step.what).where(Step.visit_id.in_(steps)).order_by(Step.id)
    for visit_id, what in db.session.execute(said):
        steps.setdefault(visit_id or 0, []).append(what)
    return steps


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        select(Visit)
        .where(Visit.public_id.in_(public_ids), Visit.is_kept(), scope(actor).where(COLUMNS))
        .options(
            joinedload(Visit.enterprise).selectinload(Enterprise.other_names),
            selectinload(Visit.participants).joinedload(VisitParticipant.person),
        )
    )
    visits = db.session.scalars(query).all()
    steps = _steps_of(visits)
    return {
        visit.public_id: Shown(
            public_id=visit.public_id,
            title=f"{visit.held_on.month}月{visit.held_on.day}日 {visit.kind.label}",
            note=visit.enterprise.name,
            fields=_fields(visit, steps[visit.id]),
            who="、".join(row.person.name for row in visit.participants),
            when=visit.held_on.isoformat(),
            active_on=visit.held_on,
        )
        for visit in visits
    }


def _fields(visit: Visit, steps: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (
        ("走访摘要", visit.summary),
        ("企业诉求", visit.needs),
        ("答应和下一步", "；".join(steps)),
        ("见到的人", visit.met),
        ("地点", visit.place),
        *visit.enterprise.labelled_names,
    )


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of the company's name or of the summary, while the index is unavailable."""
    query = (
        select(Visit.public_id)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(
            Visit.archived_at.is_(None),
            scope(actor).where(COLUMNS),
            or_(
                Enterprise.name.contains(text, autoescape=True),
                Visit.summary.contains(text, autoescape=True),
            ),
        )
        .order_by(Visit.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def tokens_by_enterprise(enterprise_ids: list[int]) -> dict[int, set[str]]:
    """Whoever sees a live visit of a company works with it: `queries.works_with` as search tokens."""
    query = (
        select(Visit)
        .where(Visit.enterprise_id.in_(enterprise_ids), Visit.archived_at.is_(None))
        .options(joinedload(Visit.lead).selectinload(Lead.members), selectinload(Visit.participants))
    )
    found: dict[int, set[str]] = {}
    for visit in db.session.scalars(query):
        found.setdefault(visit.enterprise_id, set()).update(facts(visit).tokens())
    return found


def register() -> None:
    """Joins visits to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="走访",
            icon="notes",
            endpoint="visits.detail",
            right=Permission.VISITS_READ,
            key=Visit.id,
            public_id=Visit.public_id,
            build=build,
            show=show,
            find=find,
        ),
    )
    watch(Visit, Itself(KIND))
    watch(VisitParticipant, Linked(KIND, Visit.public_id, on=Visit.id, holds=VisitParticipant.visit_id))
    watch(Step, Linked(KIND, Visit.public_id, on=Visit.id, holds=Step.visit_id))
    company, lead = Visit.enterprise_id, Visit.lead_id
    watch(Enterprise, Linked(KIND, Visit.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(KIND, Visit.public_id, on=company, holds=EnterpriseName.enterprise_id))
    # Who may see a visit depends on who is named on its lead.
    watch(Lead, Linked(KIND, Visit.public_id, on=lead, holds=Lead.id), only=SEEN_BY)
    watch(LeadMember, Linked(KIND, Visit.public_id, on=lead, holds=LeadMember.lead_id))
    WORKS_WITH_TOKENS.add("visits", tokens_by_enterprise)
    _others_follow()


def _others_follow() -> None:
    """A company shows when it was last met; who may find a contact by the end of the number depends on who
    sees the visits to the company."""
    met = Visit.enterprise_id
    watch(Visit, Linked(ENTERPRISE, Enterprise.public_id, on=Enterprise.id, holds=met))
    company, of_visit = Contact.enterprise_id, VisitParticipant.visit_id
    watch(Visit, Linked(CONTACT, Contact.public_id, on=company, holds=met))
    watch(VisitParticipant, Through(CONTACT, Contact.public_id, company, met, Visit.id, of_visit))
