"""A visit is changed, archived, confirmed by somebody else."""

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed
from app.core.values.labels import labels_of
from app.promotion.leads.services import check_first_meeting
from app.promotion.visits import policy, queries
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.promotion.visits.services.data import VisitData, check_visit, participants_of
from app.promotion.visits.services.following import tell_lead
from app.register.accounts.enums import Permission
from app.register.accounts.queries import team_on

_NOT_THEIRS = "只有记这次走访的人和招商局能改、归档和恢复，需要时请招商局转达"
_TOLD = ("kind", "held_on", "place", "met", "summary", "needs")
_LISTS = labels_of(VisitParticipant.person_id, VisitContact.contact_id)


def edit_visit(visit: Visit, version: int | None, data: VisitData) -> None:
    """Changes what was written down; company, lead and steps stay. Raises RuleBroken, NotAllowed, and Stale
    when somebody else saved since `version`.

    Another date means the units and teams of that other day.
    """
    _must_be_writable(visit)
    claim(visit, version or 0, fixed=lambda: archived(visit))
    must_be_live(visit)
    check_visit(data)
    _check_first_meeting(visit, data)
    for name in _TOLD:
        setattr(visit, name, getattr(data, name))
    _replace_people(visit, data)
    _replace_contacts(visit, data)
    visit.updated_at = now()  # participants are rows of their own: the visit's version must move all the same
    db.session.flush()
    tell_lead(visit)


def _check_first_meeting(visit: Visit, data: VisitData) -> None:
    """The first meeting of a lead opened 在谈; it cannot afterwards have been later than that."""
    if visit.lead is None or (visit.held_on, visit.kind) == (data.held_on, data.kind):
        return
    others = queries.first_meeting_of(visit.lead.id, other_than=visit.id)
    days = [day for day in (others, data.held_on if data.kind in queries.MEETINGS else None) if day]
    if days and min(days) != queries.first_meeting_of(visit.lead.id):
        check_first_meeting(visit.lead, min(days))


def _replace_people(visit: Visit, data: VisitData) -> None:
    wanted = {person.id: person for person in data.people} or {visit.author_id: visit.author}
    _note(
        visit,
        "person_id",
        [row.person.name for row in visit.participants],
        [row.name for row in wanted.values()],
    )
    kept = [row for row in visit.participants if row.person_id in wanted]
    known = {row.person_id for row in kept}
    new = [person for person_id, person in wanted.items() if person_id not in known]
    visit.participants = [*kept, *participants_of(new, data.held_on)]
    for row in kept:
        row.team_id = team_on(row.person_id, data.held_on)
    visit.team_id = team_on(visit.author_id, data.held_on)


def _replace_contacts(visit: Visit, data: VisitData) -> None:
    wanted = {contact.id for contact in data.contacts}
    met = [row.contact.public_id for row in visit.contacts]
    _note(visit, "contact_id", met, [contact.public_id for contact in dict.fromkeys(data.contacts)])
    kept = [row for row in visit.contacts if row.contact_id in wanted]
    new = wanted - {row.contact_id for row in kept}
    visit.contacts = [*kept, *(VisitContact(contact_id=contact_id) for contact_id in sorted(new))]


def _note(visit: Visit, field: str, before: list[str], after: list[str]) -> None:
    """People stand in rows of their own: that the visit was changed is said of the visit too."""
    if set(before) != set(after):
        words = ["、".join(sorted(each)) for each in (before, after)]
        audit.record("visit.update", subject_of(visit), f"改走访：{_LISTS[field]}", **{field: words})


# A visit that never was, out of lists and figures: for who wrote it down and who assigns leads.
ARCHIVING = Archiving(
    right=Permission.VISITS_WRITE,
    found=queries.get_visit,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=tell_lead,
    more=_LISTS,
)
archive_visit, restore_visit = ARCHIVING.archive, ARCHIVING.restore


def confirm_visit(visit: Visit) -> None:
    """Says that a visit took place which somebody else has written down: from then on it opens the numbers of
    the company to those who see it. Raises NotAllowed for its author; twice is once.
    """
    actor = require_actor()
    if visit.confirmation is not None:
        return
    if not policy.may_confirm(actor, visit):
        raise NotAllowed("走访由记下它以外的人确认，已归档的不用确认")
    assert actor.person_id is not None
    visit.confirmation = VisitConfirmation(person_id=actor.person_id)
    db.session.flush()


def _must_be_writable(visit: Visit) -> None:
    if not policy.may_write(require_actor(), visit):
        raise NotAllowed(_NOT_THEIRS)


def must_be_changeable(visit: Visit) -> None:
    """Raises NotAllowed for who may not change a visit, and for everybody while it is archived."""
    _must_be_writable(visit)
    must_be_live(visit)
