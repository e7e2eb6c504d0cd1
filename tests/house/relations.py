"""A county for the question who may do what: in each role somebody in each relation to the same records.

Of the shared records some are of their unit, their team, name them, or are nothing to them; and of each
person there is a set that is their own. All of it twice: open, and about a confidential lead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from app.core.access.auth import Actor, acting_as
from app.core.records.history import Cause, EntryKind
from app.core.records.setups import ListView
from app.core.storage.db import Record, db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.web.files import Stored, StoredFile
from app.core.work import jobs
from app.delivery.projects.enums import ProjectKind, ProjectStage
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.imports.columns import Layout
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.enums import BatchState
from app.exchange.imports.models import ImportBatch
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from app.finding.words.models import WordGroup, WordReading
from app.promotion.leads import services as leads
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Agreement, Lead, LeadMember
from app.promotion.steps import services as steps
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.visits import services as visits
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts import session as browsing
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, Unit
from app.register.attachments import services as attachments
from app.register.comments import services as comments
from app.register.enterprises.models import Contact, ContactErasure, Enterprise
from app.register.tags.models import Tag
from tests.factories.accounts import actor_of, join_team, make_person, make_team, make_unit, make_user
from tests.factories.enterprises import file_away, make_contact, make_enterprise
from tests.factories.leads import County, a_contract, a_county, an_asked_review, new_lead, person_id
from tests.house.county import stage_set
from tests.house.furnishing import furnishings
from tests.house.write_route_table import SHORT

SHARED_BY = ("none", "unit", "team", "named", "bureau")
RELATIONS = (*SHARED_BY, "owner")
OPEN, SECRET = "open", "secret"
UNLIKE = (
    *("晨曦", "鸿鹄", "磐石", "碧波", "锦程", "云帆", "雷霆"),
    *("玉兰", "松柏", "飞雁", "星汉", "金穗", "长风", "瑞雪"),
)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who tries."""

    role: str  # as the table of routes writes it
    relation: str
    actor: Actor
    public_id: str
    token: str  # of a browser in which they are signed in

    def __str__(self) -> str:
        return f"{self.role} {self.relation}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as a page would hold it."""

    public_id: str
    version: int
    number: str = ""  # or the name, or the person, by which a form speaks of it


Records = dict[str, Kept]


@dataclass(frozen=True, slots=True)
class Situation:
    """Everybody, and the records that they try: by secrecy, and by role for those that are their own."""

    people: tuple[Who, ...]
    shared: dict[str, Records]
    own: dict[tuple[str, str], Records]
    colleague: str  # public ids of somebody else to give things to, of their unit and of a team
    unit: str
    team: str

    def records_for(self, who: Who, secrecy: str) -> Records:
        return self.own[secrecy, who.role] if who.relation == "owner" else self.shared[secrecy]


@dataclass(frozen=True, slots=True)
class Ties:
    """What one set of records hangs on: who made it, where it belongs, who is named, who is asked."""

    maker: Actor
    unit: Unit
    team: Unit | None
    named: tuple[Who, ...]
    reviewer: Actor
    asks_to_erase: int
    unlike: Iterator[str]  # names of companies that nobody takes for one another


def build() -> Situation:
    """Fills an empty database."""
    county = a_county()
    people = tuple(_somebody(county, role, relation) for role in Role for relation in RELATIONS)
    named = tuple(who for who in people if who.relation == "named")
    found = {(who.role, who.relation): who.actor for who in people}
    unlike = iter(UNLIKE)
    common = Ties(
        county.officer,
        county.park,
        county.team,
        named,
        found["OFF", "named"],
        person_id(found["OFF", "team"]),
        unlike,
    )
    shared = {secrecy: _records(county, common, secrecy) for secrecy in (OPEN, SECRET)}
    own = {}
    for who in people:
        if who.relation == "owner":
            # With an officer's rights, as they may have had when they wrote it.
            maker = replace(county.officer, person_id=who.actor.person_id, user_id=who.actor.user_id)
            unit = db.session.get_one(Unit, who.actor.unit_id)
            ties = Ties(maker, unit, None, (), county.colleague, person_id(county.colleague), unlike)
            own |= {(secrecy, who.role): _records(county, ties, secrecy) for secrecy in (OPEN, SECRET)}
    county_wide = _county_wide(county)
    for records in (*shared.values(), *own.values()):
        records.update(county_wide)
    colleague = db.session.get_one(Person, county.colleague.person_id)
    db.session.commit()
    return Situation(people, shared, own, colleague.public_id, county.park.public_id, county.team.public_id)


def _somebody(county: County, role: Role, relation: str) -> Who:
    units = {"unit": county.park, "bureau": county.bureau}
    unit = units.get(relation) or make_unit(f"{role.value} {relation}", UnitKind.TOWNSHIP)
    person = make_person(f"{SHORT[role]} {relation}", unit)
    if relation == "team":
        join_team(person, county.team)
    user = make_user(role, person=person)
    actor = actor_of(user)
    token = browsing.begin(user.id, "127.0.0.1", "tests")
    return Who(SHORT[role], relation, actor, person.public_id, token)


