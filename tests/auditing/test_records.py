"""The auditor reads names instead of inner numbers, and of confidential records deeds without words."""

import re

import pytest
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import Base, db
from app.core.values.clock import in_beijing, today
from app.core.values.money import read_amount
from app.office.auditing import queries
from app.office.auditing.records import called, named_kinds, records_of, vocabulary
from app.promotion.leads import services as leads
from app.promotion.leads.enums import AgreementKind, LeadStage
from app.promotion.leads.models import LeadEntry
from app.promotion.visits import services as visits
from app.promotion.visits.models import VisitParticipant
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.anchors import services as anchors
from app.register.chains.enums import NodeState
from app.register.enterprises.services import ContactData, add_contact
from tests.factories.accounts import acting, join_team, make_person, make_team, make_unit, make_user, sign_in
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.leads import (
    ContactMade,
    a_confidential_lead,
    a_county,
    a_lead,
    a_lead_at,
    a_signed_lead,
    an_actor,
    an_enterprise,
    person_id,
)
from tests.factories.placements import a_company, confirmed
from tests.factories.posts import a_post
from tests.factories.projects import project_of
from tests.factories.visits import a_visit, visit_data

pytestmark = pytest.mark.both_databases

SILENT = {"import_batch": {"check_job_id", "write_job_id", "undo_job_id"}}  # jobs have no name


@pytest.fixture
def auditor(session, client):
    sign_in(client, make_user(Role.AUDITOR))
    return client


def shown(client, **asked):
    """The page as text: words only, one space between."""
    page = client.get("/audit", query_string=asked).text
    table = page[page.index("<table") :] if "<table" in page else ""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table))


def test_people_and_units_are_named(session, auditor):
    admin = make_user(Role.ADMINISTRATOR)
    old, new = make_unit("云溪镇"), make_unit("清河镇")
    person = make_person("沈若岚", old)
    with acting(admin):
        accounts.save_person(person, accounts.PersonData("沈若岚", "", None, new))
        session.commit()
    page = shown(auditor, kind="person", action="person.update")
    assert "人员 沈若岚" in page
    assert "单位 云溪镇 → 清河镇" in page


def test_a_term_in_a_team_and_a_role_say_whose_they_are(session, auditor):
    person, team = make_person("沈若岚"), make_team("苏州驻点组")
    join_team(person, team)
    make_user(Role.OFFICER, person=person, login="shenruolan")
    session.commit()
    assert "驻点经历 沈若岚 苏州驻点组" in shown(auditor, kind="team_membership")
    page = shown(auditor, kind="user_role")
    assert "账号角色 shenruolan" in page
    assert "账号 空 → shenruolan" in page


def test_a_lead_is_named_by_its_number_and_its_people_by_name(session, auditor):
    county = a_county()
    lead = a_lead(county)
    person = make_person("周以宁")
    session.commit()
    with acting_as(county.officer):
        leads.set_confidential(lead, False, [person.id], version=lead.version)
        db.session.commit()
    page = shown(auditor, kind="lead")
    assert f"线索 {lead.number}" in page
    assert f"企业 空 → {county.enterprise.name}" in page
    assert f"负责人 空 → {county.officer.name}" in page
    assert "改为 周以宁" in page


def test_a_correction_says_which_row_it_voids(session, auditor):
    county = a_county()
    lead = a_lead_at(county, LeadStage.ASSESSED)
    move = select(LeadEntry).where(LeadEntry.lead_id == lead.id, LeadEntry.stage == LeadStage.ASSESSED)
    entry = session.scalars(move).one()
    with acting_as(county.head):
        leads.correct_entry(lead, entry.id, "点错了")
        db.session.commit()
    assert f"台账行 {entry.effective_on} 那一行" in shown(auditor, action="lead.correct")


def test_times_are_those_of_beijing(session, auditor):
    user = make_user(Role.OFFICER)
    with acting(make_user(Role.ADMINISTRATOR)):
        accounts.disable_user(user)
        session.commit()
    page = shown(auditor, action="user_account.update")
    assert f"停用时间 空 → {in_beijing(user.disabled_at):%Y-%m-%d %H:%M}" in page
    assert "+00:00" not in page


