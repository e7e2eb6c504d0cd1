"""The blueprint of assessments, and what its pages have in common: which period is looked at."""

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from app.core.web import pages
from app.promotion.assessments import queries
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.queries import Ranking
from app.promotion.assessments.rules import AssessedSpan

bp = Blueprint("assessments", __name__)
Answer = str | Response | tuple[str, int]


def asked_span(scheme: AssessmentScheme) -> AssessedSpan:
    """`?on=2026-10-01`: the period of a day; without one that which waits to be closed, else the newest."""
    spans = queries.spans_of(scheme)
    day = pages.read_date("on", "哪一期")
    if day is not None:
        asked = scheme.span(day)
        if asked in spans:
            return asked
    waits = queries.first_open(scheme, list(queries.closings_of(scheme)))
    return waits if waits in spans[1:] else (spans or [waits])[0]


def asked_ranking(scheme: AssessmentScheme) -> Ranking | None:
    """How everybody stands in that period; `?issue=1` as it was issued then."""
    revision = pages.read_int("issue", "第几次公布", least=1, most=999)
    return queries.ranking_of(scheme, asked_span(scheme), revision=revision)


def page_of(scheme: AssessmentScheme, first_day: date | None = None) -> str:
    """The ranking of a period."""
    on: dict[str, Any] = {"on": first_day.isoformat()} if first_day else {}
    return url_for("assessments.show", public_id=scheme.public_id, **on)


def page_of_rules(scheme: AssessmentScheme) -> str:
    return url_for("assessments.rules_of", public_id=scheme.public_id)


def here() -> str:
    """The address of the form that is shown, with what it was asked."""
    return request.full_path if request.query_string else request.path
