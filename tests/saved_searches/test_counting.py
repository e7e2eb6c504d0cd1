"""What is new is counted under the owner's rights of that moment; without an engine, not at all."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, scoped_session

from app.accounts.enums import Role
from app.accounts.models import User, UserRole
from app.accounts.queries import actor_for_user
from app.core.auth import acting_as
from app.core.clock import now
from app.core.db import db
from app.core.jobs import run_often
from app.core.searching import SearchUnavailable
from app.finder import queries as finder
from app.leads import services as leads
from app.leads.models import Lead
from app.saved_searches import queries, rules, services
from app.saved_searches.models import SavedSearch
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, sign_in
from tests.finder.indexes import indexed
from tests.saved_searches.searching import ADDRESS, counted, look, row_of, saved

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    county = a_county()
    a_lead(county, name="锂电一期")
    indexed(session)
    return county


def told(client: FlaskClient) -> bool:
    return "关注的查询有新结果" in look(client, "/")


def new_ones(row: SavedSearch) -> set[str]:
    """The names of what its owner is shown as new at this moment."""
    actor = actor_for_user(row.user_id)
    assert actor
    db.session.expire_all()
    return {hit.shown.title for hit in queries.show_saved(row, actor).hits}


def test_what_its_owner_may_not_see_is_not_new_to_them(county: County, client: FlaskClient) -> None:
    mine, theirs = saved(sign_in(client, county.officer)), saved(sign_in(client, county.head), name="局长的")
    a_confidential_lead(county, county.head, name="锂电密谈")
    counted()
    assert row_of("锂电线索").fresh == [] and new_ones(mine) == set()
    assert new_ones(theirs) == {"锂电密谈"}
    assert row_of("锂电线索").total == 1 and row_of("局长的").total == 2


def test_a_new_one_that_is_hidden_since_the_count_is_told_no_more(
    county: County, client: FlaskClient
) -> None:
    row = saved(sign_in(client, county.head))
    lead = a_lead(county, name="锂电二期")
    counted()
    assert told(client)
    # Nothing has been counted since, and the index has not heard of it either.
    db.session.execute(
        update(Lead).where(Lead.id == lead.id).values(confidential=True),
        execution_options={"bulk_allowed": "the test stands in for a change that is not counted yet"},
    )
    db.session.commit()
    assert not told(client) and new_ones(row) == set()
    run_often()
    assert row_of("锂电线索").fresh_count == 0


def test_an_archived_record_leaves(county: County, client: FlaskClient) -> None:
    row = saved(sign_in(client, county.officer))
    lead = a_lead(county, name="锂电二期")
    counted()
    assert new_ones(row) == {"锂电二期"}
    with acting_as(county.officer):
        leads.archive_lead(lead, "重复登记", version=lead.version)
    db.session.commit()
    assert new_ones(row) == set()
    counted()
    assert (row_of("锂电线索").total, row_of("锂电线索").fresh_count) == (1, 0)


def test_whoever_loses_a_role_is_told_less_from_that_moment(county: County, client: FlaskClient) -> None:
    row = saved(sign_in(client, county.officer))
    a_lead(county, name="锂电二期")
    counted()
    assert new_ones(row) == {"锂电二期"} and told(client)
    db.session.execute(
        delete(UserRole).where(UserRole.user_id == row.user_id),
        execution_options={"bulk_allowed": "the test takes a role away"},
    )
    db.session.add(UserRole(user_id=row.user_id, role=Role.ADMINISTRATOR))
    db.session.commit()
    assert not told(client)
    assert "个有新结果" not in look(client, "/") and 'data-label="现在">1<' not in look(client, "/searches")
    counted()
    assert (row_of("锂电线索").total, row_of("锂电线索").fresh_count) == (0, 0)


def test_whoever_is_disabled_has_nothing_counted(county: County, client: FlaskClient) -> None:
    row = saved(sign_in(client, county.officer))
    a_lead(county, name="锂电二期")
    counted()
    assert row_of("锂电线索").fresh_count == 1
    db.session.get_one(User, row.user_id).disabled_at = now()
    counted()
    row = row_of("锂电线索")
    assert (row.fresh, row.fresh_count, row.total) == ([], 0, None)


def test_without_the_engine_nothing_is_counted_and_nothing_forgotten(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(sign_in(client, county.officer))
    a_lead(county, name="锂电二期")
    counted()
    before = (row_of("锂电线索").fresh, row_of("锂电线索").known, row_of("锂电线索").total)
    a_lead(county, name="锂电三期")

    def away() -> None:
        raise SearchUnavailable("away")

    monkeypatch.setattr(finder, "reader", away)
    run_often()
    assert (row_of("锂电线索").fresh, row_of("锂电线索").known, row_of("锂电线索").total) == before


def test_a_search_that_grew_too_wide_is_no_longer_watched_and_says_so(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(sign_in(client, county.officer))
    a_lead(county, name="锂电二期")
    for room in (rules, services, queries):
        monkeypatch.setattr(room, "WATCHABLE", 1)
    counted()
    row = row_of("锂电线索")
    assert (row.known, row.fresh, row.total) == (None, [], 2)
    assert not told(client)
    assert "提醒停了" in look(client, "/searches")
    monkeypatch.undo()
    counted()
    # Narrow again, it begins anew: what there is now is known.
    assert row_of("锂电线索").fresh == [] and len(row_of("锂电线索").known or []) == 2


def test_merely_similar_names_are_no_matches(county: County, client: FlaskClient) -> None:
    row = saved(sign_in(client, county.officer), f"q={'恒昌动立'}")
    assert row.total == 0
    a_lead(county, name="恒昌动力")
    counted()
    assert row_of("锂电线索").fresh == []


def test_a_look_during_the_count_is_not_undone_by_it(county: County, client: FlaskClient) -> None:
    row = saved(sign_in(client, county.officer))
    lead = a_lead(county, name="锂电二期")
    indexed(db.session)
    found = services._count_of(row.user_id)
    services.look_at(row.id, [f"lead:{lead.public_id}"])
    db.session.commit()
    assert found
    services._keep(found[0])
    db.session.commit()
    assert row_of("锂电线索").fresh == []


def test_counting_again_writes_nothing(county: County, client: FlaskClient) -> None:
    saved(sign_in(client, county.officer))
    counted()
    before = row_of("锂电线索").updated_at
    run_often()
    assert row_of("锂电线索").updated_at == before
    assert look(client, f"/search?{ADDRESS}")
