"""create_app(): extensions, blueprints, commands, registries. The one place that sees every feature."""

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import MetaData

from app.core.index import reindexing
from app.core.index.searching import WORDS, WordSource, init_searching
from app.core.records import setup_views
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage import audit, changes, outbox
from app.core.storage.db import Base, db, init_db
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import (
    AFTER_ACCESS,
    AFTER_ARCHIVE,
    AFTER_JOIN,
    AFTER_MOVE,
    BESIDE_RESULTS,
    CLOSES_STEP,
    FIGURES,
    GATE_DAYS,
    GATE_FACTS,
    HELD,
    LAST_CONTACTS,
    NAMED_IN,
    NEXT_STEPS,
    OUTCOMES,
    RELATED,
    STANDS_ON_SIGNING,
    TAKES_STEPS,
    VOUCHED,
)
from app.core.values.settings import SETTINGS, Setting
from app.core.web import budgets, files
from app.core.web.app import init_web
from app.core.web.files import OWNERS
from app.core.work.jobs import ACTORS, init_jobs
from app.core.work.jobs import HANDLERS as JOB_HANDLERS
from app.core.work.jobs import commands as jobs_commands
from app.core.work.jobs import figures as jobs_figures
from app.core.work.regular import NIGHTLY, OFTEN
from app.county.demo.cli import group as demo_commands
from app.delivery.projects import happenings as projects_happenings
from app.delivery.projects import indexing as projects_indexing
from app.delivery.projects import list_views as projects_list_views
from app.delivery.projects import queries as projects_queries
from app.delivery.projects import services as projects_services
from app.delivery.projects import views as projects_views
from app.exchange.imports import services as imports_services
from app.exchange.imports import views as imports_views
from app.exchange.imports.cli import imports as imports_commands
from app.figures.reports import views as reports_views
from app.figures.reports.cli import funnel_command
from app.finding.finder import views as finder_views
from app.finding.finder.cli import group as search_commands
from app.finding.saved_searches import services as saved_searches_services
from app.finding.saved_searches import views as saved_searches_views
from app.finding.words import queries as words_queries
from app.finding.words import views as words_views
from app.office.auditing import queries as auditing_queries
from app.office.auditing import services as auditing_services
from app.office.auditing import views as auditing_views
from app.office.auditing.cli import group as audit_commands
from app.office.home import views as home_views
from app.office.home.shell import init_shell
from app.office.operations import cli as operations_cli
from app.office.operations import queries as operations_queries
from app.office.operations import tuning
from app.office.operations import views as operations_views
from app.office.settings import views as settings_views
from app.promotion.leads import agreement_indexing, agreement_services, agreement_views
from app.promotion.leads import editing as leads_editing
from app.promotion.leads import happenings as leads_happenings
from app.promotion.leads import indexing as leads_indexing
from app.promotion.leads import list_views as leads_list_views
from app.promotion.leads import moving as leads_moving
from app.promotion.leads import queries as leads_queries
from app.promotion.leads import services as leads_services
from app.promotion.leads import views as leads_views
from app.promotion.leads.cli import leads as leads_commands
from app.promotion.leads.enums import Criterion
from app.promotion.steps import list_views as steps_list_views
from app.promotion.steps import queries as steps_queries
from app.promotion.steps import services as steps_services
from app.promotion.steps import views as steps_views
from app.promotion.steps.enums import StepKind
from app.promotion.visits import indexing as visits_indexing
from app.promotion.visits import list_views as visits_list_views
from app.promotion.visits import queries as visits_queries
from app.promotion.visits import services as visits_services
from app.promotion.visits import views as visits_views
from app.register.accounts import queries as accounts_queries
from app.register.accounts import rules as accounts_rules
from app.register.accounts import second_step_views as accounts_second_step
from app.register.accounts import session as signing_in
from app.register.accounts import tries as sign_in_tries
from app.register.accounts import units as accounts_units
from app.register.accounts.cli import group as accounts_commands
from app.register.attachments import queries as attachments_queries
from app.register.attachments import views as attachments_views
from app.register.comments import queries as comments_queries
from app.register.comments import views as comments_views
from app.register.enterprises import contact_indexing, erasing_views
from app.register.enterprises import indexing as enterprises_indexing
from app.register.enterprises import list_views as enterprises_list_views
from app.register.enterprises import queries as enterprises_queries
from app.register.enterprises import rules as enterprises_rules
from app.register.enterprises import views as enterprises_views
from app.register.enterprises.policy import WORK
from app.register.reference import views as reference_views
from app.register.reference.cli import reference as reference_commands
from app.register.tags import queries as tags_queries
from app.register.tags import views as tags_views
from config import ROOT, Config

migrate = Migrate()


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
        *{accounts_units.bp, accounts_second_step.bp},
        auditing_views.bp,
        home_views.bp,
        reports_views.bp,
        finder_views.bp,
        saved_searches_views.bp,
        setup_views.bp,
        words_views.bp,
        settings_views.bp,
        reference_views.bp,
        attachments_views.bp,
        comments_views.bp,
        tags_views.bp,
        *{enterprises_views.bp, erasing_views.bp, enterprises_list_views.bp},
        *{steps_views.bp, steps_list_views.bp},
        imports_views.bp,
        *{
            leads_editing.bp,
            leads_moving.bp,
            agreement_views.bp,
            leads_list_views.bp,
        },  # one blueprint in several rooms
        *{visits_views.bp, visits_list_views.bp},
        *{projects_views.bp, projects_list_views.bp},
        operations_views.bp,
    ):
        app.register_blueprint(blueprint)


