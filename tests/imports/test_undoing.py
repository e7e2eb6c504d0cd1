"""What an import did is taken back where nobody has touched it since, and nothing else."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core.access.auth import acting_as
from app.core.records.timeline import About, timeline
from app.core.storage import audit, bulk
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.storage.subjects import subject_of
from app.core.values.clock import as_if, now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.work.jobs import JobState, run
from app.exchange.imports import jobs, services, undoing, writing
from app.exchange.imports.companies import undoing as companies_undoing
from app.exchange.imports.companies.traces import traces
from app.exchange.imports.policy import may_see, may_undo
from app.promotion.steps.models import Step
from app.register.accounts.enums import Role
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.services import (
    ContactData,
    EnterpriseData,
    add_contact,
    archive_enterprise,
    create_enterprise,
    current_data,
    reveal_contact,
    update_contact,
    update_enterprise,
)
from tests.factories.accounts import acting, make_user
from tests.factories.imports import (
    checked,
    commit_only,
    company_rows,
    csv_file,
    stopping_after,
    written,
)
from tests.factories.leads import a_confidential_lead, a_county, a_lead, sign_in
from tests.factories.runs import before_runs_were_kept
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases
NEUTRAL = "导入后已被使用或改动，保留不动"
CODE, OTHER = "91330100799655058B", "914403001922038216"
HEADINGS = (
    *("企业名称", "统一社会信用代码", "注册资本（万元）", "成立日期", "登记状态", "经营范围"),
    *("简称", "联系人", "联系电话"),
)
NAME = "苏州澜川新材料有限公司"
BEFORE = (NAME, CODE, "3500", "2016-09-02", "存续", "光伏胶膜", "澜川", "贺晓冬", "13712345678")
AFTER = (
    "苏州盈阡新材料有限公司",
    CODE,
    "5000",
    "2017-09-02",
    "迁出",
    "电池胶膜",
    "盈阡",
    "安然",
    "13912346022",
)


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


def listed(*rows):
    return csv_file(*rows, headings=HEADINGS)


def company(name=NAME):
    return db.session.scalar(select(Enterprise).where(Enterprise.name == name))


def live_names():
    query = select(Enterprise.name).where(Enterprise.archived_at.is_(None))
    return set(db.session.scalars(query))


def found_by(batch):
    found = undoing.survey(batch)
    return (found.archive, found.restore, found.keep, found.done)


def undone(batch):
    counts = undoing.undo(batch, commit_only)
    db.session.expire_all()
    return counts


def whole(row):
    """All that people see of a company."""
    people = [(one.personal.name, one.personal.phone) for one in row.contacts if one.archived_at is None]
    names = sorted((other.kind, other.name) for other in row.other_names)
    columns = ("name", "name_key", "core_key", "credit_code", "live_code", "capital", "capital_text")
    more = ("established_on", "status", "scope")
    return [getattr(row, column) for column in (*columns, *more)], names, people


def test_companies_it_created_are_archived_and_the_ledger_says_by_which_import():
    batch = written(csv_file(*company_rows(3)))
    assert found_by(batch) == (3, 0, 0, 0)
    assert undone(batch) == {"archived": 3, "restored": 0, "kept": 0}
    assert live_names() == set()
    assert set(db.session.scalars(select(Enterprise.archive_reason))) == {"撤销导入"}
    undone_by = AuditEvent.run_id == f"undo:{batch.public_id}"
    said = AuditEvent.summary == f"撤销导入 {batch.public_id}"
    told = select(AuditEvent.subject_id).where(undone_by, said)
    assert set(db.session.scalars(told)) == set(db.session.scalars(select(Enterprise.public_id)))
    assert audit.verify().broken_at is None


def test_the_code_of_an_archived_company_is_free_again():
    batch = written(listed(BEFORE))
    undone(batch)
    assert company().live_code is None
    assert written(listed(BEFORE), "再来.csv").written["created"] == 1


def test_a_company_it_changed_gets_back_all_that_stood_there():
    written(listed(BEFORE))
    before = whole(company())
    batch = written(listed(AFTER), "第二次.csv")
    assert company(AFTER[0]).capital == 50_000_000
    assert found_by(batch) == (0, 1, 0, 0)
    assert undone(batch) == {"archived": 0, "restored": 1, "kept": 0}
    assert whole(company()) == before
    assert company().version == 3
    assert company().established_on == date(2016, 9, 2)
    assert company().status is EnterpriseStatus.ACTIVE
    assert audit.verify().broken_at is None


def test_names_and_people_alone_are_taken_back_too():
    written(listed((NAME, CODE, *[""] * 7)))
    before = whole(company())
    only_people = written(listed((NAME, CODE, *[""] * 5, "安然", "13912346022")), "人.csv")
    assert undone(only_people) == {"archived": 0, "restored": 1, "kept": 0}
    assert whole(company()) == before
    only_names = written(listed((NAME, CODE, *[""] * 4, "澜川", "", "")), "名.csv")
    assert undone(only_names) == {"archived": 0, "restored": 1, "kept": 0}
    assert whole(company()) == before


def test_what_is_taken_back_is_sent_to_the_index():
    batch = written(csv_file(*company_rows(2)))
    before = db.session.scalar(select(func.count()).select_from(OutboxEntry))
    undone(batch)
    assert db.session.scalar(select(func.count()).select_from(OutboxEntry)) == before + 2


def edit(row):
    data = current_data(row)
    update_enterprise(row, row.version, EnterpriseData(name=data.name, scope="手工改过"))


def add_person(row):
    add_contact(row, ContactData(name="江岚"))


def change_person(row):
    contact = row.contacts[0]
    update_contact(contact, contact.version, ContactData(name="江岚"))


def archive(row):
    archive_enterprise(row, row.version, "不再跟进")


def meet_person(row):
    a_visit(a_county(), enterprise=row, contacts=tuple(row.contacts))


def open_lead(row):
    a_lead(a_county(), enterprise_id=row.id)


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (edit, f"{NEUTRAL}（企业信息改过）"),
        (archive, f"{NEUTRAL}（后来归档过）"),
        # These read alike: whoever asks may not see the lead or the visit.
        (add_person, NEUTRAL),
        (change_person, NEUTRAL),
        (meet_person, NEUTRAL),
        (open_lead, NEUTRAL),
    ],
)
def test_a_created_company_somebody_has_worked_with_is_kept_and_nothing_hidden_is_told(touch, why):
    batch = written(listed(BEFORE, ("无锡景榕机电有限公司", *[""] * 8)))
    touch(company())
    db.session.commit()
    kept = undoing.survey(batch).kept
    assert [(one.name, one.why) for one in kept] == [(NAME, why)]
    assert undone(batch) == {"archived": 1, "restored": 0, "kept": 1}
    assert company("无锡景榕机电有限公司").is_archived
    assert company().is_archived is (touch is archive)


def the_canary(row, county):
    """All that can hang on a company and its contact, and all of it confidential."""
    lead = a_confidential_lead(county, enterprise_id=row.id)
    a_visit(county, county.officer, enterprise=row, lead=lead, contacts=tuple(row.contacts))
    return lead


def page_of_undo(client, batch):
    answer = client.get(f"/imports/{batch.public_id}/undo")
    assert answer.status_code == 200
    # Both tokens hold the second in which the page was made.
    return re.sub(r'name="csrf_token"[^>]*|"X-CSRFToken": "[^"]*"', "", answer.text)


def test_an_undo_says_and_does_the_same_whether_or_not_a_hidden_confidential_lead_exists(client):
    """Told apart by an answer, a refusal or a count, it would be known that somebody is after the company."""
    county = a_county()
    with acting_as(county.head):
        batch = written(listed(BEFORE, ("无锡景榕机电有限公司", *[""] * 8)))
        without = page_of_undo(sign_in(client, county.head), batch)
        lead = the_canary(company(), county)
        assert page_of_undo(client, batch) == without
        assert undone(batch) == {"archived": 2, "restored": 0, "kept": 0}
    assert "照常可以跟进" not in client.get(f"/enterprises/{company().public_id}").text
    told = db.session.scalars(select(Step).where(Step.what.contains("已归档"))).one()
    assert (told.owner_id, told.author_id, told.confidential) == (county.officer.person_id, None, True)
    # The work on the lead survives that its company was archived.
    assert a_visit(county, county.officer, enterprise=company(), lead=db.session.merge(lead)).id


def test_what_was_changed_is_taken_back_too_though_a_hidden_lead_has_met_its_people():
    written(listed((NAME, CODE, *[""] * 7)))
    county = a_county()
    with acting_as(county.head):
        batch = written(listed((NAME, CODE, *[""] * 5, "安然", "13912346022")), "人.csv")
        the_canary(company(), county)
        assert undone(batch) == {"archived": 0, "restored": 1, "kept": 0}


def test_whoever_is_named_on_the_confidential_lead_reads_why_the_company_stays(somebody):
    batch = written(listed(BEFORE))
    the_canary(company(), replace(a_county(), officer=somebody))
    assert [one.why for one in undoing.survey(batch).kept] == [NEUTRAL]


@pytest.mark.parametrize(("touch", "kept"), [(edit, 1), (add_person, 0), (open_lead, 0)])
def test_a_changed_company_is_kept_only_when_what_was_changed_is_touched(touch, kept):
    written(listed(BEFORE))
    batch = written(listed(AFTER), "第二次.csv")
    touch(company(AFTER[0]))
    db.session.commit()
    assert undone(batch)["kept"] == kept


def test_a_later_import_of_the_same_company_keeps_it():
    written(listed(BEFORE))
    first = written(listed(AFTER), "第二次.csv")
    written(listed((*AFTER[:2], "7000", *AFTER[3:])), "第三次.csv")
    assert [one.why for one in undoing.survey(first).kept] == [f"{NEUTRAL}（企业信息改过）"]


def test_a_look_at_a_number_is_no_change():
    batch = written(listed(BEFORE))
    reveal_contact(db.session.scalar(select(Contact)))
    db.session.commit()
    assert found_by(batch) == (1, 0, 0, 0)


def test_a_former_code_that_another_company_holds_by_now_is_not_given_back():
    written(csv_file((NAME, CODE, "", "", "")))
    batch = written(csv_file((NAME, CODE, "5", "", "")), "改码.csv")
    row = company(NAME)
    # As an import of last week could still do.
    replaced = {"credit_code": (CODE, OTHER), "live_code": (CODE, OTHER)}
    with audit.run(batch.writing.id):
        bulk.update_rows(Enterprise, [(row.id, row.public_id, replaced)], action="enterprise.update")
        db.session.commit()
    create_enterprise(EnterpriseData(name="无锡景榕机电有限公司", credit_code=CODE))
    db.session.commit()
    assert [one.why for one in undoing.survey(batch).kept] == ["原来的信用代码已被别的企业登记"]


def test_a_second_undo_changes_nothing():
    written(listed(BEFORE))
    batch = written(listed(AFTER, ("无锡景榕机电有限公司", *[""] * 8)), "第二次.csv")
    first = undone(batch)
    events = db.session.scalar(select(func.count()).select_from(AuditEvent))
    assert found_by(batch) == (0, 0, 0, 2)
    assert undone(batch) == first == {"archived": 1, "restored": 1, "kept": 0}
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_a_stopped_undo_goes_on(monkeypatch):
    monkeypatch.setattr(undoing, "CHUNK", 2)
    batch = written(csv_file(*company_rows(5)))

    def stopping(done, _total):
        db.session.commit()
        if done >= 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        undoing.undo(batch, stopping)
    db.session.rollback()
    assert found_by(batch) == (3, 0, 0, 2)
    assert undone(batch) == {"archived": 5, "restored": 0, "kept": 0}


def test_after_the_window_it_is_refused():
    batch = written(csv_file(*company_rows(1)))
    with as_if(now() + undoing.WINDOW + timedelta(minutes=1)), pytest.raises(RuleBroken, match="7 天内"):
        services.ask_for_undo(batch)


def test_what_came_in_before_undo_was_thought_of_is_kept():
    with before_runs_were_kept():
        batch = written(csv_file(*company_rows(1)))
    batch.file_name = (
        "别的名字.csv"  # the ledger cannot be rewritten: now none of its events names this batch
    )
    db.session.commit()
    assert [one.why for one in undoing.survey(batch).kept] == ["导入得早，没有留下撤销所需的记录"]


def in_the_words_of(mark, row):
    """Somebody's own change, of which the ledger says the very sentence that a run says of its own."""
    change = (row.id, row.public_id, {"scope": (row.scope, "手工改过")})
    bulk.update_rows(Enterprise, [change], action="enterprise.update", summary=mark)
    db.session.commit()


