"""create_app(): extensions, blueprints, commands, registries. The one place that sees every feature."""

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import MetaData

import app.imports.models
import app.projects.models
import app.visits.models  # noqa: F401 - until their views are joined, migrations must see every table
from app.accounts import session as signing_in
from app.core import audit, changes, outbox
from app.core.db import Base, db, init_db
from app.core.jobs import init_jobs
from app.core.registries import NEXT_STEPS, RELATED
from app.core.searching import init_searching
from app.core.timeline import SOURCES as TIMELINE
from app.core.web import init_web
from app.enterprises import indexing as enterprises_indexing
from app.enterprises import queries as enterprises_queries
from app.enterprises import views as enterprises_views
from app.finder import views as finder_views
from app.finder.cli import group as search_commands
from app.home import views as home_views
from app.home.shell import init_shell
from app.leads import indexing as leads_indexing
from app.reference import views as reference_views
from app.reference.cli import reference as reference_commands
from app.reports import views as reports_views
from app.reports.cli import funnel_command
from app.steps import queries as steps_queries
from app.steps import views as steps_views
from config import ROOT, Config

migrate = Migrate()


def create_app(config: Config) -> Flask:
    """The application for one configuration; raises what `Config.checked` raises."""
    config.checked()
    app = Flask("app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"))
    app.config.from_mapping(config.flask_settings())
    config.instance_path.mkdir(parents=True, exist_ok=True)
    init_db(app)
    changes.install()
    outbox.install()
    audit.install()
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    init_web(app)
    signing_in.init_app(app)
    init_jobs(app)
    init_searching(app)
    _register_views(app)
    _register_commands(app)
    _fill_registries(app)
    init_shell(app)
    return app


def metadata() -> MetaData:
    """Every table of the product, for migrations and tests."""
    return Base.metadata


def _register_views(app: Flask) -> None:
    for blueprint in (
        home_views.bp,
        reports_views.bp,
        finder_views.bp,
        reference_views.bp,
        enterprises_views.bp,
        steps_views.bp,
    ):
        app.register_blueprint(blueprint)


def _register_commands(app: Flask) -> None:
    for group in (funnel_command, search_commands, reference_commands):
        app.cli.add_command(group)


def _fill_registries(app: Flask) -> None:
    """Answers of higher features to questions of lower ones; watchers of the index."""
    enterprises_indexing.register()
    TIMELINE.add("enterprises", enterprises_queries.happenings)
    TIMELINE.add("steps", steps_queries.happenings)
    NEXT_STEPS.add("steps", steps_views.next_of_enterprise)
    RELATED.add("steps", steps_views.related_of_enterprise)
    leads_indexing.register()