def _records(county: County, ties: Ties, secrecy: str) -> Records:
    with acting_as(ties.maker):
        company = make_enterprise()
        contact, unwanted, gone = (
            make_contact(company, name, phone)
            for name, phone in (("贺晓冬", "13812346021"), ("孟庆川", "13812346022"), ("江岚", "13812346023"))
        )
        closed_company = file_away(make_enterprise(f"{next(ties.unlike)}造船有限公司"))
        lead = _lead(county, ties, company, secrecy, "储能电芯一期")
        moved = _lead(county, ties, company, secrecy, "储能电芯二期")
        leads.advance_stage(moved, LeadStage.ON_HOLD, today(), "等土地指标")
        filed = _lead(county, ties, company, secrecy, "储能电芯三期")
        leads.archive_lead(filed, "不做了")
        agreement = _agreement(county, ties, lead)
        visit, old_visit = (_visit(ties, company, lead) for _ in range(2))
        visits.archive_visit(old_visit, old_visit.version, "记重了")
        step, done = (_step(ties, lead) for _ in range(2))
        steps.close_step(done, "已送")
        project = _project(ties, moved)
        batch = _batch(ties)
        search, recent = _searches(ties)
        comment = comments.say(subject_of(lead), "请盯紧用地")
        file, file_off = (_file(lead) for _ in range(2))
        attachments.take_off(file_off, file_off.version)

        view = _view(ties)
        furnished = {name: row for each in furnishings() for name, row in each.shared(ties).items()}
    gone.archived_at = now()
    for each in (contact, unwanted, gone):
        each.written_by_id = None if ties.named else ties.maker.person_id
    if secrecy == SECRET:  # all that ties anybody to the company is what is confidential
        for each in (company, closed_company):
            each.author_id = each.unit_id = each.team_id = None
    else:
        for each in (company, closed_company):
            each.unit_id, each.team_id = ties.unit.id, ties.team.id if ties.team else None
    asked = _erasure(unwanted, ties)
    for row in (lead, moved, filed, visit, old_visit, step, done, project):
        row.created_at = now() - timedelta(days=2)  # what was entered today opens nothing yet
    db.session.flush()
    rows: dict[str, Record | SavedSearch] = {
        "company": company,
        "closed company": closed_company,
        "contact": contact,
        "unwanted contact": unwanted,
        "gone contact": gone,
        "lead": lead,
        "moved lead": moved,
        "filed lead": filed,
        "agreement": agreement,
        "visit": visit,
        "old visit": old_visit,
        "step": step,
        "done step": done,
        "project": project,
        "batch": batch,
        "search": search,
        "comment": comment,
        "file": file,
        "file taken off": file_off,
        "view": view,
        **furnished,
    }
    kept = {name: Kept(row.public_id, getattr(row, "version", 0)) for name, row in rows.items()}
    kept["erasure"] = Kept(asked.public_id, asked.version)
    kept["moved lead"] = replace(kept["moved lead"], number=moved.number)
    kept["agreement"] = replace(kept["agreement"], number=agreement.drafter.public_id)
    kept["company"] = replace(kept["company"], number=company.name)
    kept["recent search"] = Kept(recent.digest, 0)
    return kept


def _county_wide(county: County) -> Records:
    """What belongs to nobody: accounts, units, words."""
    user, disabled = make_user(unit=county.park), make_user(unit=county.park)
    disabled.disabled_at = now()
    person, left = make_person(unit=county.park), make_person(unit=county.park)
    unit, closed_unit = make_unit("招商四科"), make_unit("招商五科")
    left.archived_at = closed_unit.archived_at = now()
    membership = join_team(make_user(Role.RESIDENT, unit=county.park).person, make_team())
    author = person_id(county.head)
    group = WordGroup(words="锂电、锂电池", author_id=author)
    reading = WordReading(word="费县", reading="bi xian", author_id=author)
    tag, stopped = (Tag(kind="lead", name=name) for name in ("重点", "旧的"))
    stopped.archived_at = now()
    db.session.add_all([group, reading, tag, stopped])
    db.session.flush()
    rows: dict[str, Record] = {
        "user": user,
        "disabled user": disabled,
        "person": person,
        "left person": left,
        "unit": unit,
        "closed unit": closed_unit,
        "membership": membership,
        "tag": tag,
        "stopped tag": stopped,
        "word group": group,
        "word reading": reading,
        "stage set": stage_set(0),
    }
    return {name: Kept(row.public_id, row.version) for name, row in rows.items()}


