"""A target that is to be changed, and the plain page of a form on it."""

from collections.abc import Callable
from typing import Any

from flask import render_template

from app.core.access.auth import Actor, require_actor
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.promotion.targets import policy, queries, services
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.views.blueprint import Answer, page_of


def for_change(
    public_id: str, allowed: Callable[[Actor, TargetEnterprise], bool] = policy.may_change
) -> TargetEnterprise:
    """The target, if it may be seen, is not archived, and this may be done to it."""
    target = queries.get_target(public_id)
    pages.refusal_leads_to(page_of(target))
    if target.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), target):
        raise NotAllowed
    return target


def form_page(
    target: TargetEnterprise, form: BaseForm, title: str, status: int = 200, **words: Any
) -> Answer:
    return render_template("targets/form.html", target=target, form=form, title=title, **words), status