def test_what_somebody_changed_in_the_words_of_the_import_is_not_its_work():
    batch = written(listed(BEFORE))
    in_the_words_of(batch.writing.mark, company())
    assert [one.why for one in undoing.survey(batch).kept] == [f"{NEUTRAL}（企业信息改过）"]


def test_what_somebody_changed_in_the_words_of_the_undo_is_not_its_work():
    batch = written(listed(BEFORE))
    in_the_words_of(batch.undo.mark, company())
    assert found_by(batch) == (0, 0, 1, 0)


def test_a_company_that_somebody_changed_in_its_words_is_none_that_an_import_touched():
    written(listed(BEFORE))
    batch = written(csv_file(*company_rows(1)), "另一份.csv")
    in_the_words_of(batch.writing.mark, company())
    assert undone(batch) == {"archived": 1, "restored": 0, "kept": 0}
    assert not company().is_archived


def test_an_import_from_before_events_named_their_run_is_taken_back_by_its_words():
    with before_runs_were_kept():
        written(listed(BEFORE))
        before = whole(company())
        batch = written(listed(AFTER, ("无锡景榕机电有限公司", *[""] * 8)), "第二次.csv")
    assert found_by(batch) == (1, 1, 0, 0)
    assert undone(batch) == {"archived": 1, "restored": 1, "kept": 0}
    assert whole(company()) == before
    assert found_by(batch) == (0, 0, 0, 2)
    assert audit.verify().broken_at is None


