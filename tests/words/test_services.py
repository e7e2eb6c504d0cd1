"""The county's words: kept, changed by two at once, removed; and what the next search makes of them."""

import json

import pytest
from sqlalchemy import event, func, select

from app.core.access.auth import acting_as
from app.core.index.searching import county_words, marking
from app.core.storage import audit
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.errors import RuleBroken, Stale
from app.finding.finder.queries import suggest
from app.finding.words import queries, services
from app.finding.words.models import WordGroup, WordReading
from app.finding.words.rules import MOST_GROUPS, MOST_READINGS
from app.register.accounts.enums import Role
from app.register.enterprises.queries import find_enterprises
from tests.factories.accounts import actor_of, make_user
from tests.factories.counties import a_county
from tests.factories.enterprises import make_enterprise
from tests.finder.indexes import indexed, search, titles

pytestmark = pytest.mark.both_databases

SUN = "泰思太阳能科技有限公司"
SHAN = "丹县化工有限公司"


@pytest.fixture
def head(session):
    return actor_of(make_user(Role.BUREAU_HEAD, person=a_county().head))


@pytest.fixture
def companies(session, head):
    for name in (SUN, SHAN):
        make_enterprise(name)
    indexed(session)


def found(text, actor):
    return [title for title in titles(search(text, actor)) if title in (SUN, SHAN)]


def test_a_change_counts_at_the_next_search_without_a_rebuild(session, head, companies):
    assert found("光伏", head) == []
    group = services.save_group(None, "光伏、太阳能")
    session.commit()
    assert found("光伏", head) == [SUN]
    assert [hit.shown.title for one in suggest("光伏", head)[0] for hit in one.hits] == [SUN]
    services.save_group(group, "光伏、光电")
    session.commit()
    assert found("光伏", head) == []
    services.save_group(group, "光伏、太阳能")
    services.remove_group(group, version=group.version)
    session.commit()
    assert found("光伏", head) == []


def test_a_reading_finds_by_pinyin_and_initials_as_people_say_it(session, head, companies):
    assert found("shanxianhuagong", head) == []
    services.save_reading(None, "丹县", "shan xian")
    session.commit()
    for text in ("shanxianhuagong", "shanx", "sxhg", "danxianhuagong"):
        assert found(text, head) == [SHAN], text


def test_the_picker_of_companies_knows_the_words_too(session, head, companies):
    assert SUN not in [row.name for row in find_enterprises("光伏科技")]
    services.save_group(None, "光伏、太阳能")
    session.commit()
    assert [row.name for row in find_enterprises("光伏科技")][:1] == [SUN]


def test_another_process_hears_of_a_change_by_the_stamp(session, head):
    services.save_group(None, "光伏、太阳能")
    session.commit()
    before, stamp = county_words(), queries.stamp()
    assert before.groups == (("光伏", "太阳能"),)
    # As another process would: rows change, and nothing of this process is told.
    group = session.scalar(select(WordGroup))
    group.words = "光伏、光电"
    session.commit()
    assert queries.stamp() != stamp
    assert county_words().groups == (("光伏", "光电"),)
    assert county_words() is county_words()


def test_what_was_rolled_back_is_not_searched_for(session, head):
    services.save_group(None, "光伏、太阳能")
    assert county_words().groups
    session.rollback()
    assert county_words().groups == ()


def test_words_unchanged_cost_one_statement_a_search(session, head):
    services.save_group(None, "光伏、太阳能")
    session.commit()
    county_words()
    session.rollback()
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    for _again in range(3):
        county_words()
    assert len([statement for statement in seen if "word_group" in statement]) == 1


def test_the_other_word_is_marked_in_the_results(session, head, companies):
    services.save_group(None, "光伏、太阳能")
    session.commit()
    assert ("太阳能", True) in marking()(SUN, "光伏")


def test_a_word_of_two_groups_is_refused(session, head):
    first = services.save_group(None, "光伏、太阳能")
    with pytest.raises(RuleBroken, match="「太陽能」已经在另一组"):
        services.save_group(None, "太陽能、日能")
    services.save_group(first, "太阳能、光伏、光电")
    services.remove_group(first, version=first.version)
    assert services.save_group(None, "太阳能、日能").terms == ("太阳能", "日能")


def test_a_second_reading_of_a_word_is_refused(session, head):
    row = services.save_reading(None, "丹县", "shanxian")
    assert row.reading == "shan xian"
    with pytest.raises(RuleBroken, match="「丹县」已经有读音 shan xian"):
        services.save_reading(None, "丹縣", "chan xian")
    assert services.save_reading(row, "丹县", "chan xian").reading == "chan xian"


def test_a_full_list_takes_no_more(session, head):
    session.add_all(WordGroup(words=f"甲{number}、乙{number}") for number in range(MOST_GROUPS))
    session.add_all(WordReading(word="丹县", reading="shan xian") for _number in range(MOST_READINGS))
    session.commit()
    with pytest.raises(RuleBroken, match="最多 500 组"):
        services.save_group(None, "光伏、太阳能")
    with pytest.raises(RuleBroken, match="最多 300 条读音"):
        services.save_reading(None, "宏洞", "hong tong")


def test_the_second_of_two_editors_changes_nothing(session, head):
    group = services.save_group(None, "光伏、太阳能")
    row = services.save_reading(None, "丹县", "shan xian")
    session.commit()
    seen = group.version, row.version
    services.save_group(group, "光伏、太阳能、光电", version=seen[0])
    services.save_reading(row, "丹县", "chan xian", version=seen[1])
    session.commit()
    with pytest.raises(Stale):
        services.save_group(group, "光伏、太阳能、日能", version=seen[0])
    session.rollback()
    assert group.words == "光伏、太阳能、光电"
    with pytest.raises(Stale):
        services.save_reading(row, "丹县", "shan xian", version=seen[1])
    session.rollback()
    with pytest.raises(Stale):
        services.remove_group(group, version=seen[0])


def test_the_starter_list_goes_into_an_empty_county_only(session, head):
    with acting_as(head):
        assert services.add_starter() == sum(queries.counts())
    session.commit()
    assert session.scalar(select(func.count()).where(WordGroup.author_id == head.person_id)) >= 25
    with pytest.raises(RuleBroken, match="已经有搜索用词"):
        services.add_starter()


def test_every_change_is_audited_with_who_and_what(session, head):
    with acting_as(head):
        group = services.save_group(None, "光伏、太阳能")
        session.commit()
        services.save_group(group, "光伏、光电")
        session.commit()
        services.remove_group(group)
        session.commit()
    events = list(
        session.scalars(
            select(AuditEvent).where(AuditEvent.subject_id == group.public_id).order_by(AuditEvent.id)
        )
    )
    assert [one.action for one in events] == ["word_group.create", "word_group.update", "word_group.update"]
    assert {one.actor_name for one in events} == {head.name}
    assert json.loads(events[1].details)["words"] == ["光伏、太阳能", "光伏、光电"]
    assert "archived_at" in json.loads(events[2].details)
    assert audit.verify().broken_at is None
