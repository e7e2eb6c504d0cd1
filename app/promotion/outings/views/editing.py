"""An outing is entered and changed."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.outings import services
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.forms import OutingForm
from app.promotion.outings.models import Outing
from app.promotion.outings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import get_person, people_to_choose


def _form(outing: Outing | None = None, **values: Any) -> OutingForm:
    """With who may be chosen, and who stands there already."""
    form = OutingForm(**values)
    there = [row.person for row in outing.members] if outing else []
    people = people_to_choose(*there)
    form.leader.choices = [("", "请选择"), *people]
    form.companions.choices = people
    owner = (outing.owner,) if outing else ()
    form.owner.choices = [("", "请选择"), *people_to_choose(*owner, signing_in=P.OUTINGS_WRITE)]
    return form


def _data(form: OutingForm) -> services.OutingData:
    return services.OutingData(
        name=form.name.data,
        direction=OutingDirection(form.direction.data),
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        leader=get_person(form.leader.data),
        leader_post=form.leader_post.data or "",
        companions=[get_person(one) for one in form.companions.data or ()],
        owner=get_person(form.owner.data),
        place=form.place.data or "",
        letter=form.letter.data or "",
        heads=form.heads.data,
        notes=form.notes.data or "",
    )


def _form_page(form: OutingForm, outing: Outing | None = None, status: int = 200) -> Answer:
    return render_template("outings/form.html", form=form.ready(), outing=outing), status


@bp.get("/outings/new")
@requires(P.OUTINGS_WRITE)
def new() -> Answer:
    """登记外出和来访；?direction= 带入方式."""
    me = db.session.get_one(Person, require_actor().person_id)
    asked = OutingDirection.parse(pages.read_text("direction", 10)) or OutingDirection.OUT
    return _form_page(_form(formdata=None, first_on=today(), owner=me.public_id, direction=asked.value))


@bp.post("/outings/new")
@requires(P.OUTINGS_WRITE)
@once
def create() -> Answer:
    """登记外出和来访：保存."""
    form, made = _form(), list[Outing]()
    if not pages.took(form, lambda: made.append(services.create_outing(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(page_of(made[0]), "已登记，接着排日程")


def _opened(outing: Outing) -> OutingForm:
    return _form(
        outing,
        formdata=None,
        obj=outing,
        leader=outing.leader.public_id,
        owner=outing.owner.public_id,
        companions=[person.public_id for person in outing.companions],
    )


@bp.get("/outings/<public_id>/edit")
@requires(P.OUTINGS_WRITE)
def edit(public_id: str) -> Answer:
    """改外出和来访."""
    outing = for_change(public_id)
    return _form_page(_opened(outing), outing)


@bp.post("/outings/<public_id>/edit")
@requires(P.OUTINGS_WRITE)
def update(public_id: str) -> Answer:
    """改外出和来访：保存."""
    outing = for_change(public_id)
    form = _form(outing)

    def act() -> None:
        services.change_outing(outing, form.seen, _data(form))

    if not saved(form, act, lambda: _opened(outing)):
        return _form_page(form, outing, 422)
    return pages.done(page_of(outing), "已保存")