def test_an_import_and_its_undo_from_before_events_named_their_run_are_over():
    with before_runs_were_kept():
        batch = written(listed(BEFORE))
        undone(batch)
    assert found_by(batch) == (0, 0, 0, 1)


def test_its_words_say_nothing_of_what_was_written_since_events_name_their_run():
    with before_runs_were_kept():
        batch = written(listed(BEFORE))
    in_the_words_of(batch.writing.mark, company())
    assert found_by(batch) == (0, 0, 1, 0)


def test_an_import_that_stopped_before_events_named_their_run_is_taken_back_as_a_whole(monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 2)
    batch = checked(csv_file(*company_rows(5)))
    services.ask_for_writing(batch, services.will_write(batch)[0])
    db.session.commit()
    with before_runs_were_kept(), pytest.raises(InterruptedError):
        jobs.write(batch, stopping_after(2))
    db.session.rollback()
    jobs.write(batch, commit_only)
    assert undone(batch) == {"archived": 5, "restored": 0, "kept": 0}


def test_nothing_of_another_import_is_touched():
    written(csv_file(*company_rows(2)))
    batch = written(csv_file(*company_rows(2, start=50)), "另一份.csv")
    undone(batch)
    assert live_names() == {row[0] for row in company_rows(2)}


def test_others_can_write_while_an_undo_looks_at_what_it_may_take_back(monkeypatch, other_writer):
    batch = written(csv_file(*company_rows(3)))
    looked = []

    def look(*rest, lock=False):
        found = traces(*rest, lock=lock)
        if not lock:
            looked.append(other_writer())
        return found

    monkeypatch.setattr(companies_undoing, "traces", look)
    services.ask_for_undo(batch)
    db.session.commit()
    assert undone(batch)["archived"] == 3
    assert looked == [True], "only the outcome is looked at, and without the lock"


