"""An event is entered and changed."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.gatherings import services
from app.promotion.gatherings.enums import GatheringKind
from app.promotion.gatherings.forms import GatheringForm
from app.promotion.gatherings.models import Gathering
from app.promotion.gatherings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import get_person, people_to_choose


def _form(*already: Person, **values: Any) -> GatheringForm:
    form = GatheringForm(**values)
    form.owner.choices = [("", "请选择"), *people_to_choose(*already, signing_in=P.GATHERINGS_WRITE)]
    return form


def _data(form: GatheringForm) -> services.GatheringData:
    return services.GatheringData(
        name=form.name.data,
        kind=GatheringKind(form.kind.data),
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        owner=get_person(form.owner.data),
        place=form.place.data or "",
        agenda=form.agenda.data or "",
        goal_guests=form.goal_guests.data,
        notes=form.notes.data or "",
    )


def _form_page(form: GatheringForm, gathering: Gathering | None = None, status: int = 200) -> Answer:
    return render_template("gatherings/form.html", form=form.ready(), gathering=gathering), status


@bp.get("/gatherings/new")
@requires(P.GATHERINGS_WRITE)
def new() -> Answer:
    """登记招商活动."""
    me = db.session.get_one(Person, require_actor().person_id)
    return _form_page(_form(me, formdata=None, first_on=today(), owner=me.public_id))


@bp.post("/gatherings/new")
@requires(P.GATHERINGS_WRITE)
@once
def create() -> Answer:
    """登记招商活动：保存."""
    form, made = _form(), list[Gathering]()
    if not pages.took(form, lambda: made.append(services.create_gathering(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(page_of(made[0]), "已登记，接着加客商")


def _opened(gathering: Gathering) -> GatheringForm:
    return _form(gathering.owner, formdata=None, obj=gathering, owner=gathering.owner.public_id)


@bp.get("/gatherings/<public_id>/edit")
@requires(P.GATHERINGS_WRITE)
def edit(public_id: str) -> Answer:
    """改招商活动."""
    gathering = for_change(public_id)
    return _form_page(_opened(gathering), gathering)


@bp.post("/gatherings/<public_id>/edit")
@requires(P.GATHERINGS_WRITE)
def update(public_id: str) -> Answer:
    """改招商活动：保存."""
    gathering = for_change(public_id)
    form = _form(gathering.owner)

    def act() -> None:
        services.change_gathering(gathering, form.seen, _data(form))

    if not saved(form, act, lambda: _opened(gathering)):
        return _form_page(form, gathering, 422)
    return pages.done(page_of(gathering), "已保存")
