"""A small county with a record of every kind, for walks over the whole app; `size` rows in every list."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.records.history import Cause, EntryKind
from app.core.records.setups import ListView
from app.core.storage.db import Record, db
from app.core.storage.subjects import SUBJECTS, Subject, company_of, subject_of
from app.core.values.clock import now, today
from app.core.values.money import read_amount
from app.core.web import files
from app.core.work import jobs
from app.delivery.projects.enums import ProjectKind, ProjectStage
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.imports.columns import Layout
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.enums import BatchState, RowVerdict
from app.exchange.imports.models import ImportBatch, ImportRow
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from app.finding.words.models import WordGroup, WordReading
from app.promotion.leads import services as leads
from app.promotion.leads.enums import AgreementKind, LeadSource, LeadStage, ReviewVerdict
from app.promotion.leads.models import Agreement, FairReview, Lead, StageSet
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitContact, VisitParticipant
from app.register.accounts import session as browsing
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import (
    PUBLIC_PART,
    LoginFailure,
    Person,
    TeamMembership,
    Unit,
    User,
    UserRole,
)
from app.register.accounts.queries import actor_for_user
from app.register.accounts.tries import account_of
from app.register.attachments.rules import MOST
from app.register.comments.models import Comment, CommentMention
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import (
    Contact,
    ContactErasure,
    ContactPersonal,
    Enterprise,
    EnterpriseName,
)
from app.register.enterprises.rules import core_key, name_key
from app.register.tags.models import Tag, Tagging
from app.register.tags.rules import MOST_ON_RECORD
from tests.factories.files import files_of
from tests.house.furnishing import furnishings, lists

EVERYTHING = "everything"  # the login of somebody who holds every role


@dataclass(slots=True)
class Seeding:
    """What the records of the county hang on."""

    day: date
    bureau: Unit
    team: Unit
    person: Person


def seed(size: int) -> dict[str, str]:
    """Fills the database; returns the public id of one record by the path its pages begin with."""
    session = db.session
    county = new_unit("青岚县", UnitKind.COUNTY, None)
    bureau = new_unit("招商局", UnitKind.BUREAU, county)
    team = new_unit("驻长三角组", UnitKind.RESIDENT_TEAM, bureau)
    for role in Role:
        new_user(role.value, [role], team if role is Role.RESIDENT else bureau)
    everything = new_user(EVERYTHING, list(Role), bureau)
    at = Seeding(today(), bureau, team, everything.person)
    resident = session.query(User).filter_by(login=Role.RESIDENT.value).one()
    membership = _membership(resident.person, team)
    actor = actor_for_user(everything.id)
    assert actor is not None
    with acting_as(actor):
        enterprises = [_enterprise(at, number, size) for number in range(size)]
        rows = [_lead(at, enterprise, number) for number, enterprise in enumerate(enterprises)]
        agreement = _papers(at, rows[0], size)
        _erasures(enterprises[0], session.query(User).filter_by(login=Role.OFFICER.value).one().person)
        visits = [_visit(at, enterprises[0], rows[number], number) for number in range(size)]
        steps = [_step(at, enterprises[0], rows[0], number) for number in range(size)]
        projects = [_project(at, row, number) for number, row in enumerate(rows)]
        batches = [_batch(at, number, size) for number in range(size)]
        stored = files_of("agreement", agreement.public_id) or [
            _file(Subject("agreement", agreement.public_id))
        ]
        hung = (enterprises[0], rows[0], visits[0], projects[0])
        said = [_said(at, record, number) for record in hung for number in range(size)]
        tags = [_tag(at, record, number) for record in hung for number in range(min(size, MOST_ON_RECORD))]
        attached = [_file(subject_of(record)) for record in hung for _ in range(min(size, MOST))]
        _colleagues(at, size)
        searches = [_search(everything, enterprises, number) for number in range(size)]
        views = [_view(everything, number) for number in range(size)]
        words = [_words(at, number) for number in range(size)]
        stage_sets = [stage_set(number) for number in range(size)]
        furnished = {each.at: [each.filled(at, number) for number in range(size)] for each in furnishings()}
        parts = {
            address: part(furnished[each.at][0])
            for each in furnishings()
            for address, part in each.below.items()
        }
        hung_on = [kept[0] for kept in furnished.values() if subject_of(kept[0]).kind in SUBJECTS]
        said += [_said(at, record, number) for record in hung_on for number in range(size)]
        token = browsing.begin(everything.id, "127.0.0.1", "tests")
        signed_in = browsing.token_hash(token)[:PUBLIC_PART]
        for _ in range(size):
            failed = account_of(EVERYTHING), "192.0.2.7"
            session.add(LoginFailure(account=failed[0], address=failed[1], browser="", tried=True, at=now()))
        session.commit()
    contact = enterprises[0].contacts[0]
    return {
        "/enterprises/": enterprises[0].public_id,
        "/contacts/": contact.public_id,
        "/leads/": rows[0].public_id,
        "/agreements/": agreement.public_id,
        "/visits/": visits[0].public_id,
        "/steps/": steps[0].public_id,
        "/steps/new/": projects[0].public_id,
        "/projects/": projects[0].public_id,
        "/imports/": batches[0].public_id,
        "/words/groups/": words[0][0].public_id,
        "/words/readings/": words[0][1].public_id,
        **{f"/{part}/many/": "archive" for part in ("enterprises", "leads", "visits")},
        **{address: kept[0].public_id for address, kept in furnished.items()},
        **parts,
        **{f"{each.at}many/": each.many for each in lists()},
        "/projects/many/": "tag",
        "/steps/many/": "move",
        "/lists/": "enterprise",
        "/views/": views[0].public_id,
        "/searches/": searches[0].public_id,
        "/searches/recent/": searches[0].digest,
        "/files/": stored[0].public_id,
        "/tags/": tags[0].public_id,
        "/tags/on/": projects[0].public_id,
        "/comments/": said[0].public_id,
        "/comments/on/": projects[0].public_id,
        "/attachments/": attached[0].public_id,
        "/attachments/new/": projects[0].public_id,
        "/admin/units/": team.public_id,
        "/admin/people/": at.person.public_id,
        "/admin/users/": everything.public_id,
        "/admin/memberships/": membership.public_id,
        "/admin/settings/": "idle_desk",
        "/stages/": stage_sets[0].public_id,
        "/account/sessions/": signed_in,
    }


def stage_set(number: int) -> StageSet:
    """Planned, so that it can still be changed."""
    row, was = StageSet(), db.session.scalars(select(StageSet).order_by(StageSet.valid_from)).first()
    assert was is not None
    row.valid_from, row.note = today() + timedelta(days=number + 1), f"第{number}次改"
    leads.fill_stage_set(row, was, {stage: f"{stage.label}{number}" for stage in LeadStage}, {})
    db.session.add(row)
    db.session.flush()
    return row


def new_unit(name: str, kind: UnitKind, parent: Unit | None) -> Unit:
    unit = Unit(name=name, kind=kind, parent_id=parent.id if parent else None)
    db.session.add(unit)
    db.session.flush()
    return unit


def _person(name: str, unit: Unit) -> Person:
    person = Person(name=name, post="干部", phone="13800000000", unit_id=unit.id)
    db.session.add(person)
    db.session.flush()
    return person


def new_user(login: str, roles: list[Role], unit: Unit) -> User:
    user = User(login=login, password_hash="unused", must_change_password=False)
    user.person_id = _person(f"某{login}", unit).id
    user.grants = [UserRole(role=role) for role in roles]
    db.session.add(user)
    db.session.flush()
    return user


def _membership(person: Person, team: Unit) -> TeamMembership:
    row = TeamMembership(person_id=person.id, team_id=team.id, starts_on=today() - timedelta(days=300))
    db.session.add(row)
    db.session.flush()
    return row


def _colleagues(at: Seeding, size: int) -> None:
    for number in range(size):
        department = new_unit(f"部门{number}", UnitKind.DEPARTMENT, None)
        user = new_user(f"colleague{number}", [Role.OFFICER], department)
        _membership(user.person, at.team)


def _enterprise(at: Seeding, number: int, size: int) -> Enterprise:
    name = f"苏州第{number}储能科技有限公司"
    row = Enterprise(
        name=name,
        name_key=name_key(name),
        core_key=core_key(name),
        region_code="320505",
        industry_code="C3841",
        capital=10_000_000 + number,
        capital_text="1000万元",
        established_on=date(2015, 1, 1) + timedelta(days=number),
        author_id=at.person.id,
    )
    db.session.add(row)
    db.session.flush()
    for place in range(size if number == 0 else 1):
        row.other_names.append(_other_name(number, place))
        db.session.add(_contact(row, number, place))
    db.session.flush()
    return row


def _other_name(number: int, place: int) -> EnterpriseName:
    name = f"储能{number}之{place}"
    return EnterpriseName(kind=NameKind.ALIAS, name=name, name_key=name_key(name))


def _contact(row: Enterprise, number: int, place: int) -> Contact:
    contact = Contact(enterprise_id=row.id, post="总经理")
    contact.personal = ContactPersonal(name=f"联系人{number}之{place}", phone=f"139{number:04}{place:04}")
    return contact


def _erasures(row: Enterprise, asker: Person) -> None:
    """Somebody asked that each of its people be erased."""
    for contact in row.contacts:
        asked = {"contact_id": contact.id, "open_contact_id": contact.id, "asked_by_id": asker.id}
        db.session.add(ContactErasure(**asked, reason="本人要求删除"))
    db.session.flush()


def _lead(at: Seeding, enterprise: Enterprise, number: int) -> Lead:
    return leads.create_lead(
        leads.NewLead(
            name=f"储能电芯第{number}期",
            enterprise_id=enterprise.id,
            source=LeadSource.DIRECTED,
            owner_id=at.person.id,
            unit_id=at.bureau.id,
            team_id=at.team.id,
            registered_on=at.day - timedelta(days=100 + number % 50),
            amount=read_amount("2.6亿"),
            industry_code="C3841",
            content="建设储能电芯产线",
        )
    )


def _papers(at: Seeding, lead: Lead, size: int) -> Agreement:
    made: list[Agreement] = []
    for number in range(size):
        agreement = Agreement(
            lead_id=lead.id,
            kind=AgreementKind.INTENT,
            title=f"意向协议{number}",
            signed_on=at.day - timedelta(days=number % 50),
            drafter_id=at.person.id,
        )
        db.session.add(agreement)
        db.session.flush()
        db.session.add(
            FairReview(
                agreement_id=agreement.id,
                number=f"公审〔2026〕{number} 号",
                reviewed_on=at.day,
                verdict=ReviewVerdict.PASSED,
                reviewer_id=at.person.id,
            )
        )
        made.append(agreement)
    db.session.flush()
    return made[0]


def _file(owner: Subject) -> files.StoredFile:
    row = files.StoredFile(
        owner_kind=owner.kind,
        owner_id=owner.id,
        name="协议.pdf",
        content_type="application/pdf",
        byte_count=5,
        sha256="0" * 64,
        uploaded_by="某人",
    )
    db.session.add(row)
    db.session.flush()
    return row


def _said(at: Seeding, record: Record, number: int) -> Comment:
    kind, public_id = subject_of(record)
    row = Comment(
        subject_kind=kind,
        subject_id=public_id,
        enterprise_id=company_of(record),
        text=f"第{number}次催用地",
        author_id=at.person.id,
        mentions=[CommentMention(person_id=at.person.id)],
    )
    db.session.add(row)
    db.session.flush()
    return row


def _tag(at: Seeding, record: Record, number: int) -> Tag:
    kind, public_id = subject_of(record)
    tag = Tag(kind=kind, name=f"标签{number}")
    db.session.add(tag)
    db.session.flush()
    on = {"subject_kind": kind, "subject_id": public_id, "author_id": at.person.id}
    db.session.add(Tagging(tag_id=tag.id, **on))
    db.session.flush()
    return tag


def _visit(at: Seeding, enterprise: Enterprise, lead: Lead, number: int) -> Visit:
    row = Visit(
        kind=VisitKind.OUTBOUND,
        held_on=at.day - timedelta(days=number % 90),
        enterprise_id=enterprise.id,
        lead_id=lead.id if number % 2 else None,
        place="苏州",
        summary=f"第{number}次看厂房，谈用电容量",
        needs="层高 8 米",
        author_id=at.person.id,
        unit_id=at.bureau.id,
        team_id=at.team.id,
    )
    row.participants.append(
        VisitParticipant(person_id=at.person.id, unit_id=at.bureau.id, team_id=at.team.id)
    )
    row.contacts.append(VisitContact(contact_id=enterprise.contacts[number % len(enterprise.contacts)].id))
    db.session.add(row)
    db.session.flush()
    return row


def _words(at: Seeding, number: int) -> tuple[WordGroup, WordReading]:
    group = WordGroup(words=f"储能{number}、电能储存{number}", author_id=at.person.id)
    reading = WordReading(word=f"单县{number}", reading="shan xian", author_id=at.person.id)
    db.session.add_all([group, reading])
    db.session.flush()
    return group, reading


def _step(at: Seeding, enterprise: Enterprise, lead: Lead, number: int) -> Step:
    row = Step(
        kind=StepKind.PROMISE if number else StepKind.NEXT,
        what=f"送 {number} 号厂房方案",
        due_on=at.day + timedelta(days=number % 20 - 5),
        enterprise_id=enterprise.id,
        subject_kind="lead",
        subject_id=lead.public_id,
        owner_id=at.person.id,
        author_id=at.person.id,
        unit_id=at.bureau.id,
        team_id=at.team.id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _project(at: Seeding, lead: Lead, number: int) -> Project:
    signed_on = at.day - timedelta(days=number % 60)
    row = Project(
        number=f"QY-2026-{9000 + number}",
        name=f"储能项目{number}",
        kind=ProjectKind.SIGNED,
        stage=ProjectStage.REGISTERED,
        enterprise_id=lead.enterprise_id,
        lead_id=lead.id,
        stage_since=signed_on,
        signed_on=signed_on,
        amount=260_000_000,
        unit_id=at.bureau.id,
        team_id=at.team.id,
        owner_id=at.person.id,
        author_id=at.person.id,
    )
    for stage, cause in ((ProjectStage.SIGNED, Cause.SIGNING), (ProjectStage.REGISTERED, Cause.BY_HAND)):
        move = {"kind": EntryKind.MOVE, "effective_on": signed_on, "actor_id": at.person.id}
        row.entries.append(ProjectEntry(**move, stage=stage, cause=cause))
    held = {"unit_id": at.bureau.id, "team_id": at.team.id, "owner_id": at.person.id, "amount": row.amount}
    for kind, names in (
        (EntryKind.ASSIGN, ("unit_id", "team_id", "owner_id")),
        (EntryKind.AMOUNT, ("amount",)),
    ):
        told = {name: held[name] for name in names}
        row.entries.append(
            ProjectEntry(
                kind=kind, cause=Cause.SIGNING, effective_on=signed_on, actor_id=at.person.id, **told
            )
        )
    db.session.add(row)
    db.session.flush()
    return row


def _batch(at: Seeding, number: int, size: int) -> ImportBatch:
    job = jobs.enqueue("planted", f"试运行 {number}", {})
    job.state, job.heartbeat_at = jobs.JobState.DONE, now()
    row = ImportBatch(
        kind="enterprises",
        file_name=f"企业{number}.csv",
        file_kind="csv",
        sha256=f"{number:064}",
        state=BatchState.CHECKED,
        owner_id=at.person.id,
        check_job_id=job.id,
        mapping=Layout(VOCABULARY, 1, ("企业名称",), {Column.NAME: 0}).to_json(),
        rows_read=size,
        new_count=size,
    )
    db.session.add(row)
    db.session.flush()
    for place in range(size if number == 0 else 0):
        cells = {"name": f"苏州第{place}公司"}
        db.session.add(ImportRow(batch_id=row.id, number=place + 2, verdict=RowVerdict.NEW, cells=cells))
    return row


def _view(user: User, number: int) -> ListView:
    """Of the company library, for everybody; the list does not open with it."""
    name = f"苏州的{number}"
    row = ListView(
        user_id=user.id,
        owner_name=user.person.name,
        list="enterprise",
        name=name,
        query=f"q={name}",
        is_shared=True,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _search(user: User, enterprises: list[Enterprise], number: int) -> SavedSearch:
    """Saved and asked of late; all companies are new in it."""
    same = {"user_id": user.id, "digest": f"{number:032}", "address": f"q=储能{number}&region=320505"}
    fresh = [f"enterprise:{row.public_id}" for row in enterprises]
    row = SavedSearch(
        **same, name=f"储能{number}", is_watched=True, known=[], fresh=fresh, fresh_count=len(fresh)
    )
    db.session.add_all([row, RecentSearch(**same, asked_at=now() - timedelta(minutes=number))])
    db.session.flush()
    return row
