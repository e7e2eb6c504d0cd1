"""Conditions on when something was written."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

from app.core.values.clock import AHEAD, now, start_of, today


def lapsed(column: Any, span: timedelta) -> ColumnElement[bool]:
    """That more than a span has gone by since a stored instant, or that it has not come yet: written by a
    clock that was ahead (`core/values/clock`), so nobody knows.
    """
    moment = now()
    return or_(column < moment - span, column > moment + AHEAD)


def entered_before_today(column: Any) -> ColumnElement[bool]:
    """That a record was entered on an earlier day of Beijing than this one."""
    before: ColumnElement[bool] = column < start_of(today())
    return before
