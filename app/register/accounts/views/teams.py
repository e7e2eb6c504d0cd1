"""Who is in which resident team."""

from flask import url_for

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web.idempotency import once
from app.core.web.pages import done, took
from app.register.accounts import services
from app.register.accounts.enums import Permission
from app.register.accounts.forms import LeavingForm
from app.register.accounts.queries import get_membership, get_person, get_unit
from app.register.accounts.views.blueprint import REFUSED, Page, bp
from app.register.accounts.views.people import joining_form, person_page


@bp.post("/admin/people/<public_id>/teams")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def join_team(public_id: str) -> Page:
    """进驻点组."""
    found, form = get_person(public_id), joining_form()

    def act() -> None:
        services.join_team(
            found,
            get_unit(form.team.data),
            form.starts_on.data,
            form.ends_on.data,
            is_head=form.is_head.data,
        )

    if not took(form, act):
        return person_page(found, REFUSED, joining=form)
    return done(url_for("accounts.person", public_id=public_id), "已加入")


@bp.post("/admin/memberships/<public_id>/leave")
@requires(Permission.ACCOUNTS_MANAGE)
def leave_team(public_id: str) -> Page:
    """离开驻点组."""
    term, form = get_membership(public_id), LeavingForm()

    def act() -> None:
        services.leave_team(term, form.ends_on.data, version=form.seen)

    if not saved(form, act, lambda: LeavingForm(formdata=None, obj=term)):
        return person_page(term.person, REFUSED, leaving=(public_id, form))
    return done(url_for("accounts.person", public_id=term.person.public_id), "已记下最后一天")
