"""The administrator's pages of people: written down, leaving and coming back."""

from functools import partial

from flask import url_for

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.core.web.pages import done, refusal_leads_to, took
from app.register.accounts import services
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.forms import ArchivePersonForm, LeavingForm, MembershipForm, PersonForm
from app.register.accounts.models import Person
from app.register.accounts.queries import (
    get_person,
    get_unit,
    list_units,
    memberships_of,
    people_to_choose,
    user_of,
)
from app.register.accounts.views.administering import choices, form_page
from app.register.accounts.views.blueprint import REFUSED, Page, bp


def _person_form(**values: object) -> PersonForm:
    form = PersonForm(**values)
    form.unit.choices = choices(list_units())
    return form


def _person_data(form: PersonForm) -> services.PersonData:
    return services.PersonData(
        form.name.data, form.post.data or "", form.phone.data, get_unit(form.unit.data)
    )


@bp.get("/admin/people/new")
@requires(Permission.ACCOUNTS_MANAGE)
def new_person() -> Page:
    """登记人员的表."""
    return form_page("accounts/person_form.html", _person_form(), person=None)


@bp.post("/admin/people/new")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def create_person() -> Page:
    """登记人员."""
    form = _person_form()
    made: list[Person] = []
    if not took(form, lambda: made.append(services.save_person(None, _person_data(form)))):
        return form_page("accounts/person_form.html", form, REFUSED, person=None)
    return done(url_for("accounts.person", public_id=made[0].public_id), "已登记")


@bp.get("/admin/people/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def edit_person(public_id: str) -> Page:
    """改人员信息的表."""
    found = get_person(public_id)
    return form_page("accounts/person_form.html", _filled_person_form(found), person=found)


def _filled_person_form(found: Person) -> PersonForm:
    return _person_form(
        formdata=None,
        name=found.name,
        post=found.post,
        phone=found.phone,
        unit=found.unit.public_id,
        version=found.version,
    )


@bp.post("/admin/people/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def update_person(public_id: str) -> Page:
    """改人员信息."""
    found, form = get_person(public_id), _person_form()

    def act() -> None:
        services.save_person(found, _person_data(form), version=form.seen)

    if not saved(form, act, partial(_filled_person_form, found)):
        return form_page("accounts/person_form.html", form, REFUSED, person=found)
    return done(url_for("accounts.person", public_id=public_id), "已保存")


@bp.get("/admin/people/<public_id>")
@requires(Permission.ACCOUNTS_MANAGE)
def person(public_id: str) -> Page:
    """一个人：单位、驻点经历、账号."""
    return person_page(get_person(public_id))


def joining_form(**values: object) -> MembershipForm:
    form = MembershipForm(**values)
    form.team.choices = choices(list_units(UnitKind.RESIDENT_TEAM))
    return form


def _archive_form(found: Person, **values: object) -> ArchivePersonForm:
    form = ArchivePersonForm(**values)
    others = people_to_choose(signing_in=Permission.LEADS_WRITE, but=found)
    form.successor.choices = [("", "请选择"), *others]
    return form


def person_page(
    found: Person,
    status: int = 200,
    *,
    joining: MembershipForm | None = None,
    leaving: tuple[str, LeavingForm] | None = None,
    archiving: ArchivePersonForm | None = None,
) -> Page:
    """The page, with whichever of its forms was refused as it was filled in; `leaving` names its term."""
    return form_page(
        "accounts/person.html",
        joining or joining_form(formdata=None),
        status,
        person=found,
        account=user_of(found.id),
        memberships=memberships_of(found.id),
        leaving=leaving,
        archiving=archiving or _archive_form(found, formdata=None, version=found.version),
        held=services.held_of_person(found),
    )


@bp.post("/admin/people/<public_id>/archive")
@requires(Permission.ACCOUNTS_MANAGE)
def archive_person(public_id: str) -> Page:
    """人员离开."""
    found = get_person(public_id)
    form = _archive_form(found)

    def act() -> None:
        successor = get_person(form.successor.data) if form.successor.data else None
        services.archive_person(found, form.reason.data, successor=successor, version=form.seen)

    had_work = bool(services.held_of_person(found))  # handed over, which restoring does not take back
    if not took(form, act):
        return person_page(found, REFUSED, archiving=form)
    undo = (url_for("accounts.restore_person", public_id=public_id), {"version": found.version})
    if had_work:
        return done(url_for("accounts.users"), "已归档，名下的事已交给接手的人，账号同时停用")
    return done(url_for("accounts.users"), "已归档，账号同时停用", undo=undo)


@bp.post("/admin/people/<public_id>/restore")
@requires(Permission.ACCOUNTS_MANAGE)
def restore_person(public_id: str) -> Page:
    """归档错了，或者回来了."""
    found = get_person(public_id)
    refusal_leads_to(url_for("accounts.person", public_id=public_id))
    services.restore_person(found, version=seen_version())
    return done(
        url_for("accounts.person", public_id=public_id), "已恢复。交出去的事还在接手的人名下，账号要另外启用"
    )
