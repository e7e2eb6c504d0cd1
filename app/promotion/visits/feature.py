"""Visits made and received."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import (
    AFTER_ACCESS,
    AFTER_JOIN,
    GATE_DAYS,
    GATE_FACTS,
    LAST_CONTACTS,
    NAMED_IN,
    VOUCHED,
)
from app.promotion.leads.enums import Criterion
from app.promotion.visits import indexing, list_views, metrics, queries, services, views
from app.register.accounts.enums import Permission as P
from app.register.enterprises.policy import WORK
from app.register.enterprises.queries import DEALINGS

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    metrics=metrics.OWN,
    measures=metrics.MEASURED,
    menu=(
        MenuLine(M.PROMOTION, 30, "走访接待", "visits.index", "notes", P.VISITS_READ),
        MenuLine(M.PHONE, 20, "走访", "visits.index", "notes", P.VISITS_READ),
        MenuLine(M.NEW, 10, "记走访", "visits.new", "notes", P.VISITS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("visit", views.KIND),
        TIMELINE.entry("visits", queries.happenings),
        NAMED_IN.entry("visits", views.named_in),
        GATE_FACTS.entry(Criterion.CONTACT_MADE, queries.with_contact),
        GATE_DAYS.entry(Criterion.CONTACT_MADE, queries.first_meeting_of),
        LAST_CONTACTS.entry("visits", queries.last_contacts),
        WORK.entry("visits", queries.WORK),
        DEALINGS.entry("visits", queries.met_by),
        VOUCHED.entry("visits", queries.confirmed_on_the_day),
        AFTER_ACCESS.hook(services.follow_lead),
        AFTER_JOIN.hook(services.join_lead),
    ),
    searchable=(indexing.register,),
)