def _lead(county: County, ties: Ties, company: Enterprise, secrecy: str, name: str) -> Lead:
    lead = leads.create_lead(
        new_lead(
            county,
            name=name,
            enterprise_id=company.id,
            unit_id=ties.unit.id,
            team_id=ties.team.id if ties.team else None,
            confidential=secrecy == SECRET,
        )
    )
    lead.owner_id = person_id(ties.maker)
    lead.members = [LeadMember(person_id=person_id(who.actor)) for who in ties.named]
    db.session.flush()
    return lead


def _agreement(county: County, ties: Ties, lead: Lead) -> Agreement:
    agreement = a_contract(lead, county, scanned=False, signed_on=None, drafter_id=person_id(ties.maker))
    an_asked_review(agreement, county, ties.reviewer)
    return agreement


def _visit(ties: Ties, company: Enterprise, lead: Lead) -> Visit:
    visit = visits.log_visit(
        visits.VisitData(VisitKind.OUTBOUND, today(), company, "看了厂房，谈用电容量", lead, "苏州")
    )
    visit.unit_id, visit.team_id = ties.unit.id, ties.team.id if ties.team else None
    _take_part(visit, ties.named)
    db.session.flush()
    return visit


def _take_part(visit: Visit, named: Iterable[Who]) -> None:
    for row in visit.participants:
        row.unit_id, row.team_id = visit.unit_id, visit.team_id
    for who in named:
        assert who.actor.unit_id is not None
        visit.participants.append(VisitParticipant(person_id=person_id(who.actor), unit_id=who.actor.unit_id))


def _step(ties: Ties, lead: Lead) -> Step:
    return steps.open_step(
        subject_of(lead),
        lead,
        kind=StepKind.NEXT,
        what="送厂房方案",
        due_on=today() + timedelta(days=3),
        owner_id=person_id(ties.maker),
    )


def _project(ties: Ties, lead: Lead) -> Project:
    day, maker = today() - timedelta(days=2), person_id(ties.maker)
    row = Project(
        number=f"QY-{lead.number}",
        name="储能项目",
        kind=ProjectKind.SIGNED,
        stage=ProjectStage.REGISTERED,
        enterprise_id=lead.enterprise_id,
        lead_id=lead.id,
        stage_since=day,
        signed_on=day,
        amount=260_000_000,
        unit_id=lead.unit_id,
        team_id=lead.team_id,
        owner_id=maker,
        author_id=maker,
        confidential=lead.confidential,
    )
    same = {"effective_on": day, "actor_id": maker, "cause": Cause.SIGNING}
    held = {"unit_id": row.unit_id, "team_id": row.team_id, "owner_id": maker}
    row.entries.append(ProjectEntry(kind=EntryKind.MOVE, **same, stage=ProjectStage.SIGNED))
    row.entries.append(ProjectEntry(kind=EntryKind.ASSIGN, **same, **held))
    row.entries.append(ProjectEntry(kind=EntryKind.AMOUNT, **same, amount=row.amount))
    registered = {"stage": ProjectStage.REGISTERED, "cause": Cause.BY_HAND}
    row.entries.append(ProjectEntry(kind=EntryKind.MOVE, **(same | registered)))
    db.session.add(row)
    db.session.flush()
    return row


def _batch(ties: Ties) -> ImportBatch:
    job = jobs.enqueue("planted", "试运行", {})
    job.state, job.heartbeat_at = jobs.JobState.DONE, now()
    row = ImportBatch(
        kind="enterprises",
        file_name="企业.csv",
        file_kind="csv",
        sha256="0" * 64,
        state=BatchState.CHECKED,
        owner_id=person_id(ties.maker),
        check_job_id=job.id,
        mapping=Layout(VOCABULARY, 1, ("企业名称",), {Column.NAME: 0}).to_json(),
        rows_read=1,
        new_count=1,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _searches(ties: Ties) -> tuple[SavedSearch, RecentSearch]:
    number = db.session.query(SavedSearch).count()
    same = {"user_id": ties.maker.user_id, "digest": f"{number:032}", "address": "q=储能"}
    saved = SavedSearch(**same, name="储能", is_watched=True, known=[], fresh=["enterprise:x"], fresh_count=1)
    recent = RecentSearch(**same, asked_at=now())
    db.session.add_all([saved, recent])
    db.session.flush()
    return saved, recent


def _file(lead: Lead) -> StoredFile:
    stored = Stored("报价单.pdf", "application/pdf", 5, "0" * 64)
    return attachments.add(subject_of(lead), stored)


def _view(ties: Ties) -> ListView:
    name = f"储能{db.session.query(ListView).count()}"
    same = {"user_id": ties.maker.user_id, "owner_name": ties.maker.name}
    view = ListView(**same, list="enterprise", name=name, query=f"q={name}", is_shared=False)
    db.session.add(view)
    db.session.flush()
    return view


def _erasure(contact: Contact, ties: Ties) -> ContactErasure:
    asked = ContactErasure(
        contact_id=contact.id,
        open_contact_id=contact.id,
        asked_by_id=ties.asks_to_erase,
        reason="本人要求删除",
    )
    db.session.add(asked)
    db.session.flush()
    return asked
