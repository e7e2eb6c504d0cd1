"""The night's count of rows, on which the choice of indexes rests."""

import logging

import pytest
from sqlalchemy import text

from app.core.storage.db import db, is_sqlite
from app.office.operations import tuning
from tests.factories.counties import a_county
from tests.services.rounds import night_passed

pytestmark = pytest.mark.both_databases


def has_statistics(table: str) -> bool:
    if is_sqlite():
        known = db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"))
        query = "SELECT count(*) FROM sqlite_stat1 WHERE tbl = :table"
    else:
        known, query = 1, "SELECT count(*) FROM pg_stats WHERE tablename = :table"
    return bool(known and db.session.scalar(text(query), {"table": table}))


@pytest.fixture
def county(session: object) -> None:
    a_county()
    db.session.commit()


def seen_by_the_database() -> None:
    """PostgreSQL tells of changed rows when a connection is idle for a moment, or when asked to."""
    if not is_sqlite():
        db.session.execute(text("SELECT pg_stat_force_next_flush()"))
        db.session.commit()


def test_by_night_the_rows_are_counted_and_the_log_says_so(
    county: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "FEWEST_ROWS", 1)
    seen_by_the_database()
    with caplog.at_level(logging.INFO, logger=tuning.__name__):
        night_passed()
    assert has_statistics("unit")
    assert "statistics of" in caplog.text


def test_counting_again_at_once_is_no_trouble(county: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "FEWEST_ROWS", 1)
    seen_by_the_database()
    first = tuning.count_anew()
    db.session.commit()
    again = tuning.count_anew()
    assert first
    assert again == (first if is_sqlite() else [])


def test_a_small_table_keeps_its_indexes_on_sqlite(county: None) -> None:
    """Else it would be walked from end to end after the first large import."""
    tuning.count_anew()
    assert not (is_sqlite() and has_statistics("unit"))
