"""The administrator's pages of units and of who is in them."""

from flask import render_template, url_for

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.core.web.pages import done, read_choice, refusal_leads_to, took, url_with
from app.register.accounts import services
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.forms import ArchiveUnitForm, UnitForm
from app.register.accounts.models import Unit
from app.register.accounts.queries import (
    UNIT_VIEWS,
    archived_units,
    get_unit,
    head_counts,
    list_members,
    list_units,
    unit_tree,
)
from app.register.accounts.views.administering import choices, form_page
from app.register.accounts.views.blueprint import REFUSED, Page, bp


@bp.get("/admin/units")
@requires(Permission.ACCOUNTS_MANAGE)
def units() -> str:
    """单位树，和已撤销的单位."""
    view = read_choice("view", "视图", UNIT_VIEWS.items()) or "live"
    tree, gone = unit_tree(), archived_units()
    counts = {"live": len(tree), "archived": len(gone)}
    tabs = [
        {
            "label": label,
            "url": url_with(view=None if key == "live" else key),
            "count": counts[key],
            "active": key == view,
        }
        for key, label in UNIT_VIEWS.items()
    ]
    return render_template(
        "accounts/units.html", tree=tree, gone=gone, heads=head_counts(today()), tabs=tabs, view=view
    )


def _unit_form(**values: object) -> UnitForm:
    form = UnitForm(**values)
    form.parent.choices = [("", "没有上级"), *choices(list_units())]
    return form


def _save_unit(found: Unit | None, form: UnitForm) -> None:
    name, kind, position = form.name.data, UnitKind(form.kind.data), form.position.data or 0
    parent = get_unit(form.parent.data) if form.parent.data else None
    services.save_unit(found, name, kind, parent, position, version=form.seen)


@bp.get("/admin/units/new")
@requires(Permission.ACCOUNTS_MANAGE)
def new_unit() -> Page:
    """设单位的表."""
    return form_page("accounts/unit_form.html", _unit_form(), unit=None)


@bp.post("/admin/units/new")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def create_unit() -> Page:
    """设单位."""
    form = _unit_form()
    if not took(form, lambda: _save_unit(None, form)):
        return form_page("accounts/unit_form.html", form, REFUSED, unit=None)
    return done(url_for("accounts.units"), "已保存")


@bp.get("/admin/units/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def edit_unit(public_id: str) -> Page:
    """改单位的表，和单位里的人."""
    found = get_unit(public_id)
    return _unit_page(found, _filled_unit_form(found))


def _filled_unit_form(found: Unit) -> UnitForm:
    return _unit_form(
        formdata=None,
        name=found.name,
        kind=found.kind.value,
        parent=found.parent.public_id if found.parent else "",
        position=found.position,
        version=found.version,
    )


def _archive_form(found: Unit, **values: object) -> ArchiveUnitForm:
    form = ArchiveUnitForm(**values)
    is_team = found.kind is UnitKind.RESIDENT_TEAM
    others = [unit for unit in list_units() if (unit.kind is UnitKind.RESIDENT_TEAM) is is_team]
    form.successor.choices = [("", "请选择"), *choices([unit for unit in others if unit.id != found.id])]
    return form


def _unit_page(
    found: Unit, form: UnitForm, status: int = 200, archiving: ArchiveUnitForm | None = None
) -> Page:
    return form_page(
        "accounts/unit_form.html",
        form,
        status,
        unit=found,
        members=list_members(found, today()),
        archiving=archiving or _archive_form(found, formdata=None, version=found.version),
        held=services.held_of_unit(found),
    )


@bp.post("/admin/units/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def update_unit(public_id: str) -> Page:
    """改单位."""
    found, form = get_unit(public_id), _unit_form()
    if not saved(form, lambda: _save_unit(found, form), lambda: _filled_unit_form(found)):
        return _unit_page(found, form, REFUSED)
    return done(url_for("accounts.units"), "已保存")


@bp.post("/admin/units/<public_id>/archive")
@requires(Permission.ACCOUNTS_MANAGE)
def archive_unit(public_id: str) -> Page:
    """撤销单位."""
    found = get_unit(public_id)
    form = _archive_form(found)

    def act() -> None:
        successor = get_unit(form.successor.data) if form.successor.data else None
        services.archive_unit(found, form.reason.data, successor=successor, version=form.seen)

    had_work = bool(services.held_of_unit(found))  # handed over, which restoring does not take back
    if not took(form, act):
        return _unit_page(found, _filled_unit_form(found), REFUSED, archiving=form)
    undo = (url_for("accounts.restore_unit", public_id=public_id), {"version": found.version})
    if had_work:
        return done(url_for("accounts.units"), "已撤销，名下的事已交给接手的单位，历史还在")
    return done(url_for("accounts.units"), "已撤销，历史还在", undo=undo)


@bp.post("/admin/units/<public_id>/restore")
@requires(Permission.ACCOUNTS_MANAGE)
def restore_unit(public_id: str) -> Page:
    """撤销错了."""
    found = get_unit(public_id)
    refusal_leads_to(url_for("accounts.edit_unit", public_id=public_id))
    services.restore_unit(found, version=seen_version())
    return done(url_for("accounts.units"), "单位已恢复")
