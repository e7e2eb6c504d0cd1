"""create_app(): the application for one configuration, with every feature in its order."""

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import MetaData

from app.core.index import reindexing
from app.core.index.searching import init_searching
from app.core.records import setup_views
from app.core.records.feature import Feature, install
from app.core.storage import audit, changes, outbox
from app.core.storage.db import Base, db, init_db
from app.core.values.registries import FIGURES
from app.core.web import budgets, files
from app.core.web.app import init_web
from app.core.work import jobs
from app.core.work.regular import NIGHTLY
from app.county.demo import feature as demo
from app.delivery.projects import feature as projects
from app.exchange.chain_files import feature as chain_files
from app.exchange.imports import feature as imports
from app.figures.chain_figures import feature as chain_figures
from app.figures.chain_maps import feature as chain_maps
from app.figures.outcomes import feature as outcomes
from app.figures.reports import feature as reports
from app.finding.finder import feature as finder
from app.finding.saved_searches import feature as saved_searches
from app.finding.words import feature as words
from app.office.auditing import feature as auditing
from app.office.home import feature as home
from app.office.home.shell import init_shell
from app.office.operations import feature as operations
from app.office.settings import feature as settings
from app.promotion.assessments import feature as assessments
from app.promotion.campaigns import feature as campaigns
from app.promotion.expenses import feature as expenses
from app.promotion.gatherings import feature as gatherings
from app.promotion.leads import feature as leads
from app.promotion.outings import feature as outings
from app.promotion.residents import feature as residents
from app.promotion.steps import feature as steps
from app.promotion.targets import feature as targets
from app.promotion.team_reports import feature as team_reports
from app.promotion.visits import feature as visits
from app.register.accounts import feature as accounts
from app.register.accounts import session as signing_in
from app.register.anchors import feature as anchors
from app.register.attachments import feature as attachments
from app.register.chain_papers import feature as chain_papers
from app.register.chains import feature as chains
from app.register.comments import feature as comments
from app.register.enterprises import feature as enterprises
from app.register.placements import feature as placements
from app.register.posts import feature as posts
from app.register.reference import feature as reference
from app.register.signs import feature as signs
from app.register.tags import feature as tags
from config import ROOT, Config

migrate = Migrate()

# What core itself brings.
CORE = Feature(
    pages=(setup_views.bp,),
    commands=(jobs.commands,),
    answers=(
        NIGHTLY.entry("budgets", budgets.prune),
        NIGHTLY.entry("search", reindexing.check_by_night),
        NIGHTLY.entry("files", files.forget_unclaimed),
        FIGURES.entry("jobs", jobs.figures),
    ),
)
# Low to high, as the import contracts have them: whatever asks for an order of features gets this one.
FEATURES: tuple[Feature, ...] = (
    CORE,
    # register
    accounts.FEATURE,
    attachments.FEATURE,
    comments.FEATURE,
    tags.FEATURE,
    reference.FEATURE,
    enterprises.FEATURE,
    chains.FEATURE,
    placements.FEATURE,
    posts.FEATURE,
    anchors.FEATURE,
    signs.FEATURE,
    chain_papers.FEATURE,
    # promotion
    steps.FEATURE,
    leads.FEATURE,
    visits.FEATURE,
    targets.FEATURE,
    expenses.FEATURE,
    residents.FEATURE,
    campaigns.FEATURE,
    team_reports.FEATURE,
    assessments.FEATURE,
    outings.FEATURE,
    gatherings.FEATURE,
    # delivery
    projects.FEATURE,
    # figures
    chain_maps.FEATURE,
    chain_figures.FEATURE,
    reports.FEATURE,
    outcomes.FEATURE,
    # exchange
    imports.FEATURE,
    chain_files.FEATURE,
    # finding
    finder.FEATURE,
    saved_searches.FEATURE,
    words.FEATURE,
    # office
    settings.FEATURE,
    auditing.FEATURE,
    operations.FEATURE,
    home.FEATURE,
    # county
    demo.FEATURE,
)


def create_app(config: Config) -> Flask:
    """The application for one configuration; raises what `Config.checked` raises."""
    config.checked()
    app = Flask(
        "app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.from_mapping(config.flask_settings())
    config.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    init_db(app)
    changes.install()
    outbox.install()
    audit.install()
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    init_web(app)
    signing_in.init_app(app)
    jobs.init_jobs(app)
    init_searching(app)
    install(app, FEATURES)
    init_shell(app)
    return app


def metadata() -> MetaData:
    """Every table of the product, for migrations and tests."""
    return Base.metadata
