"""A visit is changed."""

from collections.abc import Iterable

from flask import render_template, url_for

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web.pages import done
from app.promotion.visits import queries, services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.forms import EditVisitForm
from app.promotion.visits.models import Visit
from app.promotion.visits.views.blueprint import Page, bp, visit_for_change
from app.promotion.visits.views.choices import contact_choices, contacts_to_offer, people_choices
from app.promotion.visits.views.people import people_typed
from app.promotion.visits.views.typed import contacts_ticked
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person


def _offer(form: EditVisitForm, visit: Visit, people: Iterable[Person] = ()) -> EditVisitForm:
    people_choices(form, visit.held_on, [*(row.person for row in visit.participants), *people])
    form.contacts.choices = contact_choices(contacts_to_offer(visit))
    return form


def _opened(visit: Visit) -> EditVisitForm:
    form = EditVisitForm(formdata=None, obj=visit)
    form.kind.data = visit.kind.value
    form.people.data = [row.person.public_id for row in visit.participants]
    form.contacts.data = [row.contact.public_id for row in visit.contacts]
    return _offer(form, visit)


def _by_now(visit: Visit, form: EditVisitForm) -> EditVisitForm:
    """The form as the visit is by now; who was written by name is chosen like the rest."""
    people = people_typed(form) or [visit.author]
    form.people.data = [person.public_id for person in people]
    _offer(form, visit, people)
    return _opened(visit)


@bp.get("/visits/<public_id>/edit")
@requires(P.VISITS_WRITE)
def edit(public_id: str) -> Page:
    """改走访."""
    visit = queries.get_visit(public_id)
    services.must_be_changeable(visit)
    return render_template("visits/edit.html", form=_opened(visit), visit=visit)


@bp.post("/visits/<public_id>/edit")
@requires(P.VISITS_WRITE)
def update(public_id: str) -> Page:
    """改走访：保存."""
    visit = visit_for_change(public_id)
    form = _offer(EditVisitForm(), visit)
    if form.people.is_whole:
        form.others.data = ""

    def act() -> None:
        services.edit_visit(visit, form.seen, _edited(form, visit))

    if saved(form, act, lambda: _by_now(visit, form)):
        return done(url_for("visits.detail", public_id=public_id), "已保存")
    return render_template("visits/edit.html", form=form, visit=queries.get_visit(public_id)), 422


def _edited(form: EditVisitForm, visit: Visit) -> services.VisitData:
    return services.VisitData(
        kind=VisitKind(form.kind.data),
        held_on=form.held_on.data,
        enterprise=visit.enterprise,
        lead=visit.lead,
        place=form.place.data or "",
        met=form.met.data or "",
        summary=form.summary.data or "",
        needs=form.needs.data or "",
        people=people_typed(form),
        contacts=contacts_ticked(form.contacts.data, contacts_to_offer(visit)),
    )
