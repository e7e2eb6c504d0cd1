"""标签: the county's words, put on records by who may change them; lists are narrowed by them."""

from html import unescape

import pytest
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.records.timeline import About, timeline
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.promotion.leads.services import archive_lead
from app.register.accounts.enums import Role
from app.register.tags import queries, rules, services
from app.register.tags.enums import TagColor
from app.register.tags.models import Tag, Tagging
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_actor, sign_in
from tests.factories.projects import a_project
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases
KINDS = ("enterprise", "lead", "visit", "project")


def a_record(county, kind):
    made = {
        "enterprise": lambda: county.enterprise,
        "lead": lambda: a_lead(county),
        "visit": lambda: a_visit(county, county.officer),
        "project": lambda: a_project(county),
    }
    return made[kind]()


def a_tag(county, kind="lead", name="重点", color=TagColor.VIOLET):
    with acting_as(county.head):
        tag = services.add_tag(kind, name, color)
        db.session.commit()
    return tag


def put(record, tag, actor):
    with acting_as(actor):
        services.change(subject_of(record), [tag], [])
        db.session.commit()


def page_of(record):
    return f"/{record.__tablename__}s/{record.public_id}"


def choosing(record):
    return f"/tags/on/{record.__tablename__}/{record.public_id}"


def names_on(record):
    return [row.tag.name for row in queries.taggings_on(subject_of(record))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_is_put_on_a_record_shown_on_its_page_and_narrows_its_list(session, client, kind):
    county = a_county()
    record, tag, other = a_record(county, kind), a_tag(county, kind), a_tag(county, kind, "链主")
    me = sign_in(client, county.officer)
    assert f'href="{choosing(record)}"' in me.get(page_of(record)).text
    answer = me.submit(choosing(record), {"tags": [tag.public_id]})
    assert (answer.status_code, answer.location) == (303, page_of(record))
    assert '<span class="tag hue hue-violet">重点</span>' in me.get(page_of(record)).text
    name = record.enterprise.name if kind == "visit" else record.name
    with_it = unescape(me.get(f"/{kind}s?tag={tag.public_id}").text)
    without = unescape(me.get(f"/{kind}s?tag={other.public_id}").text)
    assert f'href="{page_of(record)}' in with_it and name in with_it and "重点" in with_it
    assert f'href="{page_of(record)}' not in without
    assert me.submit(choosing(record), {"tags": []}).status_code == 303
    assert names_on(record) == []


def test_a_list_asked_for_a_tag_of_another_kind_or_one_that_is_no_more_is_missing(session, client):
    county = a_county()
    of_company, gone = a_tag(county, "enterprise"), a_tag(county, "lead", "旧的")
    with acting_as(county.head):
        services.archive_tag(gone, gone.version)
    me = sign_in(client, county.officer)
    for tag in (of_company, gone):
        assert me.get(f"/leads?tag={tag.public_id}").status_code == 404


def test_the_tag_of_a_hidden_lead_shows_it_to_nobody(session, client):
    county = a_county()
    lead, tag = a_confidential_lead(county), a_tag(county)
    put(lead, tag, county.officer)
    me = sign_in(client, county.colleague)
    assert lead.name not in me.get(f"/leads?tag={tag.public_id}").text
    assert me.get(choosing(lead)).status_code == 404
    with acting_as(county.colleague), pytest.raises(NotFound):
        services.change(subject_of(lead), [], [tag])


def test_who_may_not_change_a_record_puts_no_tag_on_it(session, client):
    county = a_county()
    lead, tag = a_lead(county), a_tag(county)
    put(lead, tag, county.officer)
    me = sign_in(client, county.leader)
    shown = me.get(page_of(lead)).text
    assert "重点" in shown and choosing(lead) not in shown
    assert me.get(choosing(lead)).status_code == 403
    with acting_as(county.leader), pytest.raises(NotAllowed):
        services.change(subject_of(lead), [], [tag])


def test_the_tags_of_an_archived_record_stay(session):
    county = a_county()
    lead, tag = a_lead(county), a_tag(county)
    put(lead, tag, county.officer)
    with acting_as(county.officer):
        archive_lead(lead, "不做了")
        with pytest.raises(RuleBroken, match="线索已归档"):
            services.change(subject_of(lead), [], [tag])
    assert names_on(lead) == ["重点"]


def test_two_who_change_the_tags_of_a_record_at_once_do_not_undo_each_others(session, client):
    county = a_county()
    lead, mine, theirs = a_lead(county), a_tag(county), a_tag(county, name="链主")
    put(lead, mine, county.officer)
    me = sign_in(client, county.officer)
    put(lead, theirs, county.colleague)
    # Opened with 重点 alone, and sent with nothing: the one that was seen goes, the other stays.
    assert me.submit(choosing(lead), {"tags": [], "before": mine.public_id}).status_code == 303
    assert names_on(lead) == ["链主"]


def test_a_tag_stays_where_it_is_and_each_record_says_why_it_takes_none(session):
    county = a_county()
    tag, lead, filed = a_tag(county), a_lead(county), a_lead(county)
    hidden, visit = a_confidential_lead(county, county.colleague), a_visit(county, county.officer)
    with acting_as(county.officer):
        archive_lead(filed, "不做了")
        session.commit()
    for _ in range(2):
        put(lead, tag, county.officer)
    assert names_on(lead) == ["重点"]
    with pytest.raises(RuleBroken, match="线索已归档，只能查看；要改请先恢复"):
        put(filed, tag, county.officer)
    with pytest.raises(NotFound):
        put(hidden, tag, county.officer)
    with pytest.raises(RuleBroken, match="标签变了，请重新选"):
        put(visit, tag, county.officer)
    with pytest.raises(NotAllowed, match="职责"):
        put(lead, tag, county.leader)
    assert names_on(filed) == []


def test_a_record_takes_tags_up_to_a_bound(session, monkeypatch):
    monkeypatch.setattr(rules, "MOST_ON_RECORD", 1)
    county = a_county()
    lead, one, two = a_lead(county), a_tag(county), a_tag(county, name="链主")
    put(lead, one, county.officer)
    with acting_as(county.officer):
        with pytest.raises(RuleBroken, match="最多 1 个标签"):
            services.change(subject_of(lead), [two], [])
        services.change(subject_of(lead), [two], [one])
    assert names_on(lead) == ["链主"]


def test_a_timeline_and_the_ledger_tell_who_put_a_tag_on_and_took_it_off(session):
    county = a_county()
    lead, tag = a_lead(county), a_tag(county)
    put(lead, tag, county.officer)
    past = timeline(About((subject_of(lead),)), county.colleague)
    told = [one for month in past.months for one in month.happenings if one.icon == "tag"]
    assert [(one.title, one.who) for one in told] == [("贴标签：重点", county.officer.name)]
    with acting_as(county.colleague):
        services.change(subject_of(lead), [], [tag])
        session.commit()
    query = select(AuditEvent.action, AuditEvent.actor_name).where(AuditEvent.subject_kind == "tagging")
    assert [tuple(row) for row in session.execute(query.order_by(AuditEvent.id))] == [
        ("tagging.create", county.officer.name),
        ("tagging.delete", county.colleague.name),
    ]


# --- the county's words ----------------------------------------------------------------------------


def test_the_words_are_kept_by_who_keeps_those_of_the_search(session, client):
    county = a_county()
    assert sign_in(client, county.officer).get("/tags").status_code == 403
    for actor in (county.head, an_actor(county.bureau, Role.ADMINISTRATOR)):
        me, name = sign_in(client, actor), f"重点{actor.person_id}"
        assert me.submit("/tags/new/lead", {"name": name, "color": "teal"}).status_code == 303
        tag = queries.tag_called("lead", name)
        assert name in me.get("/tags").text
        assert (
            me.submit(f"/tags/{tag.public_id}/edit", {"name": f"{name}甲", "color": "rose"}).status_code
            == 303
        )
        session.expire_all()
        assert (tag.name, tag.color) == (f"{name}甲", TagColor.ROSE)


def test_a_tag_that_is_stopped_is_seen_nowhere_and_comes_back_with_all_that_had_it(session, client):
    county = a_county()
    lead, tag = a_lead(county), a_tag(county)
    put(lead, tag, county.officer)
    me = sign_in(client, county.head)
    stopped = me.submit(f"/tags/{tag.public_id}/edit", action=f"/tags/{tag.public_id}/archive")
    assert stopped.status_code == 303
    session.expire_all()
    assert names_on(lead) == [] and ">重点</span>" not in me.get(page_of(lead)).text
    assert me.get(f"/tags/{tag.public_id}/edit").status_code == 400
    assert me.submit("/tags/new/lead", {"name": "重点", "color": "blue"}).status_code == 303
    session.expire_all()
    assert names_on(lead) == ["重点"] and session.query(Tag).count() == 1
    me.submit(f"/tags/{tag.public_id}/edit", action=f"/tags/{tag.public_id}/archive")
    assert me.submit("/tags", action=f"/tags/{tag.public_id}/restore").status_code == 303
    session.expire_all()
    assert names_on(lead) == ["重点"]


def test_a_name_stands_once_for_a_kind_of_record(session, client):
    county = a_county()
    tag, other = a_tag(county), a_tag(county, name="链主")
    a_tag(county, "enterprise")  # of another kind it is another tag
    me = sign_in(client, county.head)
    twice = me.submit("/tags/new/lead", {"name": "重点", "color": "blue"})
    assert twice.status_code == 422 and "已经有「重点」" in twice.text
    same = me.submit(f"/tags/{other.public_id}/edit", {"name": "重点"})
    assert same.status_code == 422 and "已经有「重点」" in same.text
    with acting_as(county.head):
        services.archive_tag(tag, tag.version)
        session.commit()
    stopped = me.submit(f"/tags/{other.public_id}/edit", {"name": "重点"})
    assert stopped.status_code == 422 and "已停用" in stopped.text


def test_two_who_change_a_tag_at_once_are_told(session, client):
    county = a_county()
    tag = a_tag(county)
    me, page, seen = sign_in(client, county.head), f"/tags/{tag.public_id}/edit", tag.version
    assert me.submit(page, {"name": "重点项目"}).status_code == 303
    clash = me.submit(page, {"name": "重点企业", "version": seen})
    assert clash.status_code == 409 and "重点项目" in clash.text and "重点企业" in clash.text
    with acting_as(county.head):
        for act in (services.archive_tag, services.restore_tag):
            with pytest.raises(Stale):
                act(tag, seen)


def test_there_are_tags_up_to_a_bound_and_for_kinds_that_are_known(session, monkeypatch):
    monkeypatch.setattr(rules, "MOST_OF_KIND", 1)
    county = a_county()
    a_tag(county)
    with acting_as(county.head):
        with pytest.raises(RuleBroken, match="最多 1 个标签"):
            services.add_tag("lead", "链主", TagColor.BLUE)
        with pytest.raises(NotFound):
            services.add_tag("nothing", "链主", TagColor.BLUE)
        with pytest.raises(NotFound):
            services.change(Subject("nothing", "0" * 16), [], [])
    assert session.query(Tagging).count() == 0
