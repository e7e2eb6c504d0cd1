"""Two people write the county's words at once: the second waits, and sees what the first has written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.finding.words import services
from app.finding.words.queries import counts, list_groups
from app.register.accounts.enums import Role
from tests.factories.accounts import actor_of, make_user
from tests.factories.counties import a_county

pytestmark = pytest.mark.both_databases
HELD = (
    0.5  # s that the first keeps its transaction open, in which the second would be done if it did not wait
)


def _one_behind_the_other(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> str:
    """What the second is told when it begins while the first has written and not yet committed."""
    with app.app_context():
        head = actor_of(make_user(Role.BUREAU_HEAD, person=a_county().head))
        db.session.commit()
        db.session.remove()
    has_written, second_is_done = Event(), Event()

    def lead() -> None:
        with app.app_context(), acting_as(head):
            first()
            has_written.set()
            second_is_done.wait(HELD)
            db.session.commit()

    def follow() -> str:
        has_written.wait(30)
        with app.app_context(), acting_as(head):
            try:
                second()
                db.session.commit()
            except RuleBroken as broken:
                db.session.rollback()
                return str(broken)
            finally:
                second_is_done.set()
        return ""

    with ThreadPoolExecutor(2) as pool:
        leading, following = pool.submit(lead), pool.submit(follow)
        leading.result()
        return following.result()


def test_the_common_words_are_put_in_once(app: Flask) -> None:
    told = _one_behind_the_other(app, services.add_starter, services.add_starter)
    assert "已经有搜索用词了" in told
    groups, readings = services.read_starter()
    with app.app_context():
        assert counts() == (len(groups), len(readings))


def test_the_first_two_groups_of_a_county_do_not_share_a_word(app: Flask) -> None:
    told = _one_behind_the_other(
        app,
        lambda: services.save_group(None, "光伏、太阳能"),
        lambda: services.save_group(None, "太阳能、日能"),
    )
    assert "「太阳能」已经在另一组（光伏、太阳能）里" in told
    with app.app_context():
        assert [group.words for group in list_groups()] == ["光伏、太阳能"]


def test_a_word_has_one_reading_whoever_writes_it_first(app: Flask) -> None:
    told = _one_behind_the_other(
        app,
        lambda: services.save_reading(None, "丹县", "shan xian"),
        lambda: services.save_reading(None, "丹县", "chan xian"),
    )
    assert "「丹县」已经有读音 shan xian" in told
