"""Numbers drawn at the same moment, also the very first of a series, are all different."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.core.index.relay import draw_number
from app.core.storage.db import db
from app.core.storage.numbers import draw

pytestmark = pytest.mark.both_databases
PEOPLE = 5


def at_once(app: Flask, draw_one: Callable[[], object]) -> list[object]:
    """What each of several transactions drew, all begun before any of them ends."""
    barrier = Barrier(PEOPLE, timeout=30)

    def one(_number: int) -> object:
        with app.app_context():
            barrier.wait()
            drawn = draw_one()
            db.session.commit()
            return drawn

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_a_series_begins_at_one_and_counts_on_by_year(app: Flask) -> None:
    with app.app_context():
        assert [draw("XS", 2026), draw("XS", 2026), draw("XS", 2027), draw("XM", 2026)] == [
            "XS-2026-0001",
            "XS-2026-0002",
            "XS-2027-0001",
            "XM-2026-0001",
        ]


def test_the_first_numbers_of_a_series_drawn_at_once_are_all_given(app: Flask) -> None:
    expected = [f"XS-2026-{number:04d}" for number in range(1, PEOPLE + 1)]
    assert sorted(map(str, at_once(app, lambda: draw("XS", 2026)))) == expected


def test_the_first_versions_for_the_index_drawn_at_once_are_all_given(app: Flask) -> None:
    assert sorted(at_once(app, draw_number), key=str) == list(range(1, PEOPLE + 1))


def test_a_first_number_that_is_given_back_leaves_the_series_usable(app: Flask) -> None:
    with app.app_context():
        draw("XS", 2026)
        db.session.rollback()
        assert draw("XS", 2026) == "XS-2026-0001"
