"""Writes of reports: begun and drawn, put into words, sent, decided on; their columns. Never commits."""

from app.promotion.team_reports.services.columns import fill_columns
from app.promotion.team_reports.services.drafting import (
    NOT_THEIRS,
    add_row,
    begin,
    change_row,
    late_logs,
    must_be_open,
    put_into_words,
    refresh,
)
from app.promotion.team_reports.services.sending import (
    accept,
    give_back,
    lacks_reason,
    must_say_why,
    send,
    send_silent,
)
from app.promotion.team_reports.services.templates import set_shipped, set_template

__all__ = [
    "NOT_THEIRS",
    "accept",
    "add_row",
    "begin",
    "change_row",
    "fill_columns",
    "give_back",
    "lacks_reason",
    "late_logs",
    "must_be_open",
    "must_say_why",
    "put_into_words",
    "refresh",
    "send",
    "send_silent",
    "set_shipped",
    "set_template",
]