def _register_commands(app: Flask) -> None:
    for group in (
        demo_commands,
        accounts_commands,
        audit_commands,
        leads_commands,
        jobs_commands,
        imports_commands,
        funnel_command,
        search_commands,
        reference_commands,
        operations_cli.backup,
        operations_cli.restore,
    ):
        app.cli.add_command(group)


def _fill_registries(app: Flask) -> None:
    """Answers of higher features to questions of lower ones; watchers of the index."""
    _let_the_county_set(accounts_rules.SECOND_STEP, accounts_rules.IDLE_DESK, accounts_rules.IDLE_PHONE)
    _let_the_county_set(enterprises_rules.MOST_NUMBERS)
    _let_the_county_set(files.MOST_FILES, files.MOST_MEGABYTES)
    enterprises_indexing.register()
    ACTORS.add("accounts", accounts_queries.actor_for_user)
    JOB_HANDLERS.add(imports_services.CHECK, imports_services.run_check)
    JOB_HANDLERS.add(imports_services.WRITE, imports_services.run_write)
    JOB_HANDLERS.add(imports_services.UNDO, imports_services.run_undo)
    NIGHTLY.add("accounts", sign_in_tries.prune)
    NIGHTLY.add("budgets", budgets.prune)
    NIGHTLY.add("contacts", contact_indexing.follow_the_day)
    NIGHTLY.add("imports", imports_services.remove_old_files)
    NIGHTLY.add("search", reindexing.check_by_night)
    TIMELINE.add("attachments", attachments_queries.happenings)
    NAMED_IN.add("attachments", attachments_views.named_in)
    TIMELINE.add("comments", comments_queries.happenings)
    TIMELINE.add("tags", tags_queries.happenings)
    NAMED_IN.add("comments", comments_views.named_in)
    SUBJECTS.add("enterprise", enterprises_views.KIND)
    TIMELINE.add("enterprises", enterprises_queries.happenings)
    NAMED_IN.add("enterprises", erasing_views.named_in)
    HELD.add("leads", leads_services.HELD_LEADS)  # before the steps, since it hands over its own
    CLOSES_STEP.add(StepKind.REVIEW, agreement_views.page_that_closes)
    HELD.add("reviews", agreement_services.HELD_REVIEWS)
    HELD.add("steps", steps_services.HELD_STEPS)
    TIMELINE.add("steps", steps_queries.happenings)
    NEXT_STEPS.add("steps", steps_views.next_of_enterprise)
    RELATED.add("steps", steps_views.related_of_enterprise)
    NAMED_IN.add("steps", steps_views.named_in)
    WORK.add("steps", steps_queries.WORK)
    leads_indexing.register()
    TIMELINE.add("leads", leads_happenings.happenings)
    RELATED.add("leads", leads_views.related_to)
    NAMED_IN.add("leads", leads_views.named_in)
    AFTER_ARCHIVE.add(leads_services.tell_of_archiving)
    SUBJECTS.add("lead", leads_views.KIND)
    TAKES_STEPS.add("lead", leads_editing.for_change)
    WORK.add("leads", leads_queries.WORK)
    OWNERS.add(leads_queries.FILE_KIND, leads_queries.files_may_be_read)
    OWNERS.add(leads_queries.REVIEW_KIND, leads_queries.files_may_be_read)
    visits_indexing.register()
    TIMELINE.add("visits", visits_queries.happenings)
    SUBJECTS.add("visit", visits_views.KIND)
    NAMED_IN.add("visits", visits_views.named_in)
    GATE_FACTS.add(Criterion.CONTACT_MADE, visits_queries.with_contact)
    GATE_DAYS.add(Criterion.CONTACT_MADE, visits_queries.first_meeting_of)
    LAST_CONTACTS.add("visits", visits_queries.last_contacts)
    WORK.add("visits", visits_queries.WORK)
    VOUCHED.add("visits", visits_queries.confirmed_on_the_day)
    AFTER_ACCESS.add(visits_services.follow_lead)
    AFTER_JOIN.add(visits_services.join_lead)
    projects_indexing.register()
    agreement_indexing.register()
    WORK.add("projects", projects_queries.WORK)
    contact_indexing.register()
    TIMELINE.add("projects", projects_happenings.happenings)
    SUBJECTS.add("project", projects_views.KIND)
    TAKES_STEPS.add("project", projects_views.for_change)
    RELATED.add("projects", projects_views.related_to)
    NAMED_IN.add("projects", projects_views.named_in)
    OUTCOMES.add("projects", projects_views.outcome_of_lead)
    AFTER_MOVE.add(projects_services.after_lead_move)
    STANDS_ON_SIGNING.add("projects", projects_services.why_signing_stands)
    AFTER_ACCESS.add(projects_services.follow_lead)
    NAMED_IN.add("imports", imports_views.named_in)
    BESIDE_RESULTS.add("saved_searches", saved_searches_views.beside_results)
    BESIDE_RESULTS.add("words", words_views.beside_results)
    WORDS.add("words", WordSource(words_queries.stamp, words_queries.read_words))
    OFTEN.add("saved_searches", saved_searches_services.count_all)
    NIGHTLY.add("saved_searches", saved_searches_services.forget_old)
    NIGHTLY.add("files", files.forget_unclaimed)
    NIGHTLY.add("operations", tuning.count_anew)
    FIGURES.add("jobs", jobs_figures)
    FIGURES.add("accounts", accounts_queries.figures)
    FIGURES.add("auditing", auditing_queries.figures)
    FIGURES.add("operations", operations_queries.figures)
    NIGHTLY.add("audit heads", auditing_services.keep_head_by_night)
    NIGHTLY.add("auditing", auditing_services.verify_chain)


def _let_the_county_set(*settings: Setting) -> None:
    """In the order of the page 安全设置; a new heading comes under the ones before it."""
    for setting in settings:
        SETTINGS.add(setting.name, setting)
