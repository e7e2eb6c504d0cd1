"""One act after another is done, each by its person and at its instant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from sqlalchemy import select

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.records.history import EntryKind
from app.core.storage import changes
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values import clock
from app.core.values.money import read_amount
from app.core.web import files
from app.county.demo import acts, county
from app.county.demo.calendar import DAY, HistorySpan
from app.county.demo.paper import paper
from app.county.demo.services import chains, expenses, reports, residents, targets
from app.delivery.projects import services as projects
from app.delivery.projects.models import Project
from app.finding.words import services as words
from app.promotion.leads import queries as lead_queries
from app.promotion.leads import services as leads
from app.promotion.leads.models import Agreement, Lead
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import is_about
from app.promotion.steps.services import close_step
from app.promotion.visits import services as visits
from app.register.accounts import passwords
from app.register.accounts import services as accounts
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import actor_by_login
from app.register.enterprises import services as enterprises
from app.register.enterprises.models import Contact, Enterprise

PASSWORD = "qinglan-yanshi"  # noqa: S105 - of every demo sign-in: printed, and refused in production


@dataclass(slots=True)
class Loader:
    """What has been written so far, by the plan's numbers and logins."""

    companies: list[acts.Company]
    span: HistorySpan
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    enterprises: dict[int, Enterprise] = field(default_factory=dict)
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    leads: dict[int, Lead] = field(default_factory=dict)
    contracts: dict[int, Agreement] = field(default_factory=dict)
    steps: dict[acts.StepKey, Step] = field(default_factory=dict)
    actors: dict[tuple[str, int], Actor] = field(default_factory=dict)

    def do(self, act: acts.Deed) -> None:
        """One act, by its person and at its instant."""
        with _by(self._actor(act.by, act.at), act.at):
            _DOING[type(act)](self, act)

    def _actor(self, login: str, at: datetime) -> Actor:
        """The person as of that turn of the teams: nothing else about them changes."""
        key = (login, self.span.turn_on(at.date()))
        if key not in self.actors:
            with clock.as_if(at):
                self.actors[key] = actor_by_login(login)
        return self.actors[key]

    def person_id(self, login: str) -> int:
        return self.people[login].id

    # --- the county itself ---

    def people_and_units(self) -> None:
        """Units, people, sign-ins and teams: entered before the history begins."""
        at = clock.start_of(self.span.first - DAY) + timedelta(hours=9)
        with _by(SYSTEM, at):
            for position, (name, kind, above) in enumerate(county.UNITS):
                parent = self.units[above] if above else None
                self.units[name] = accounts.save_unit(None, name, kind, parent, position)
            for place, somebody in enumerate(county.PEOPLE):
                self._enter(somebody, place)
            self._fill_teams()
            words.add_starter()

    def _enter(self, somebody: county.Somebody, place: int) -> None:
        unit = self.units[somebody.unit]
        data = accounts.PersonData(somebody.name, somebody.post, f"1710000{place + 1:04d}", unit)
        person = self.people[somebody.login] = accounts.save_person(None, data)
        if somebody.role is not None:
            stored = passwords.hashed(PASSWORD)
            accounts.create_user(person, somebody.login, [somebody.role], stored, must_change=False)

    def _fill_teams(self) -> None:
        for turn, teams in enumerate(county.TURNS):
            starts = self.span.turn_starts(turn)
            ends = self.span.turn_starts(turn + 1) - DAY if turn + 1 < len(county.TURNS) else None
            for team, logins in zip(county.TEAMS, teams, strict=True):
                for login in logins:
                    accounts.join_team(
                        self.people[login], self.units[team], starts, ends, is_head=login == logins[0]
                    )

    # --- companies ---

    def register_company(self, act: acts.RegisterCompany) -> None:
        row = self.companies[act.company]
        self.enterprises[act.company] = enterprises.create_enterprise(
            enterprises.EnterpriseData(
                name=row.name,
                credit_code=row.code,
                region=row.region,
                industry=row.industry,
                capital_text=row.capital,
                established_on=row.founded,
                scope=row.scope,
                origin=act.origin,
            )
        )

    def add_contact(self, act: acts.AddContact) -> None:
        data = enterprises.ContactData(act.name, act.post, act.phone, is_decider=act.is_decider)
        contact = enterprises.add_contact(self.enterprises[act.company], data)
        self.contacts.setdefault(act.company, []).append(contact)

    # --- leads ---

    def register_lead(self, act: acts.RegisterLead) -> None:
        enterprise = self.enterprises[act.company]
        lead = self.leads[act.lead] = leads.create_lead(
            leads.NewLead(
                name=act.name,
                enterprise_id=enterprise.id,
                source=act.source,
                owner_id=self.person_id(act.owner),
                registered_on=act.on,
                introducer=act.introducer,
                industry_code=enterprise.industry_code,
                amount=read_amount(act.amount),
                land_mu=Decimal(act.land),
                jobs_planned=act.jobs,
                content=act.content,
                confidential=act.confidential,
                member_ids=tuple(self.person_id(login) for login in act.members),
                next_what=act.step,
                next_on=act.step_on,
            )
        )
        step = db.session.scalars(select(Step).where(is_about(subject_of(lead)))).one()
        self.steps["lead", act.lead, 0] = step

    def fill_lead(self, act: acts.FillLead) -> None:
        lead = self.leads[act.lead]
        leads.update_lead(lead, lead.version, {key: self._value(value) for key, value in act.values.items()})

    def _value(self, value: Any) -> Any:
        is_login = isinstance(value, str) and value.startswith("@")
        return self.person_id(value[1:]) if is_login else value

    def move_lead(self, act: acts.MoveLead) -> None:
        leads.advance_stage(
            self.leads[act.lead], act.to, act.on, act.reason, act.evidence, reason_code=act.reason_code
        )

    def correct_lead(self, act: acts.CorrectLead) -> None:
        lead = self.leads[act.lead]
        moves = [entry for entry in lead_queries.entries_of(lead) if entry.kind is EntryKind.MOVE]
        leads.correct_entry(lead, moves[0].id, act.reason)

    def assign_lead(self, act: acts.AssignLead) -> None:
        leads.assign_lead(
            self.leads[act.lead],
            owner_id=self.person_id(act.owner),
            effective_on=act.on,
            reason=act.reason,
        )

    def change_amount(self, act: acts.ChangeAmount) -> None:
        leads.change_amount(self.leads[act.lead], read_amount(act.amount), act.on, reason=act.reason)

    def plan_step(self, act: acts.PlanStep) -> None:
        lead = self.leads[act.lead]
        leads.set_next_step(lead, act.what, act.due_on, lead.owner_id)

    # --- visits and steps ---

    def log_visit(self, act: acts.LogVisit) -> None:
        author = self.people[act.by]
        contacts = self.contacts[act.company]
        visit = visits.log_visit(
            visits.VisitData(
                kind=act.kind,
                held_on=act.on,
                enterprise=self.enterprises[act.company],
                lead=self.leads[act.lead] if act.lead is not None else None,
                place=act.place,
                summary=act.summary,
                needs=act.needs,
                people=[self.people[login] for login in act.people],
                contacts=[contacts[place] for place in act.contacts],
                promises=[visits.Todo(what, due_on, author) for what, due_on in act.promises],
                next_step=visits.Todo(act.step, act.step_on, author),
            )
        )
        opened = select(Step).where(Step.visit_id == visit.id).order_by(Step.id)
        for step in db.session.scalars(opened):
            self.steps["visit", act.visit, int(step.kind is StepKind.PROMISE)] = step

    def close_step(self, act: acts.CloseStep) -> None:
        step = self.steps[act.step]
        if step.state is StepState.OPEN:  # a lost lead has dropped its next steps by itself
            close_step(step, act.outcome)

    # --- agreements and projects ---

    def draft_agreement(self, act: acts.DraftAgreement) -> None:
        drafter = self.leads[act.lead].owner_id
        data = leads.AgreementData(
            kind=act.kind, title=act.title, drafter_id=drafter, amount=read_amount(act.amount)
        )
        self.contracts[act.lead] = leads.add_agreement(self.leads[act.lead], data)

    def ask_review(self, act: acts.AskReview) -> None:
        leads.ask_review(self.contracts[act.lead], self.person_id(act.reviewer), act.until)

    def review_agreement(self, act: acts.ReviewAgreement) -> None:
        agreement = self.contracts[act.lead]
        found = leads.Conclusion(
            number=act.number, reviewed_on=act.on, verdict=act.verdict, opinion=act.opinion
        )
        if act.by == act.reviewer:
            leads.conclude_review(agreement, found)
        else:
            page = scan("公平竞争审查结论书", agreement.title, act.number, f"结论 {act.verdict.label}")
            leads.record_paper(agreement, self.person_id(act.reviewer), found, page)

    def sign_agreement(self, act: acts.SignAgreement) -> None:
        agreement = self.contracts[act.lead]
        data = leads.AgreementData(
            kind=agreement.kind,
            title=agreement.title,
            drafter_id=agreement.drafter_id,
            signed_on=act.on,
            amount=read_amount(agreement.amount_text),
        )
        page = scan(agreement.title, f"签订日期 {act.on}", f"金额 {agreement.amount_text}元")
        leads.update_agreement(agreement, agreement.version, data, page)

    def move_project(self, act: acts.MoveProject) -> None:
        project = db.session.scalars(select(Project).where(Project.lead_id == self.leads[act.lead].id)).one()
        projects.advance_project(project, act.to, act.on, reason=act.reason, evidence=act.evidence)


