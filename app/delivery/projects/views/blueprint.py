"""What the pages of projects share: the blueprint, the address of a project."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.delivery.projects.models import Project

bp = Blueprint("projects", __name__)
Answer = str | Response | tuple[str, int]


def page_of(project: Project, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("projects.detail", public_id=project.public_id, tab=tab, _anchor=anchor)
