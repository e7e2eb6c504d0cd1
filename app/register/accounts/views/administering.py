"""Forms of the administrator."""

from flask import render_template

from app.core.web.forms import BaseForm
from app.register.accounts.models import Unit
from app.register.accounts.views.blueprint import Page


def form_page(template: str, form: BaseForm, status: int = 200, **more: object) -> Page:
    """A form, or the same one again with what is wrong with it."""
    return render_template(template, form=form.ready(), **more), status


def choices(rows: list[Unit]) -> list[tuple[str, str]]:
    """Units as a field offers them."""
    return [(row.public_id, row.name) for row in rows]
