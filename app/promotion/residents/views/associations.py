"""The associations of a team: entered, put right, taken off."""

from flask import render_template
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.records.archiving import must_be_live
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.promotion.residents import queries, services
from app.promotion.residents.enums import AssociationKind
from app.promotion.residents.forms import AssociationForm, NewAssociationForm
from app.promotion.residents.models import TeamAssociation
from app.promotion.residents.views.blueprint import Answer, bp, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Unit
from app.register.enterprises.picking import company_of, offer_for, take_choice


def _team_to_tell_of(team: Unit) -> Unit:
    pages.refusal_leads_to(page_of(team))
    must_be_live(team)
    services.must_tell(team)
    return team


def _data(form: AssociationForm) -> services.AssociationData:
    return services.AssociationData(
        AssociationKind(form.kind.data), form.since.data, form.until.data, form.note.data or ""
    )


def _new_page(form: NewAssociationForm, team: Unit, status: int = 200) -> Answer:
    shown = {"form": form.ready(), "team": team, "row": None, "offer": offer_for(form)}
    return render_template("residents/association.html", **shown), status


@bp.get("/teams/<public_id>/associations/new")
@requires(P.VISITS_WRITE)
def new_association(public_id: str) -> Answer:
    """记下联系的商会."""
    team = _team_to_tell_of(queries.get_team(public_id))
    return _new_page(NewAssociationForm(formdata=None, since=today()), team)


@bp.post("/teams/<public_id>/associations/new")
@requires(P.VISITS_WRITE)
@once
def create_association(public_id: str) -> Answer:
    """记下联系的商会：保存."""
    team, form = _team_to_tell_of(queries.get_team(public_id)), NewAssociationForm()
    if take_choice(form):
        return _new_page(form, team)
    if not pages.took(form, lambda: services.add_association(team, company_of(form), _data(form))):
        return _new_page(form, team, 422)
    return pages.done(page_of(team), "已记下")


def _association_to_tell_of(public_id: str) -> TeamAssociation:
    row = queries.get_association(public_id)
    _team_to_tell_of(row.team)
    return row


def _edit_page(form: AssociationForm, row: TeamAssociation, status: int = 200) -> Answer:
    shown = {"form": form, "team": row.team, "row": row, "offer": None}
    return render_template("residents/association.html", **shown), status


def _opened(row: TeamAssociation) -> AssociationForm:
    return AssociationForm(formdata=None, obj=row)


@bp.get("/teams/associations/<public_id>/edit")
@requires(P.VISITS_WRITE)
def edit_association(public_id: str) -> Answer:
    """改联系的商会."""
    row = _association_to_tell_of(public_id)
    return _edit_page(_opened(row), row)


@bp.post("/teams/associations/<public_id>/edit")
@requires(P.VISITS_WRITE)
def update_association(public_id: str) -> Answer:
    """改联系的商会：保存."""
    row, form = _association_to_tell_of(public_id), AssociationForm()
    if not saved(
        form, lambda: services.change_association(row, form.seen, _data(form)), lambda: _opened(row)
    ):
        return _edit_page(form, row, 422)
    return pages.done(page_of(row.team), "已保存")


@bp.post("/teams/associations/<public_id>/remove")
@requires(P.VISITS_WRITE)
def remove_association(public_id: str) -> Response:
    """删掉记错的商会."""
    row = _association_to_tell_of(public_id)
    team = row.team
    services.remove_association(row, seen_version())
    return pages.done(page_of(team), "已删掉")
