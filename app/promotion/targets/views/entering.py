"""A company is taken up as a target, and what is known of a target is changed."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.targets import services
from app.promotion.targets.forms import EditTargetForm, NewTargetForm, TakeUpForm
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.views.blueprint import Answer, bp, page_of
from app.promotion.targets.views.changing import for_change, form_page
from app.promotion.targets.views.typed import (
    data_of,
    holder_of,
    nodes_named,
    nodes_of,
    with_holders,
    with_nodes,
)
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.enterprises.filters import company_asked
from app.register.enterprises.models import Enterprise
from app.register.enterprises.picking import company_of, offer_for, take_choice


def _new_form(**given: Any) -> NewTargetForm:
    return with_nodes(with_holders(NewTargetForm(**given)))


def _new_page(form: NewTargetForm, status: int = 200) -> Answer:
    return render_template("targets/new.html", form=form.ready(), offer=offer_for(form)), status


@bp.get("/targets/new")
@requires(P.TARGETS_WRITE)
def new() -> Answer:
    """列为目标企业；?enterprise= 和 ?node= 带入企业和环节."""
    company, asked = company_asked(), pages.read_text("node", 16)
    me = db.session.get_one(Person, require_actor().person_id)
    form = _new_form(
        formdata=None,
        enterprise=company.name if company else "",
        enterprise_id=company.public_id if company else "",
        nodes=[node.public_id for node in nodes_named([asked])] if asked else [],
        registered_on=today(),
        owner=me.public_id,
    )
    return _new_page(form)


@bp.post("/targets/new")
@requires(P.TARGETS_WRITE)
@once
def create() -> Answer:
    """列为目标企业：保存."""
    form, made = _new_form(), list[TargetEnterprise]()
    if take_choice(form):
        return _new_page(form, 422)
    if not pages.took(form, lambda: made.append(taken_up(company_of(form), form))):
        return _new_page(form, 422)
    return pages.done(page_of(made[0]), "已列为目标企业")


def taken_up(company: Enterprise, form: NewTargetForm | TakeUpForm) -> TargetEnterprise:
    """A company is taken up with what was typed. Raises RuleBroken."""
    actor, (owner, unit, team) = require_actor(), holder_of(form)
    is_own = owner is not None and owner.id == actor.person_id and unit is None
    if not is_own and not actor.may(P.LEADS_ASSIGN):
        raise RuleBroken({"owner": "只能列到自己名下；要交给别人，列入后请招商局分派"})
    return services.create_target(
        services.NewTarget(
            enterprise=company,
            data=data_of(form),
            owner=owner,
            unit_id=unit.id if unit else None,
            team_id=team.id if team else None,
            registered_on=form.registered_on.data,
            next_what=form.next_what.data or "",
            next_on=form.next_on.data,
        )
    )


def _edit_form(target: TargetEnterprise, **given: Any) -> EditTargetForm:
    return with_nodes(EditTargetForm(**given), *nodes_of(target))


def _opened(target: TargetEnterprise) -> EditTargetForm:
    nodes = [node.public_id for node in nodes_of(target)]
    return _edit_form(target, formdata=None, obj=target, nodes=nodes)


@bp.get("/targets/<public_id>/edit")
@requires(P.TARGETS_WRITE)
def edit(public_id: str) -> Answer:
    """改目标企业."""
    target = for_change(public_id)
    return form_page(target, _opened(target), f"改目标企业：{target.name}")


@bp.post("/targets/<public_id>/edit")
@requires(P.TARGETS_WRITE)
def update(public_id: str) -> Answer:
    """改目标企业：保存."""
    target = for_change(public_id)
    form = _edit_form(target)

    def act() -> None:
        services.change_target(target, form.seen, data_of(form))

    if not saved(form, act, lambda: _opened(target)):
        return form_page(target, form, f"改目标企业：{target.name}", 422)
    return pages.done(page_of(target), "已保存")
