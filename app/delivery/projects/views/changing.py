"""A project that is to be changed, and the plain page of a form on it."""

from collections.abc import Callable
from typing import Any

from flask import render_template

from app.core.access.auth import Actor, require_actor
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.delivery.projects import policy, queries, services
from app.delivery.projects.models import Project
from app.delivery.projects.views.blueprint import Answer, page_of


def for_change(public_id: str, allowed: Callable[[Actor, Project], bool] = policy.may_change) -> Project:
    """The project, if it may be seen, is not archived, and this may be done to it."""
    project = queries.get_project(public_id)
    pages.refusal_leads_to(page_of(project))
    if project.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), project):
        raise NotAllowed
    return project


def form_page(project: Project, form: BaseForm, title: str, status: int = 200, **words: Any) -> Answer:
    return render_template("projects/form.html", project=project, form=form, title=title, **words), status
