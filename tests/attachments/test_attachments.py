"""附件: files on a company, a lead, a visit, a project, for whoever sees that record."""

import io
from html import unescape

import pytest
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.records.timeline import About, timeline
from app.core.storage.audit import AuditEvent
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import now
from app.core.values.errors import NotFound, RuleBroken, Stale
from app.core.values.registries import Sought
from app.core.web import files
from app.promotion.leads.services import archive_lead
from app.register.attachments import queries, rules, services
from app.register.attachments.views import named_in
from app.register.enterprises.services import archive_enterprise
from tests.factories.files import PDF, attach, files_of, stored
from tests.factories.leads import a_confidential_lead, a_contract, a_county, a_lead, sign_in
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


def page_of(record):
    return f"/{record.__tablename__}s/{record.public_id}"


def sent(name="报价单.pdf", content=PDF):
    return {"file": (io.BytesIO(content), name)}


def told(record, actor):
    past = timeline(About((subject_of(record),)), actor)
    return [one for month in past.months for one in month.happenings if one.icon == "paperclip"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_added_listed_downloaded_and_taken_off_from_the_page_of_its_record(session, client, kind):
    county = a_county()
    record = a_record(county, kind)
    me, page = sign_in(client, county.officer), page_of(record)
    add = f"/attachments/new/{kind}/{record.public_id}"
    assert f'href="{add}"' in me.get(page).text
    answer = me.submit(add, sent())
    assert (answer.status_code, answer.location) == (303, page)
    [file] = files_of(kind, record.public_id)
    shown = unescape(me.get(page).text)
    for words in ("报价单.pdf", "1 KB", county.officer.name):
        assert words in shown
    assert me.get(f"/files/{file.public_id}").data == PDF
    gone = me.submit(page, action=f"/attachments/{file.public_id}/take-off")
    assert (gone.status_code, gone.location) == (303, page)
    after = unescape(me.get(page).text)
    assert f"/files/{file.public_id}" not in after and "已取下「报价单.pdf」" in after
    assert me.get(f"/files/{file.public_id}").status_code == 404


def test_whoever_sees_a_record_and_may_not_change_it_reads_its_files_and_adds_none(session, client):
    county = a_county()
    lead = a_lead(county)
    file = attach(lead, county.officer)
    client.application.config["WTF_CSRF_ENABLED"] = False
    me, page = sign_in(client, county.leader), page_of(lead)
    shown = me.get(page).text
    assert file.name in shown and "/attachments/" not in shown
    assert me.get(f"/files/{file.public_id}").data == PDF
    assert me.get(f"/attachments/new/lead/{lead.public_id}").status_code == 403
    assert me.post(f"/attachments/{file.public_id}/take-off", data={"version": 1}).status_code == 403


def test_the_file_of_a_confidential_lead_is_as_hidden_as_the_lead(session, client):
    county = a_county()
    lead = a_confidential_lead(county)
    file = attach(lead, county.officer, "保密方案.pdf")
    client.application.config["WTF_CSRF_ENABLED"] = False
    me = sign_in(client, county.colleague)
    assert me.get(f"/files/{file.public_id}").status_code == 404
    assert me.get(f"/attachments/new/lead/{lead.public_id}").status_code == 404
    assert me.post(f"/attachments/{file.public_id}/take-off", data={"version": 1}).status_code == 404
    assert sign_in(client, county.officer).get(f"/files/{file.public_id}").data == PDF


def test_the_files_of_an_archived_record_stay_as_they_are(session, client):
    county = a_county()
    lead = a_lead(county)
    file = attach(lead, county.officer)
    with acting_as(county.officer):
        archive_lead(lead, "不做了")
        session.commit()
        with pytest.raises(RuleBroken, match="线索已归档，只能查看"):
            services.take_off(file, file.version)
        with pytest.raises(RuleBroken, match="线索已归档，只能查看"):
            services.add(subject_of(lead), stored())
    me = sign_in(client, county.officer)
    shown = me.get(page_of(lead)).text
    assert file.name in shown and "/attachments/" not in shown
    assert me.get(f"/files/{file.public_id}").data == PDF
    refused = me.get(f"/attachments/new/lead/{lead.public_id}")
    assert refused.status_code == 400 and "要改请先恢复" in refused.text


def test_an_archived_company_takes_no_file(session):
    county = a_county()
    with acting_as(county.head):
        archive_enterprise(county.enterprise, county.enterprise.version, "已注销")
        with pytest.raises(RuleBroken, match="企业已归档"):
            services.add(subject_of(county.enterprise), stored())


def test_a_file_that_was_taken_off_is_put_back_and_both_stand_in_the_ledger(session, client):
    county = a_county()
    lead = a_lead(county)
    file = attach(lead, county.officer)
    me, page = sign_in(client, county.officer), page_of(lead)
    me.submit(page, action=f"/attachments/{file.public_id}/take-off")
    assert me.submit(page, action=f"/attachments/{file.public_id}/put-back").status_code == 303
    assert me.get(f"/files/{file.public_id}").data == PDF
    query = select(AuditEvent.action).where(AuditEvent.subject_id == file.public_id)
    assert list(session.scalars(query.order_by(AuditEvent.id))) == [
        "stored_file.create",
        "stored_file.update",
        "stored_file.update",
        "stored_file.downloaded",
    ]


def test_a_file_that_was_taken_off_keeps_its_bytes(session):
    county = a_county()
    file = attach(a_lead(county), county.officer)
    with acting_as(county.officer):
        services.take_off(file, file.version)
    session.commit()
    files.forget_unclaimed()
    assert files.path_of(file.sha256).read_bytes() == PDF


def test_who_took_a_file_off_is_told_with_the_file(session):
    county = a_county()
    lead = a_lead(county)
    file = attach(lead, county.officer)
    assert [(one.title, one.who, one.facts) for one in told(lead, county.officer)] == [
        ("加附件：报价单.pdf", county.officer.name, ())
    ]
    with acting_as(county.colleague):
        services.take_off(file, file.version)
    [one] = told(lead, county.officer)
    assert one.facts[0][1].endswith(county.colleague.name)


def test_the_past_of_a_project_tells_the_files_of_its_lead_to_who_sees_the_lead(session):
    county = a_county()
    project = a_project(county)
    attach(project.lead, county.officer)
    about = About((subject_of(project), subject_of(project.lead)))
    assert "加附件：报价单.pdf" in str(timeline(about, county.officer).months)
    project.lead.confidential = True
    session.commit()
    assert "报价单" not in str(timeline(about, county.colleague).months)


def test_two_who_take_a_file_off_at_once_are_told(session):
    county = a_county()
    file = attach(a_lead(county), county.officer)
    seen = file.version
    with acting_as(county.officer):
        services.take_off(file, seen)
        session.commit()
        with pytest.raises(Stale):
            services.take_off(file, seen)


def test_the_scan_of_an_agreement_is_no_attachment_and_is_not_taken_off(session):
    county = a_county()
    contract = a_contract(a_lead(county), county)
    [scan] = files_of("agreement", contract.public_id)
    with pytest.raises(NotFound):
        queries.get_attachment(scan.public_id, county.officer)


def test_a_form_without_a_file_or_with_a_wrong_one_says_what_to_do(session, client):
    county = a_county()
    lead = a_lead(county)
    me, add = sign_in(client, county.officer), f"/attachments/new/lead/{lead.public_id}"
    nothing, wrong = me.submit(add), me.submit(add, sent("工具.exe", b"MZ"))
    assert (nothing.status_code, wrong.status_code) == (422, 422)
    assert "选一个文件" in nothing.text and "请上传 PDF" in wrong.text


def test_a_record_full_of_files_takes_no_more(session, monkeypatch):
    monkeypatch.setattr(rules, "MOST", 1)
    county = a_county()
    lead = a_lead(county)
    file = attach(lead, county.officer)
    with acting_as(county.officer):
        with pytest.raises(RuleBroken, match="先取下不用的"):
            services.add(subject_of(lead), stored())
        services.take_off(file, file.version)
        services.add(subject_of(lead), stored())


@pytest.mark.parametrize("kind", ["agreement", "nothing", "user_account"])
def test_what_takes_no_files_is_missing(session, client, kind):
    county = a_county()
    me = sign_in(client, county.officer)
    assert me.get(f"/attachments/new/{kind}/{county.enterprise.public_id}").status_code == 404
    with acting_as(county.officer), pytest.raises(NotFound):
        services.add(Subject(kind, county.enterprise.public_id), stored())


def test_a_file_that_is_called_after_somebody_is_found_when_they_are_erased(session, app):
    county = a_county()
    lead, hidden = a_lead(county), a_confidential_lead(county, county.colleague)
    file = attach(lead, county.officer, "严文舟名片.pdf")
    attach(hidden, county.colleague, "严文舟身份证.pdf")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [(one.kind, one.public_id) for one in named_in(sought, county.officer)] == [
            ("stored_file", file.public_id)
        ]
        later = Sought("0" * 16, county.enterprise.id, known=frozenset({("stored_file", file.public_id)}))
        assert [one.row.title for one in named_in(later, county.officer)] == ["附件 严文舟名片.pdf"]
        elsewhere = Sought("0" * 16, county.enterprise.id + 1, ("严文舟",))
        assert named_in(elsewhere, county.officer) == []
        file.taken_off_at = now()  # the name is still kept
        assert named_in(sought, county.officer)