def test_of_a_confidential_record_the_auditor_reads_who_what_and_when_but_no_values(session, auditor):
    county = a_county()
    keeper = an_actor(county.park, name="沈若岚")
    lead = a_confidential_lead(county, keeper, name="不能说的项目")
    with acting_as(keeper):
        agreement = leads.add_agreement(
            lead,
            leads.AgreementData(
                kind=AgreementKind.FRAMEWORK,
                title="不能说的协议",
                drafter_id=person_id(keeper),
                signed_on=None,
                amount=read_amount("2.6亿"),
            ),
        )
        leads.update_lead(lead, lead.version, {"content": "不能说的内容"})
        db.session.commit()
    page = " ".join(shown(auditor, kind=kind) for kind in ("lead", "agreement", "step", "lead_member"))
    assert f"线索 {lead.number}（保密）" in page
    assert "登记线索" in page
    assert "登记协议" in page
    assert "建设内容 （保密）" in page
    for secret in ("不能说", county.enterprise.name, "260000000"):
        assert secret not in page
    assert agreement.title == "不能说的协议"


def test_what_is_no_longer_confidential_is_told_again(session, auditor):
    county = a_county()
    lead = a_confidential_lead(county, name="从前不能说的项目")
    assert "从前不能说的项目" not in shown(auditor, kind="lead")
    with acting_as(county.officer):
        leads.set_confidential(lead, False, [], version=lead.version)
        db.session.commit()
    assert "从前不能说的项目" in shown(auditor, kind="lead")


def test_who_was_taken_off_a_confidential_lead_is_not_told(session, auditor):
    county = a_county()
    named = make_person("周以宁")
    lead = a_confidential_lead(county, member_ids=(named.id,))
    with acting_as(county.officer):
        leads.set_confidential(lead, True, [], version=lead.version)
        session.commit()
    page = shown(auditor, kind="lead_member")
    assert "登记" in page and "移除" in page
    assert "点名的人 （保密）" in page
    assert named.name not in page
    assert lead.number not in page


def test_who_was_taken_off_a_confidential_visit_is_not_told(session, auditor):
    county = a_county()
    lead = a_confidential_lead(county)
    met = add_contact(county.enterprise, ContactData(name="安然"))
    companion = make_person("周以宁")
    session.commit()
    more = {"lead": lead, "enterprise": lead.enterprise, "next_step": None}
    visit = a_visit(county, county.officer, people=(companion,), contacts=(met,), **more)
    assert visit.confidential
    with acting_as(county.officer):
        visits.edit_visit(visit, visit.version, visit_data(county, county.officer, **more))
        session.commit()
    page = " ".join(shown(auditor, kind=kind) for kind in ("visit_participant", "visit_contact"))
    assert page.count("移除") == 2
    assert "我方人员 （保密）" in page
    for secret in (companion.name, met.personal.name, county.enterprise.name):
        assert secret not in page


def test_who_was_taken_off_an_ordinary_visit_is_told(session, auditor):
    county = a_county()
    visit = a_visit(county, people=(make_person("周以宁"),))
    with acting_as(county.resident):
        visits.edit_visit(visit, visit.version, visit_data(county, county.resident))
        session.commit()
    assert "人员 周以宁 → 空" in shown(auditor, action="visit_participant.delete")


def test_a_change_of_a_part_that_is_gone_is_not_told_where_nothing_says_what_it_was_part_of(session, auditor):
    county = a_county()
    team = make_team("苏州驻点组")
    visit = a_visit(county, people=(make_person("周以宁"),))
    row = session.scalars(select(VisitParticipant).where(VisitParticipant.visit_id == visit.id)).one()
    row.team_id = team.id
    session.commit()
    assert "驻点组 空 → 苏州驻点组" in shown(auditor, action="visit_participant.update")
    with acting_as(county.resident):
        visits.edit_visit(visit, visit.version, visit_data(county, county.resident))
        session.commit()
    assert "驻点组 （保密）" in shown(auditor, action="visit_participant.update")


