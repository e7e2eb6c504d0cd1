"""Visit -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values.labels import label_of
from app.promotion.leads.indexing import follow_lead
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.policy import VISIT_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.indexing import KIND as ENTERPRISE
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company
from app.register.placements.indexing import follow_chains

KIND = "visit"


def document_of(visit: Visit, steps: Sequence[str], holders: Holders) -> Document:
    """What is searched of a visit: the company under every name, what was said, wanted and promised. It
    belongs to everybody who took part, with the unit and team of that day.
    """
    enterprise = visit.enterprise
    return Document(
        kind=KIND,
        id=visit.public_id,
        title=visit.kind.label,
        about=enterprise.all_names,
        text="\n".join(filter(None, (visit.summary, visit.needs, visit.met, visit.place, *steps))),
        access=VISIT_ACCESS.tokens(visit),
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


def _live() -> Select[Visit]:
    return select(Visit).join(Visit.enterprise).where(Visit.is_kept())


_COMPANY = contains_eager(Visit.enterprise).selectinload(Enterprise.other_names)


def _documents(asked: Select[Visit]) -> list[Document]:
    visits = db.session.scalars(asked.options(_COMPANY, *VISIT_ACCESS.loads())).all()
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


def _shown(visible: Select[Visit], _actor: Actor) -> list[Shown]:
    people = selectinload(Visit.participants).joinedload(VisitParticipant.person)
    visits = db.session.scalars(visible.options(_COMPANY, people)).all()
    steps = _steps_of(visits)
    return [
        Shown(
            public_id=visit.public_id,
            title=f"{visit.held_on.month}月{visit.held_on.day}日 {visit.kind.label}",
            note=visit.enterprise.name,
            fields=_fields(visit, steps[visit.id]),
            who="、".join(row.person.name for row in visit.participants),
            when=visit.held_on.isoformat(),
            active_on=visit.held_on,
        )
        for visit in visits
    ]


def _fields(visit: Visit, steps: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (
        (label_of(Visit.summary), visit.summary),
        (label_of(Visit.needs), visit.needs),
        ("承诺和下一步", "；".join(steps)),
        (label_of(Visit.met), visit.met),
        (label_of(Visit.place), visit.place),
        *visit.enterprise.labelled_names,
    )


SOURCE = Source(
    kind=KIND,
    label="走访",
    place=30,
    icon="notes",
    endpoint="visits.detail",
    right=Permission.VISITS_READ,
    key=Visit.id,
    public_id=Visit.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=lambda text: about_company(
        text, Visit.enterprise_id, lambda term: contains(term, Visit.summary, Visit.needs), spoken=False
    ),
)


def register() -> None:
    """Joins visits to the index."""
    join_index(SOURCE)
    of_part, company = VisitParticipant.visit_id, Visit.enterprise_id
    watch(VisitParticipant, Linked(KIND, SOURCE.public_id, on=Visit.id, holds=of_part))
    watch(Step, Linked(KIND, SOURCE.public_id, on=Visit.id, holds=Step.visit_id))
    follow_company(SOURCE, company)
    follow_chains(KIND, SOURCE.public_id, company)
    follow_lead(SOURCE, Visit.lead_id)
    # A company shows when it was last met.
    watch(Visit, Linked(ENTERPRISE, Enterprise.public_id, on=Enterprise.id, holds=company))
