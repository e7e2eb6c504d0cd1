"""A company is registered and edited; likely duplicates are shown first."""

from flask import flash, render_template

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web import pages
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.enterprises import queries, services
from app.register.enterprises.forms import EnterpriseForm, edit_form
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import Suspects
from app.register.enterprises.rules import CodeCheck, check_credit_code
from app.register.enterprises.views.blueprint import Answer, bp, company_for_change, page_of
from app.register.enterprises.views.duplicates import NO_SUSPECTS, as_duplicates


@bp.get("/enterprises/new")
@requires(P.ENTERPRISES_WRITE)
def new() -> str:
    """The form; `?name=` fills in what was typed elsewhere."""
    form = EnterpriseForm(formdata=None, name=pages.read_text("name"))
    return _new_page(form)


def _new_page(form: EnterpriseForm, suspects: Suspects = NO_SUSPECTS) -> str:
    return render_template(
        "enterprises/new.html", form=form.ready(), **as_duplicates(form.name.data, suspects)
    )


@bp.post("/enterprises/new")
@requires(P.ENTERPRISES_WRITE)
@once
def create() -> Answer:
    """Registers a company; likely duplicates come back for a look first."""
    form = EnterpriseForm()
    data, made = form.entered(), list[Enterprise]()

    def register() -> None:
        made.append(services.create_enterprise(data, check_duplicates=not form.not_duplicate.data))

    if not pages.took(form, register):
        return _new_page(form, queries.find_suspects(services.as_new(data))), 422
    _warn(check_credit_code(data.credit_code))
    return pages.done(page_of(made[0]), "已登记")


def _warn(code: CodeCheck) -> None:
    if code.warning:
        flash(code.warning, "warning")


@bp.get("/enterprises/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def edit(public_id: str) -> str:
    """The form with what stands there."""
    row = queries.get_enterprise(public_id)
    services.must_be_live(row)
    return _edit_page(_opened(row), row)


def _opened(row: Enterprise) -> EnterpriseForm:
    return edit_form(services.current_data(row), row.version)


def _edit_page(form: EnterpriseForm, row: Enterprise, suspects: Suspects = NO_SUSPECTS) -> str:
    return render_template(
        "enterprises/edit.html", form=form, row=row, **as_duplicates(form.name.data, suspects)
    )


@bp.post("/enterprises/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def update(public_id: str) -> Answer:
    """Saves an edit."""
    row = company_for_change(public_id)
    form = EnterpriseForm()
    data, check = form.entered(), not form.not_duplicate.data

    def act() -> None:
        services.update_enterprise(row, form.seen, data, check_duplicates=check)

    if not saved(form, act, lambda: _opened(row)):
        kept = queries.get_enterprise(public_id)
        return _edit_page(form, kept, queries.find_suspects(services.as_changed(kept, data))), 422
    _warn(check_credit_code(row.credit_code))
    return pages.done(page_of(row), "已保存")