_DOING: dict[type[acts.Deed], Callable[[Loader, Any], None]] = {
    acts.RegisterCompany: Loader.register_company,
    acts.AddContact: Loader.add_contact,
    acts.RegisterLead: Loader.register_lead,
    acts.FillLead: Loader.fill_lead,
    acts.MoveLead: Loader.move_lead,
    acts.CorrectLead: Loader.correct_lead,
    acts.AssignLead: Loader.assign_lead,
    acts.ChangeAmount: Loader.change_amount,
    acts.PlanStep: Loader.plan_step,
    acts.LogVisit: Loader.log_visit,
    acts.CloseStep: Loader.close_step,
    acts.DraftAgreement: Loader.draft_agreement,
    acts.AskReview: Loader.ask_review,
    acts.ReviewAgreement: Loader.review_agreement,
    acts.SignAgreement: Loader.sign_agreement,
    acts.MoveProject: Loader.move_project,
    **chains.DOING,
    **targets.DOING,
    **expenses.DOING,
    **reports.DOING,
    **residents.DOING,
}


def scan(title: str, *lines: str) -> files.Stored:
    """An invented paper, stored as a scan would be."""
    page = paper(title, *lines, "演示文件，内容是虚构的")
    return files.store(
        files.Upload(stream=BytesIO(page), filename=f"{title}.pdf", content_type="application/pdf")
    )


@contextmanager
def _by(actor: Actor, at: datetime) -> Iterator[None]:
    """A stretch of the history by one person at one instant, audited as such."""
    with clock.as_if(at), acting_as(actor):
        yield
        changes.settle(db.session())