def test_a_clash_with_a_confidential_lead_does_not_say_which(session, auditor):
    county = a_county()
    secret = a_confidential_lead(county)
    with acting_as(county.resident):
        ordinary = a_lead(county, county.resident)
        session.commit()
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "lead.confidential_clash")).one()
    assert event.subject_id == ordinary.public_id
    page = shown(auditor, action="lead.confidential_clash")
    assert "（保密）" in page
    for told in (secret.number, secret.public_id):
        assert told not in page


def test_a_record_that_is_confidential_is_named_nowhere(session):
    county = a_county()
    secret, ordinary = a_confidential_lead(county), a_lead(county, enterprise_id=an_enterprise().id)
    found = records_of(
        [
            AuditEvent(subject_kind="lead", subject_id=each, details="{}")
            for each in (secret.public_id, ordinary.public_id)
        ]
    )
    assert found.label_of("lead", "met", secret.public_id) == "（保密）"
    assert found.label_of("lead", "met", ordinary.public_id) == ordinary.number


def test_every_reference_of_an_audited_record_can_be_named(app):
    missing = []
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if not mapper.class_.__audited__:
            continue
        for column in table.c:
            named = column.foreign_keys and column.name not in SILENT.get(table.name, set())
            kinds = named_kinds(table.name, column.name)
            if named and (not kinds or set(kinds) - vocabulary().kinds.keys()):
                missing.append(f"{table.name}.{column.name}")
    assert missing == []


def test_a_record_is_found_by_its_number_or_by_part_of_its_name(session, auditor):
    county = a_county()
    with ContactMade():
        lead = a_signed_lead(county, name="储能电芯三期")
    other = a_lead(county, name="别的线索")
    project = project_of(lead)
    for asked in (lead.number, lead.number.lower(), "电芯三"):
        page = shown(auditor, kind="lead", subject=asked)
        assert lead.number in page and other.number not in page
    assert project.number in shown(auditor, kind="project", subject=project.number)
    assert project.number in shown(auditor, kind="project", subject="电芯三")
    assert county.enterprise.name in shown(auditor, kind="enterprise", subject=county.enterprise.name[2:6])
    assert shown(auditor, subject="没有这样的东西") == ""


def test_a_confidential_record_is_found_by_number_and_never_by_its_name(session, auditor):
    county = a_county()
    lead = a_confidential_lead(county, name="不能说的项目")
    by_number = shown(auditor, kind="lead", subject=lead.number)
    assert f"线索 {lead.number}（保密）" in by_number and "不能说" not in by_number
    assert shown(auditor, kind="lead", subject="不能说的项目") == ""


def test_a_name_that_fits_too_many_asks_for_more_of_it(session, auditor, monkeypatch):
    monkeypatch.setattr(queries, "MOST_NAMED", 1)
    monkeypatch.setattr(called, "MOST_NAMED", 1)
    for number in range(3):
        make_unit(f"测试单位{number}")
    session.commit()
    answer = auditor.get("/audit?subject=测试单位")
    assert answer.status_code == 400 and "请写全一点，或写编号" in answer.text


def test_who_and_what_belongs_to_a_chain_goes_by_company_link_and_words(session, auditor):
    county = a_county()
    chain = a_chain(county.head)
    node = a_node(county.head, chain, "SEP", "隔膜")
    placement = confirmed(county.head, node, a_company("安江隔膜有限公司"))
    a_post(county.head, chain, make_person("高远"))
    judged(county.head, node, NodeState.MISSING)
    with acting_as(county.head):
        anchor = anchors.name_anchor(chain, county.enterprise, anchors.AnchorData(today()))
        anchors.add_need(anchor, anchors.NeedData(node, "9 微米湿法隔膜", "采购部来函", today()))
        db.session.commit()
    company = county.enterprise.name
    assert "安江隔膜有限公司 隔膜" in shown(auditor, kind="node_placement", subject=placement.public_id)
    assert f"高远 {chain.name}" in shown(auditor, kind="chain_post")
    assert f"链主 {company} {chain.name}" in shown(auditor, kind="chain_anchor")
    needs = shown(auditor, kind="anchor_need")
    assert f"链主的采购需求 {company} 9 微米湿法隔膜" in needs
    assert f"链主 空 → {company} {chain.name}" in needs and "环节 空 → 隔膜" in needs
    assert f"隔膜 {today()}" in shown(auditor, kind="node_judgement")
