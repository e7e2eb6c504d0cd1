"""The last searches of a user: kept by looking at results, private, forgettable, and never in the way."""

import re
import threading
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.values.clock import now
from app.finding.saved_searches.models import RecentSearch
from tests.factories.counties import a_company
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.finder.indexes import indexed
from tests.saved_searches.searching import asked_by, look
from tests.services.rounds import night_passed

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
WORDS = ("甲", "乙", "丙", "秘密打算", "别的", "先前", "此刻", "之后")


@pytest.fixture
def county(session: Db) -> County:
    """One company that every search of these tests finds."""
    found = a_county()
    a_company("甲乙丙锂电有限公司", notes="、".join((*WORDS, *(f"第{number}个" for number in range(12)))))
    a_lead(found, name="锂电储能")
    indexed(session)
    return found


def test_what_found_nothing_is_not_offered_again(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    look(client, "/search?q=锂电")
    assert "没有" in look(client, "/search?q=鎏璺龘麤")
    assert asked_by(county.officer) == [f"q={quote('锂电')}"]
    assert "鎏璺龘麤" not in look(client, "/searches/recent")


def test_a_search_is_remembered_once_its_results_were_shown(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    look(client, "/search?q=锂电&stage=lead")
    assert asked_by(county.officer) == [f"q={quote('锂电')}&stage=lead"]
    listed = look(client, "/searches/recent")
    assert "锂电" in listed and "阶段 线索" in listed and 'role="option"' in listed
    assert f'href="/search?q={quote("锂电")}&stage=lead"' in listed


def test_typing_paging_and_refused_addresses_are_not_searches(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    look(client, "/search/suggest?q=锂电")
    look(client, "/search?q=锂电&page=2")
    assert client.get("/search?q=锂电&stage=nonsense", buffered=True).status_code == 400
    assert asked_by(county.officer) == []


def test_the_same_search_asked_again_moves_to_the_top(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    for typed in ("甲", "乙", "甲", "甲"):
        look(client, f"/search?q={typed}")
    look(client, "/search?q=甲&sort=amount")
    assert len(asked_by(county.officer)) == 2
    assert asked_by(county.officer)[0] == f"q={quote('甲')}"


def test_ten_are_kept(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    for number in range(12):
        look(client, f"/search?q=第{number}个")
    assert len(asked_by(county.officer)) == 10
    page = look(client, "/search")
    assert "第11个" in page and "第2个" in page and "第1个" not in page


def test_nobody_else_sees_or_removes_them(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    look(client, "/search?q=秘密打算")
    digest = db.session.scalar(select(RecentSearch.digest))
    sign_in(client, county.head)
    assert look(client, "/searches/recent").strip() == ""
    assert "秘密打算" not in look(client, "/search")
    look(client, "/search?q=别的")
    page = look(client, "/search")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    client.post(f"/searches/recent/{digest}/remove", data={"csrf_token": token[1]})
    assert len(asked_by(county.officer)) == 1


def test_one_can_be_removed_and_all_can_be_cleared(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer)
    for typed in ("甲", "乙", "丙"):
        look(client, f"/search?q={typed}")
    digest = db.session.scalar(select(RecentSearch.digest).where(RecentSearch.address == f"q={quote('乙')}"))
    client.submit("/search", action=f"/searches/recent/{digest}/remove")
    assert asked_by(county.officer) == [f"q={quote('丙')}", f"q={quote('甲')}"]
    client.submit("/search", action="/searches/recent/remove")
    assert asked_by(county.officer) == []


def test_old_ones_are_gone_in_the_morning(county: County, session: Db) -> None:
    for digest, days in (("old", 91), ("young", 89)):
        session.add(
            RecentSearch(
                user_id=county.officer.user_id,
                digest=digest,
                address="q=a",
                asked_at=now() - timedelta(days=days),
            )
        )
    session.commit()
    night_passed()
    assert list(session.scalars(select(RecentSearch.digest))) == ["young"]


def test_a_writer_at_work_holds_up_no_search(app: Flask, county: County, client: FlaskClient) -> None:
    """Somebody holds what the look would be written to; the page comes, and only the look is lost."""
    sign_in(client, county.officer)
    look(client, "/search?q=先前")
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context():
            db.session.execute(text("UPDATE recent_search SET asked_at = asked_at"))
            begun.set()
            done.wait(30)
            db.session.rollback()

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(30)
    asked_at = time.monotonic()
    try:
        # Moving it to the top needs the row that is held; on SQLite any write needs the one lock.
        other = look(client, "/search?q=此刻&sort=amount")
        again = look(client, "/search?q=先前&sort=recent")
        waited = time.monotonic() - asked_at
    finally:
        done.set()
        holder.join()
    assert "此刻" in other and "先前" in again
    assert waited < 5 and f"q={quote('先前')}&sort=recent" not in asked_by(county.officer)
    look(client, "/search?q=之后")
    assert f"q={quote('之后')}" in asked_by(county.officer)
