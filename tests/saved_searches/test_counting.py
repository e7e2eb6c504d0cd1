"""What is new is counted under the owner's rights of that moment; without an engine, not at all."""

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.index.searching import SearchUnavailable
from app.core.storage.db import db
from app.core.values.clock import now
from app.finding.finder import kept as finder
from app.finding.finder.queries import reading
from app.finding.finder.understanding import SearchVocabulary
from app.finding.finder.vocabulary import vocabulary_of
from app.finding.saved_searches import jobs, queries, rules, services
from app.finding.saved_searches.models import SavedSearch
from app.promotion.leads import services as leads
from app.promotion.leads.models import Lead
from app.register.accounts import rules as accounts_rules
from app.register.accounts.enums import Permission, Role
from app.register.accounts.models import User, UserRole
from app.register.accounts.queries import actor_for_user
from tests.factories.days import entered_yesterday
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, an_enterprise, sign_in
from tests.finder.indexes import indexed
from tests.saved_searches.searching import ADDRESS, counted, look, row_of, saved
from tests.services.rounds import quarter_passed

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
    return {hit.shown.title for hit in queries.show_saved(row, actor)[1]}


def hide(key: str) -> None:
    """A lead becomes confidential. Nothing is counted since, and the index has not heard of it either."""
    db.session.execute(
        update(Lead).where(Lead.public_id == key.removeprefix("lead:")).values(confidential=True),
        execution_options={"bulk_allowed": "the test stands in for a change that is not counted yet"},
    )
    db.session.commit()


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
    hide(f"lead:{lead.public_id}")
    assert not told(client) and new_ones(row) == set()
    assert "个有新结果" not in look(client, "/")
    quarter_passed()
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
    quarter_passed()
    assert (row_of("锂电线索").fresh, row_of("锂电线索").known, row_of("锂电线索").total) == before


def test_a_search_that_grew_too_wide_is_no_longer_watched_and_says_so(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(sign_in(client, county.officer))
    a_lead(county, name="锂电二期")
    for room in (rules, services, queries, jobs):
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


def test_beside_a_match_a_similar_name_is_neither_counted_nor_new_nor_known(
    county: County, client: FlaskClient
) -> None:
    a_lead(county, name="恒昌动力电芯")
    indexed(db.session)
    row = saved(sign_in(client, county.officer), f"q={quote('恒昌动力')}")
    assert (row.total, len(row.known or [])) == (1, 1)
    a_lead(county, name="恒昌动立")
    indexed(db.session)
    page = look(client, f"/search?q={quote('恒昌动力')}")
    assert "恒昌动立" in re.sub("<[^>]+>", "", page) and '<span class="tag tag-brand">新</span>' not in page
    counted()
    row = row_of("锂电线索")
    assert (row.total, row.fresh, len(row.known or [])) == (1, [], 1)


def without(monkeypatch: pytest.MonkeyPatch, *rights: Permission) -> None:
    """From now on officers lack these rights; their roles and their reach are as before."""
    left = accounts_rules.PERMISSIONS[Role.OFFICER] - set(rights)
    monkeypatch.setitem(accounts_rules.PERMISSIONS, Role.OFFICER, left)


def test_a_number_counted_for_whoever_reads_phone_numbers_is_not_told_after(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered_yesterday(a_lead)(county, name="光伏二期")  # opens the company's numbers to its owner
    with acting_as(county.officer):
        make_contact(county.enterprise)
    indexed(db.session)
    row = saved(sign_in(client, county.officer), "q=6021")
    assert row.total == 1 and 'data-label="现在">1<' in look(client, "/searches")
    without(monkeypatch, Permission.CONTACTS_UNMASK)
    assert "还没数" in look(client, "/searches")
    counted()
    assert row_of("锂电线索").total == 0 and 'data-label="现在">0<' in look(client, "/searches")


@pytest.mark.parametrize(
    ("right", "typed"), [(Permission.CONTACTS_READ, "贺晓冬"), (Permission.ENTERPRISES_READ, "恒昌动力")]
)
def test_new_records_of_a_kind_that_may_be_read_no_more_are_told_no_more(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, right: Permission, typed: str
) -> None:
    row = saved(sign_in(client, county.officer), f"q={quote(typed)}")
    with acting_as(county.officer):
        make_contact(county.enterprise)
    an_enterprise("恒昌动力有限公司")
    counted()
    assert len(new_ones(row)) == 1 and told(client)
    without(monkeypatch, right)
    assert new_ones(row) == set() and not told(client)
    assert "个有新结果" not in look(client, "/") and "条新的" not in look(client, "/searches")


def test_too_wide_under_former_rights_is_told_neither_as_a_light_nor_as_a_refusal(
    county: County, client: FlaskClient
) -> None:
    row = saved(sign_in(client, county.officer), is_watched="")
    row.total = rules.WATCHABLE + 1
    db.session.commit()
    assert "不数" in look(client, "/searches")
    fields = {"is_watched": "y"}
    assert client.submit(f"/searches/{row.public_id}/edit", fields).status_code == 422
    row = row_of("锂电线索")
    row.rights = "of another day"
    db.session.commit()
    assert "不数" not in look(client, "/searches")
    assert client.submit(f"/searches/{row.public_id}/edit", fields).status_code == 303
    assert row_of("锂电线索").is_watched


def test_more_new_ones_than_are_listed_are_told_as_more_only_to_whoever_may_see_so_many(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_TOLD", 2)
    row = saved(sign_in(client, county.head))
    for number in range(3):
        a_lead(county, name=f"锂电{number}期")
    counted()
    assert "：2+ 条新的" in look(client, "/searches")
    hide(row_of("锂电线索").fresh[0])
    assert len(row_of("锂电线索").fresh) == 3
    page = look(client, "/searches")
    assert "2+ 条" not in page and "1 条新的" in page
    assert len(new_ones(row)) == 1


def test_the_menu_counts_a_search_whose_first_new_ones_are_hidden(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "GLANCE", 1)
    saved(sign_in(client, county.head))
    for number in range(2):
        a_lead(county, name=f"锂电{number}期")
    counted()
    hide(row_of("锂电线索").fresh[0])
    assert '<span class="nav-count">1<' in look(client, "/")


def test_the_words_of_an_owner_are_read_once_for_all_of_their_searches(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, county.officer)
    for typed in ("锂电", "光伏", "储能"):
        saved(client, f"q={quote(typed)}", name=typed)
    asked: list[Actor] = []

    def read(actor: Actor, kinds: dict[str, str]) -> SearchVocabulary:
        asked.append(actor)
        return vocabulary_of(actor, kinds)

    monkeypatch.setattr(reading, "vocabulary_of", read)
    quarter_passed()
    assert len(asked) == 1


def test_what_fails_for_one_owner_is_logged_and_the_others_are_counted(
    county: County, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for actor, name in ((county.officer, "坏的"), (county.head, "局长的"), (county.colleague, "同事的")):
        saved(sign_in(client, actor), name=name)
    row_of("坏的").address = "q=a&sort=nonsense"
    a_lead(county, name="锂电二期")
    counted()
    assert row_of("局长的").fresh_count == row_of("同事的").fresh_count == 1
    assert f"saved searches of user {county.officer.user_id} were not counted" in caplog.text


def test_counting_again_writes_nothing(county: County, client: FlaskClient) -> None:
    saved(sign_in(client, county.officer))
    counted()
    before = row_of("锂电线索").updated_at
    quarter_passed()
    assert row_of("锂电线索").updated_at == before
    assert look(client, f"/search?{ADDRESS}")
