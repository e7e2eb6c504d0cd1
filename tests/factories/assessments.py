"""Schemes in the states that matter, with few items; numbers entered and confirmed."""

from datetime import date

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.credit import WHOLE, By
from app.promotion.assessments import queries, rules, services
from app.promotion.assessments.enums import ItemPart, RuleKind, SpanKind
from app.promotion.assessments.models import AssessmentClosing, AssessmentEntry, AssessmentScheme
from app.promotion.assessments.rules import POINT, ScoreItem
from app.promotion.assessments.services import EntryData, SchemeData
from tests.factories.accounts import actor_of, make_user
from tests.factories.leads import County
from tests.factories.visits import a_visit

OUTBOUND = ScoreItem(
    code="out",
    name="外出拜访",
    part=ItemPart.ACTIVITY,
    rule=RuleKind.TO_MAX,
    measure="visit.outbound",
    weight=60 * POINT,
)
VALID = ScoreItem(
    code="valid",
    name="有效线索",
    part=ItemPart.OUTCOME,
    rule=RuleKind.TO_MAX,
    measure="lead.valid",
    weight=40 * POINT,
)
ABSENT = ScoreItem(
    code="absent", name="查岗离岗", part=ItemPart.ACTIVITY, rule=RuleKind.DEDUCT, each=10 * POINT
)
DAYS = ScoreItem(
    code="days",
    name="驻点天数",
    part=ItemPart.ACTIVITY,
    rule=RuleKind.TO_GOAL,
    measure="duty.days",
    weight=100 * POINT,
    goal=20 * WHOLE,
)
ITEMS = (OUTBOUND, VALID, ABSENT)


def months_ago(number: int) -> date:
    """The first day of the month that many months before this one."""
    span = rules.span_of(SpanKind.MONTH, today())
    for _each in range(number):
        span = span.before
    return span.first


def a_draft(
    head: Actor, *, months: int = 3, items: tuple[ScoreItem, ...] = ITEMS, **more
) -> AssessmentScheme:
    """A scheme of teams whose first version is not in force yet."""
    values = {
        "name": "驻点组月度比拼",
        "kind": SpanKind.MONTH,
        "by": By.TEAM,
        "starts_on": months_ago(months),
    }
    with acting_as(head):
        scheme = services.create_scheme(SchemeData(**(values | more)), None)
        draft = queries.draft_of(scheme)
        assert draft is not None
        for place, item in enumerate(items, 1):
            services.add_item(draft, item, place)
    db.session.commit()
    return scheme


def a_scheme(head: Actor, **more) -> AssessmentScheme:
    """The same in force from its first day on."""
    scheme = a_draft(head, **more)
    draft = queries.draft_of(scheme)
    assert draft is not None
    with acting_as(head):
        services.put_in_force(draft, draft.version, scheme.starts_on, "")
    db.session.commit()
    return scheme


def a_closed(scheme: AssessmentScheme, head: Actor, months: int = 1) -> AssessmentClosing:
    """The next periods closed, so many; the last of them."""
    assert months
    with acting_as(head):
        for _each in range(months):
            span = queries.first_open(scheme, list(queries.closings_of(scheme)))
            closing = services.close(scheme, span.first)
            db.session.commit()
    return closing


def visit_in(county: County, months: int, day: int = 10, **more):
    return a_visit(county, held_on=months_ago(months).replace(day=day), **more)


def another_head(county: County) -> Actor:
    return actor_of(make_user(unit=county.bureau))


def an_entry(
    scheme: AssessmentScheme, county: County, months: int, *, quantity: int = WHOLE
) -> AssessmentEntry:
    """Entered by the head for the team; waits."""
    code = next(item.code for item in scheme.versions[0].items if not item.measure)
    with acting_as(county.head):
        data = EntryData(code, county.team.id, months_ago(months), quantity, "查岗记录第 3 号")
        entry = services.enter(scheme, data)
    db.session.commit()
    return entry
