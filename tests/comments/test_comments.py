"""留言: said on a company, a lead, a visit, a project by whoever sees it; who is mentioned hears of it."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.index.searching import SOURCES
from app.core.records.timeline import About, timeline
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import as_if, now
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.registries import Sought
from app.promotion.leads.services import archive_lead
from app.register.accounts.enums import Role
from app.register.comments import queries, services
from app.register.comments.models import Comment, CommentMention
from app.register.comments.views import named_in
from app.register.enterprises.services import archive_enterprise
from tests.factories.accounts import make_person, make_unit
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_actor, sign_in
from tests.factories.projects import a_project
from tests.factories.visits import a_visit, person_of
from tests.services.index import drained

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


def page_of(record):
    return f"/{record.__tablename__}s/{record.public_id}"


def all_of(record):
    return f"/comments/on/{record.__tablename__}/{record.public_id}"


def say(record, actor, text="用地指标下周定", *mentioned):
    with acting_as(actor):
        row = services.say(subject_of(record), text, [person_of(each).public_id for each in mentioned])
        db.session.commit()
    return row


def told(record, actor):
    past = timeline(About((subject_of(record),)), actor)
    return [one for month in past.months for one in month.happenings if one.icon == "message"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_says_stands_on_the_page_of_the_record_with_who_and_when(session, client, kind):
    county = a_county()
    record = a_record(county, kind)
    me = sign_in(client, county.officer)
    assert f'href="{all_of(record)}">写留言' in me.get(page_of(record)).text
    answer = me.submit(all_of(record), {"text": "用地指标下周定\n请准备材料"})
    assert (answer.status_code, answer.location) == (303, page_of(record))
    shown = unescape(me.get(page_of(record)).text)
    assert "用地指标下周定\n请准备材料" in shown and county.officer.name in shown
    assert "用地指标下周定" in me.get(all_of(record)).text


def test_a_leader_says_something_on_what_they_may_only_read(session, client):
    county = a_county()
    lead = a_lead(county)
    me = sign_in(client, county.leader)
    assert me.submit(all_of(lead), {"text": "抓紧"}).status_code == 303
    assert "抓紧" in sign_in(client, county.officer).get(page_of(lead)).text


def test_who_does_not_see_a_record_says_and_reads_nothing_on_it(session, client):
    county = a_county()
    lead = a_confidential_lead(county)
    row = say(lead, county.officer, "代号甲")
    with acting_as(county.colleague):
        with pytest.raises(NotFound):
            services.say(subject_of(lead), "有没有人")
        with pytest.raises(NotFound):
            queries.get_comment(row.public_id, county.colleague)
    assert sign_in(client, county.colleague).get(all_of(lead)).status_code == 404


def test_an_administrator_reads_what_is_said_on_a_company_and_says_nothing(session, client):
    county = a_county()
    say(county.enterprise, county.officer)
    keeper = an_actor(county.bureau, Role.ADMINISTRATOR)
    with acting_as(keeper), pytest.raises(NotAllowed):
        services.say(subject_of(county.enterprise), "好")
    shown = sign_in(client, keeper).get(all_of(county.enterprise))
    assert "用地指标" in shown.text and "发出" not in shown.text


def test_who_is_mentioned_finds_it_on_their_first_page_until_they_have_looked(session, client):
    county = a_county()
    lead = a_lead(county)
    row = say(lead, county.officer, "请看用地", county.colleague, county.leader)
    for actor in (county.colleague, county.leader):
        me = sign_in(client, actor)
        home = me.get("/").text
        assert "有人提到您" in home and "请看用地" in home and lead.name in home
        opened = me.submit("/", action=f"/comments/{row.public_id}/look")
        assert (opened.status_code, opened.location) == (303, all_of(lead))
        assert "有人提到您" not in me.get("/").text
    assert "有人提到您" not in sign_in(client, county.officer).get("/").text


def test_who_lost_sight_of_the_record_or_was_told_what_is_taken_back_finds_nothing(session, client):
    county = a_county()
    lead, other = a_lead(county), a_lead(county)
    say(lead, county.officer, "请看用地", county.colleague)
    taken = say(other, county.officer, "说错了", county.colleague)
    with acting_as(county.officer):
        services.take_back(taken, taken.version)
    lead.confidential = True
    home = sign_in(client, county.colleague).get("/").text
    assert "有人提到您" not in home and "请看用地" not in home


def test_only_who_sees_the_record_can_be_mentioned(session, client):
    county = a_county()
    lead = a_confidential_lead(county)
    me = sign_in(client, county.officer)
    outsider = person_of(county.outsider)
    refused = me.submit(all_of(lead), {"text": "请看", "people": [outsider.public_id]})
    assert refused.status_code == 422
    assert f"{outsider.name}看不到这条线索" in refused.text and "请看</textarea>" in refused.text
    gone = make_person("没有账号的人", make_unit())
    with acting_as(county.officer), pytest.raises(RuleBroken, match="看不到这条线索"):
        services.say(subject_of(lead), "请看", [gone.public_id])
    assert session.query(Comment).count() == 0


def _named(actor, name):
    person_of(actor).name = name
    return name


def test_a_name_behind_an_at_in_the_text_calls_that_person(session, client):
    county = a_county()
    lead, name = a_lead(county), _named(county.colleague, "罗小曼")
    me = sign_in(client, county.officer)
    text = f"用地下周定，@{name}请看。材料发到 a@公司邮箱"
    assert me.submit(all_of(lead), {"text": text}).status_code == 303
    home = sign_in(client, county.colleague).get("/").text
    assert "有人提到您" in home
    assert "用地下周定" in home


def test_an_at_that_calls_nobody_or_one_of_several_is_not_lost_in_silence(session, client):
    county = a_county()
    lead, name = a_lead(county), _named(county.colleague, "罗小曼")
    me = sign_in(client, county.officer)
    nobody = me.submit(all_of(lead), {"text": "@不存在的人请看"})
    assert nobody.status_code == 422
    assert "「@不存在」没有提醒到人" in nobody.text
    assert "@不存在的人请看</textarea>" in nobody.text
    make_person(name, make_unit())
    several = me.submit(all_of(lead), {"text": f"@{name}请看"})
    assert several.status_code == 422
    assert f"叫{name}的有 2 人" in several.text
    chosen = {"text": f"@{name}请看", "people": [person_of(county.colleague).public_id]}
    assert me.submit(all_of(lead), chosen).status_code == 303
    assert session.query(CommentMention).one().person_id == person_of(county.colleague).id


def test_its_author_changes_what_was_said_and_whom_it_is_for_within_half_an_hour(session, client):
    county = a_county()
    lead = a_lead(county)
    row = say(lead, county.officer, "周二开会", county.colleague)
    row.mentions[0].looked_at = now()
    me = sign_in(client, county.officer)
    page = f"/comments/{row.public_id}/edit"
    both = [person_of(each).public_id for each in (county.colleague, county.head)]
    assert me.submit(page, {"text": "周三开会", "people": both}).status_code == 303
    session.expire_all()
    assert row.text == "周三开会" and "，改过" in me.get(all_of(lead)).text
    looked = {each.person_id: each.looked_at is not None for each in row.mentions}
    assert looked == {county.colleague.person_id: True, county.head.person_id: False}
    with as_if(now() + timedelta(minutes=31)), acting_as(county.officer):
        with pytest.raises(RuleBroken, match="超过半小时"):
            services.change(row, "周四开会", [], row.version)
        with pytest.raises(RuleBroken, match="超过半小时"):
            services.take_back(row, row.version)


def test_a_change_that_was_opened_before_another_one_shows_both(session, client):
    county = a_county()
    row = say(a_lead(county), county.officer, "周二开会")
    me, page, seen = sign_in(client, county.officer), f"/comments/{row.public_id}/edit", row.version
    assert me.submit(page, {"text": "周三开会"}).status_code == 303
    clash = me.submit(page, {"text": "周四开会", "version": seen})
    assert clash.status_code == 409 and "周三开会" in clash.text and "周四开会" in clash.text


def test_nobody_changes_what_somebody_else_said(session, client):
    county = a_county()
    row = say(a_lead(county), county.officer)
    for actor in (county.colleague, county.head):
        with acting_as(actor), pytest.raises(RuleBroken, match="只能由写的人改"):
            services.change(row, "别的话", [], row.version)
    with acting_as(county.colleague), pytest.raises(RuleBroken, match="只能由写的人改"):
        services.take_back(row, row.version)
    assert sign_in(client, county.colleague).get(f"/comments/{row.public_id}/edit").status_code == 400


def test_what_was_taken_back_is_read_nowhere_and_its_words_are_gone_from_the_table(session, client):
    county = a_county()
    lead = a_lead(county)
    row = say(lead, county.officer, "严总的私人电话")
    me = sign_in(client, county.officer)
    assert me.submit(all_of(lead), action=f"/comments/{row.public_id}/take-back").status_code == 303
    session.expire_all()
    assert (row.text, told(lead, county.officer)) == ("", [])
    assert "私人电话" not in me.get(page_of(lead)).text + me.get(all_of(lead)).text
    assert me.get(f"/comments/{row.public_id}/edit").status_code == 404


def test_the_bureaus_head_takes_back_what_others_said_at_any_time(session):
    county = a_county()
    row = say(a_lead(county), county.officer)
    with as_if(now() + timedelta(days=40)), acting_as(county.head):
        services.take_back(row, row.version)
    assert row.taken_back_at is not None


def test_what_was_said_on_an_archived_record_stays_and_nothing_is_added(session, client):
    county = a_county()
    lead = a_lead(county)
    row = say(lead, county.officer, "等土地指标")
    with acting_as(county.officer):
        archive_lead(lead, "不做了")
        for act in (
            lambda: services.say(subject_of(lead), "还有吗"),
            lambda: services.change(row, "改", [], row.version),
            lambda: services.take_back(row, row.version),
        ):
            with pytest.raises(RuleBroken, match="线索已归档"):
                act()
    with acting_as(county.head):
        archive_enterprise(county.enterprise, county.enterprise.version, "已注销")
        with pytest.raises(RuleBroken, match="企业已归档"):
            services.say(subject_of(county.enterprise), "还有吗")
    me = sign_in(client, county.officer)
    for page in (page_of(lead), all_of(lead)):
        shown = me.get(page).text
        assert "等土地指标" in shown and "写留言" not in shown and "收回" not in shown


def test_the_page_of_a_record_shows_the_newest_and_leads_to_all(session, client):
    county = a_county()
    lead = a_lead(county)
    for number in range(25):
        say(lead, county.officer, f"第{number}句")
    me = sign_in(client, county.officer)
    shown = me.get(f"{page_of(lead)}?tab=ledger").text
    assert "第24句" in shown and "第22句" in shown and "第21句" not in shown
    assert f'只列出最近 3 条，<a href="{all_of(lead)}">看全部留言</a>' in shown
    first, second = me.get(all_of(lead)).text, me.get(f"{all_of(lead)}?page=2").text
    assert "第24句" in first and "第5句" in first and "第4句" not in first and "第0句" in second


def test_a_timeline_tells_what_was_said_to_who_sees_the_record(session):
    county = a_county()
    project = a_project(county)
    say(project.lead, county.officer, "线索时说的")
    say(project, county.officer, "项目时说的")
    about = About((subject_of(project), subject_of(project.lead)))
    texts = str(timeline(about, county.officer).months)
    assert "线索时说的" in texts and "项目时说的" in texts
    project.lead.confidential = True
    session.flush()
    hidden = str(timeline(about, county.colleague).months)
    assert "线索时说的" not in hidden and "项目时说的" in hidden


def test_a_comment_that_names_somebody_is_found_when_they_are_erased(session, app):
    county = a_county()
    lead, hidden = a_lead(county), a_confidential_lead(county, county.colleague)
    row = say(lead, county.officer, "严文舟下周来")
    say(hidden, county.colleague, "严文舟说了底价")
    taken = say(lead, county.officer, "严文舟的电话")
    with acting_as(county.officer):
        services.take_back(taken, taken.version)
    with app.test_request_context():
        for words, known in ((("严文舟",), frozenset()), ((), {("comment", row.public_id)})):
            sought = Sought("0" * 16, county.enterprise.id, words, frozenset(known))
            assert [one.public_id for one in named_in(sought, county.officer)] == [row.public_id]
        elsewhere = Sought("0" * 16, county.enterprise.id + 1, ("严文舟",))
        assert named_in(elsewhere, county.officer) == []


def test_what_was_said_stands_in_the_ledger_and_that_somebody_looked_does_too(session):
    county = a_county()
    row = say(a_lead(county), county.officer, "请看", county.colleague)
    mention = queries.mention_of(row, county.colleague)
    with acting_as(county.colleague):
        services.look(mention)
        session.commit()
    assert queries.mention_of(row, county.colleague) is None
    kinds = session.execute(
        select(AuditEvent.action, AuditEvent.actor_name)
        .where(AuditEvent.subject_kind.in_(("comment", "comment_mention")))
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(each) for each in kinds] == [
        ("comment.create", county.officer.name),
        ("comment_mention.create", county.officer.name),
        ("comment_mention.update", county.colleague.name),
    ]


def test_an_empty_and_an_endless_comment_are_refused(session, client):
    county = a_county()
    me, page = sign_in(client, county.officer), all_of(a_lead(county))
    for text, sentence in ((" ", "写一句话"), ("长" * 1001, "最多 1000 个字")):
        refused = me.submit(page, {"text": text})
        assert refused.status_code == 422 and sentence in refused.text
    assert session.query(CommentMention).count() == 0


# --- found by search -------------------------------------------------------------------------------


def found(client, words):
    return client.get(f"/search?q={words}").text.partition("<main")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_found_by_what_was_said_on_it(session, client, kind):
    county = a_county()
    record = a_record(county, kind)
    row = say(record, county.officer, "赤霞路那块地等规划批")
    drained()
    me = sign_in(client, county.officer)
    page = found(me, "赤霞路")
    assert page_of(record) in page and "留言" in page
    with acting_as(county.officer):
        services.change(row, "改到青霞路", (), row.version)
        session.commit()
    drained()
    assert page_of(record) not in found(me, "赤霞路")
    assert page_of(record) in found(me, "青霞路")
    with acting_as(county.officer):
        services.take_back(row, row.version)
        session.commit()
    drained()
    assert page_of(record) not in found(me, "青霞路")


def test_what_was_said_on_a_hidden_record_finds_nothing_for_others(session, client):
    county = a_county()
    lead = a_confidential_lead(county)
    say(lead, county.officer, "赤霞路那块地等规划批")
    drained()
    assert page_of(lead) not in found(sign_in(client, county.head), "赤霞路")
    assert SOURCES["lead"].find("赤霞路", county.head, 5) == []
    assert SOURCES["lead"].find("赤霞路", county.officer, 5) == [lead.public_id]
