"""What is done by one at a time, and rows that two put there at once."""

import enum
from typing import Any

from sqlalchemy import Insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.storage.db.tables import db, is_sqlite


class Turn(enum.IntEnum):
    """What is done by one at a time, as numbers of PostgreSQL's advisory locks."""

    CHAIN = 7_301_944_001  # one audit chain of many writers
    QUEUE_TABLES = 7_301_944_002  # the job queue makes its tables
    FILLING = 7_301_944_003  # an indexer fills the index
    WORDS = 7_301_944_004  # no word stands in two groups, not even in the first two that are written at once
    SIGN_INS = 7_301_944_005  # each try to sign in sees those before it
    BUDGETS = 7_301_944_006  # what a person spends sees what they have spent
    LINKS = 7_301_944_007  # the links of one chain change one after another: its tree is judged as a whole
    VERSIONS = 7_301_944_008  # no two versions of what the county sets begin on one day
    CHAIN_CODES = 7_301_944_009  # no two industry chains get one code; taken before any row or LINKS
    PLACEMENTS = 7_301_944_010  # a company is put on a link once, also by a job and a person at once
    POSTS = 7_301_944_011  # the terms of one chain are judged beside each other
    TARGETS = 7_301_944_012  # a company is one open target at most
    ANCHORS = 7_301_944_013  # a company is an anchor of a chain once at a time
    SIGNS = 7_301_944_014  # what happened at a company is told once
    PAPER_KINDS = 7_301_944_015  # no two kinds of maps and lists in use have one name
    ASSESSMENTS = 7_301_944_032  # the periods of one scheme are closed one after another
    TEAM_TERMS = 7_301_944_016  # a person is in one resident team on one day, and a team has one head
    TEAM_ASSOCIATIONS = 7_301_944_017  # a team keeps up with an association once at a time
    DUTY = 7_301_944_019  # what counts of a day of somebody is judged by what was told before
    RECEIPTS = 7_301_944_020  # one receipt is one expense
    TEAM_REPORTS = 7_301_944_031  # a team has one report of a period
    GUESTS = 7_301_944_033  # nobody stands on the list of an event twice


_TURNS_APART = 1 << 33  # more than any Turn


def wait_turn(lock: Turn, session: Session | None = None, *, of: int = 0) -> None:
    """Waits for every other transaction that took this lock, and keeps it until ours ends: for a rule about
    what is not there yet, of which there is no row to lock; with `of` for one of many such. On SQLite the
    write lock does as much.
    """
    if not is_sqlite():
        key = {"key": int(lock) + of * _TURNS_APART}
        (session or db.session).execute(text("SELECT pg_advisory_xact_lock(:key)"), key)


def insert_unless_there(table: Any) -> Insert:
    """An INSERT that leaves a row alone which another transaction has put there first, and waits for it."""
    if is_sqlite():
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