def test_one_that_finds_nothing_to_take_back_says_so():
    batch = written(csv_file(*company_rows(1)))
    edit(company(company_rows(1)[0][0]))
    job = services.ask_for_undo(batch)
    db.session.commit()
    run(job.id)
    assert (job.state, job.message) == (JobState.FAILED, "没有可以撤销的企业")
    assert "undone" not in batch.written


def test_an_officer_may_not_take_back_what_a_command_imported():
    batch = written(csv_file(*company_rows(1)))
    batch.owner_id = None
    db.session.commit()
    with pytest.raises(NotAllowed, match="只有经办人和招商局负责人"):
        services.ask_for_undo(batch)
    with acting(make_user(Role.ADMINISTRATOR)) as administrator:
        assert not may_undo(administrator, batch) and not may_see(administrator, batch)
    with acting(make_user(Role.BUREAU_HEAD)) as head:
        assert may_undo(head, batch) and may_see(head, batch)
        services.ask_for_undo(batch)
        db.session.commit()
    with pytest.raises(NotAllowed):
        services.stop(batch)


def test_only_its_owner_and_the_head_take_back_an_import(somebody):
    batch = written(csv_file(*company_rows(1)))
    assert may_undo(somebody, batch)
    with acting(make_user()) as other:
        assert not may_undo(other, batch)


def test_the_timeline_of_a_company_does_not_say_of_which_file_it_came(somebody):
    batch = written(listed(BEFORE), "李局长私下给的名单.xlsx.csv")
    written(listed(AFTER), "第二份私下给的.csv")
    undone(batch)
    other = written(csv_file(*company_rows(1)), "第三份.csv")
    undone(other)
    for row, said in ((company(AFTER[0]), {"导入"}), (company(company_rows(1)[0][0]), {"导入", "撤销导入"})):
        past = timeline(About((subject_of(row),)), somebody)
        told = [one for month in past.months for one in month.happenings]
        assert {one.body for one in told} == said
        words = " ".join(f"{one.title} {one.body}" for one in told)
        assert not re.search("私下|第三份|" + batch.public_id + "|" + other.public_id, words)
