"""One sign; signs are entered and put right."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, must_be_live, serve_archiving
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.enterprises.filters import company_asked
from app.register.enterprises.picking import company_of, offer_for, take_choice
from app.register.signs import policy, queries, services
from app.register.signs.enums import SignKind
from app.register.signs.forms import EditSignForm, NewSignForm
from app.register.signs.models import ExpansionSign
from app.register.signs.views.blueprint import Answer, bp, page_of


def _data(form: Any) -> services.SignData:
    return services.SignData(
        kind=SignKind(form.kind.data),
        happened_on=form.happened_on.data,
        what=form.what.data,
        source=form.source.data,
        amount=form.amount.reading.yuan,
        source_url=form.source_url.data or "",
    )


def _new_page(form: NewSignForm, status: int = 200) -> Answer:
    return render_template("signs/new.html", form=form.ready(), offer=offer_for(form)), status


@bp.get("/signs/new")
@requires(P.ENTERPRISES_WRITE)
def new() -> Answer:
    """登记扩张迹象；?enterprise= 带入企业."""
    company = company_asked()
    form = NewSignForm(
        formdata=None,
        enterprise=company.name if company else "",
        enterprise_id=company.public_id if company else "",
        happened_on=today(),
    )
    return _new_page(form)


@bp.post("/signs/new")
@requires(P.ENTERPRISES_WRITE)
@once
def create() -> Answer:
    """登记扩张迹象：保存."""
    form, made = NewSignForm(), list[ExpansionSign]()
    if take_choice(form):
        return _new_page(form, 422)
    if not pages.took(form, lambda: made.append(services.create_sign(company_of(form), _data(form)))):
        return _new_page(form, 422)
    return pages.done(page_of(made[0]), "已登记")


@bp.get("/signs/<public_id>")
@requires(P.ENTERPRISES_READ)
def detail(public_id: str) -> str:
    """一条扩张迹象."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, sign = require_actor(), queries.get_sign(public_id)
    return render_template(
        "signs/detail.html",
        sign=sign,
        may_change=policy.may_change(actor, sign),
        may_archive=not sign.is_archived and policy.may_write(actor, sign),
        may_restore=sign.is_archived and policy.may_write(actor, sign),
        archiving=archiving or ArchiveForm(formdata=None, version=sign.version),
    )


serve_archiving(bp, services.ARCHIVING, _detail_page)


def _for_change(public_id: str) -> ExpansionSign:
    sign = queries.get_sign(public_id)
    pages.refusal_leads_to(page_of(sign))
    must_be_live(sign)
    if not policy.may_change(require_actor(), sign):
        raise NotAllowed("企业已归档，它的扩张迹象只能查看")
    return sign


def _edit_page(sign: ExpansionSign, form: EditSignForm, status: int = 200) -> Answer:
    return render_template("signs/edit.html", sign=sign, form=form), status


def _opened(sign: ExpansionSign) -> EditSignForm:
    return EditSignForm(formdata=None, obj=sign)


@bp.get("/signs/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def edit(public_id: str) -> Answer:
    """改扩张迹象."""
    sign = _for_change(public_id)
    return _edit_page(sign, _opened(sign))


@bp.post("/signs/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def update(public_id: str) -> Answer:
    """改扩张迹象：保存."""
    sign, form = _for_change(public_id), EditSignForm()
    if not saved(form, lambda: services.change_sign(sign, form.seen, _data(form)), lambda: _opened(sign)):
        return _edit_page(sign, form, 422)
    return pages.done(page_of(sign), "已保存")
