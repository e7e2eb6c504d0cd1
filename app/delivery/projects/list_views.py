"""The list of projects, and what may be done to many. It shares the blueprint of `views`."""

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.delivery.projects.listing import PROJECTS
from app.delivery.projects.views import bp
from app.register.accounts.enums import Permission
from app.register.tags.views import on_many

__all__ = ["bp"]

serve(bp, PROJECTS, "projects/index.html")
serve_acts(bp, PROJECTS, on_many("project", Permission.PROJECTS_WRITE))
