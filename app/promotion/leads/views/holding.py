"""Whose a lead is: the form of assigning it."""

from typing import Any

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.web import pages
from app.promotion.leads import policy, services
from app.promotion.leads.forms import AssignForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp
from app.promotion.leads.views.changing import after_loss_of_sight, for_change, form_page, undo_of
from app.promotion.leads.views.typed import plain_units
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit


@bp.get("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def assign(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_assign)
    form = _opened_assigning(lead)
    return form_page(lead, form, f"分派：{lead.name}", verb="分派")


def _opened_assigning(lead: Lead) -> AssignForm:
    owner = lead.owner.public_id
    return _assign_form(lead, formdata=None, effective_on=today(), version=lead.version, owner=owner)


def _as_held(lead: Lead, form: AssignForm) -> AssignForm:
    """The form as the lead is held by now. What was left to be the owner's is told in both."""
    unit, team = _holding(form)
    form.unit.data, form.team.data = unit.public_id, team.public_id if team else ""
    held = _opened_assigning(lead)
    held.unit.data, held.team.data = lead.unit.public_id, lead.team.public_id if lead.team else ""
    return held


def _holding(form: AssignForm) -> tuple[Unit, Unit | None]:
    """Unit and team that are to hold a lead: those of its owner on that day, unless others are chosen."""
    team = accounts.get_unit(form.team.data) if form.team.data else None
    if form.unit.data:
        return accounts.get_unit(form.unit.data), team
    owner = accounts.get_person(form.owner.data)
    own_team = accounts.team_on(owner.id, form.effective_on.data)
    return owner.unit, team or (db.session.get(Unit, own_team) if own_team else None)


def _assign_form(lead: Lead, **values: Any) -> AssignForm:
    people = accounts.people_to_choose(lead.owner, signing_in=P.LEADS_WRITE)
    return offered_for_assigning(AssignForm(**values), people)


def offered_for_assigning(form: AssignForm, people: list[tuple[str, str]]) -> AssignForm:
    teams = [(team.public_id, team.name) for team in accounts.list_units(UnitKind.RESIDENT_TEAM)]
    units = [(unit.public_id, unit.name) for unit in plain_units()]
    form.offer(people, units, teams)
    return form


def assign_as_asked(lead: Lead, form: AssignForm, version: int | None) -> int:
    """Gives a lead to whom a form says; returns the place of its new entry."""
    unit, team = _holding(form)
    return services.assign_lead(
        lead,
        owner_id=accounts.get_person(form.owner.data).id,
        unit_id=unit.id,
        team_id=team.id if team else None,
        effective_on=form.effective_on.data,
        reason=form.reason.data or "",
        version=version,
    )


@bp.post("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def save_assign(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_assign)
    form, places = _assign_form(lead), list[int]()

    def act() -> None:
        places.append(assign_as_asked(lead, form, form.seen))

    if not saved(form, act, lambda: _as_held(lead, form)):
        return form_page(lead, form, f"分派：{lead.name}", 422, verb="分派")
    return pages.done(after_loss_of_sight(lead), "已分派", undo=undo_of(lead, *places))
