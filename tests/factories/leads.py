"""A small county with people of several roles, and leads in each state that matters."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, Self

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.core.values.registries import GATE_FACTS
from app.core.web import files
from app.promotion.leads import services
from app.promotion.leads.enums import AgreementKind, Criterion, LeadSource, LeadStage, ReviewVerdict
from app.promotion.leads.models import Agreement, Lead
from app.register.accounts import session as browsing
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import actor_of, join_team, make_person, make_team, make_unit, make_user

_numbers = count(1)
PDF = b"%PDF-1.7\nminutes of a signing"


def an_actor(unit: Unit, role: Role = Role.OFFICER, team: Unit | None = None, name: str = "") -> Actor:
    """A person with a user of this role; with `team`, a member of that resident team for years."""
    person = make_person(name or None, unit)
    if team:
        join_team(person, team)
    return actor_of(make_user(role, person=person))


def an_enterprise(name: str = "") -> Enterprise:
    name = name or f"苏州样例{next(_numbers)}有限公司"
    enterprise = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(enterprise)
    db.session.flush()
    return enterprise


@dataclass(frozen=True, slots=True)
class County:
    """Two units, a resident team, and one person of each kind that leads know."""

    bureau: Unit
    park: Unit
    team: Unit
    head: Actor  # 招商局负责人: all of the county, may correct
    officer: Actor  # of the park
    colleague: Actor  # of the park
    resident: Actor  # of the team, at home in the bureau
    outsider: Actor  # officer of another unit
    leader: Actor
    enterprise: Enterprise


def a_county() -> County:
    root = make_unit(kind=UnitKind.COUNTY)
    bureau = make_unit(kind=UnitKind.BUREAU, parent=root)
    park = make_unit(kind=UnitKind.PARK, parent=root)
    town = make_unit(kind=UnitKind.TOWNSHIP, parent=root)
    team = make_team(parent=bureau)
    return County(
        bureau=bureau,
        park=park,
        team=team,
        head=an_actor(bureau, Role.BUREAU_HEAD),
        officer=an_actor(park),
        colleague=an_actor(park),
        resident=an_actor(bureau, Role.RESIDENT, team),
        outsider=an_actor(town),
        leader=an_actor(root, Role.LEADER),
        enterprise=an_enterprise(),
    )


def person_id(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id


def new_lead(county: County, actor: Actor | None = None, **changed: Any) -> services.NewLead:
    values: dict[str, Any] = {
        "name": "储能电芯与模组一期",
        "enterprise_id": county.enterprise.id,
        "source": LeadSource.DIRECTED,
        "owner_id": person_id(actor or county.officer),
        "registered_on": today() - timedelta(days=60),
        "amount": read_amount("2.6亿"),
    }
    return services.NewLead(**(values | changed))


def a_lead(county: County, actor: Actor | None = None, **changed: Any) -> Lead:
    """A lead just registered by `actor` (the park's officer unless given)."""
    actor = actor or county.officer
    with acting_as(actor):
        lead = services.create_lead(new_lead(county, actor, **changed))
    db.session.commit()
    return lead


def a_confidential_lead(county: County, actor: Actor | None = None, **changed: Any) -> Lead:
    return a_lead(county, actor, confidential=True, **changed)


def move(lead: Lead, to: LeadStage, actor: Actor, on: date | None = None, **more: Any) -> None:
    with acting_as(actor):
        services.advance_stage(lead, to, on or lead.stage_since, **more)
    db.session.commit()


def a_lead_at(county: County, stage: LeadStage, **changed: Any) -> Lead:
    """A lead taken to a stage with all that the gates on the way ask for, except a visit (ContactMade)."""
    lead = a_lead(county, **changed)
    for to in tuple(LeadStage)[1 : tuple(LeadStage).index(stage) + 1]:
        fill_for(lead, to, county)
        move(lead, to, county.officer)
    return lead


def fill_for(lead: Lead, to: LeadStage, county: County) -> None:
    """Fills in what a stage asks for, as people would; papers are of the day of the last move."""
    officer, day = county.officer, lead.stage_since
    values: dict[LeadStage, dict[str, Any]] = {
        LeadStage.FIRST_TALK: {
            "assessment": "符合产业方向，建议跟进",
            "first_negotiator_id": person_id(officer),
            "first_talk_on": day,
        },
        LeadStage.REVIEWING: {"summary": "年产 2 GWh 储能电芯"},
        LeadStage.APPROVED: {
            "conclusion": "同意引进",
            "conclusion_on": day,
            "conclusion_number": "〔2026〕21 号",
        },
    }
    with acting_as(officer):
        if to in values:
            services.update_lead(lead, lead.version, values[to])
        if to is LeadStage.SIGNED:
            a_reviewed_contract(lead, county)
    db.session.commit()


def a_lead_ready_to_sign(county: County, **changed: Any) -> Lead:
    lead = a_lead_at(county, LeadStage.APPROVED, **changed)
    fill_for(lead, LeadStage.SIGNED, county)
    return lead


def a_signed_lead(county: County, **changed: Any) -> Lead:
    return a_lead_at(county, LeadStage.SIGNED, **changed)


def a_file(name: str = "协议.pdf", content: bytes = PDF) -> FileStorage:
    return FileStorage(io.BytesIO(content), name, "file", "application/pdf")


def a_contract(
    lead: Lead,
    county: County,
    upload: FileStorage | None = None,
    *,
    scanned: bool = True,
    **changed: Any,
) -> Agreement:
    values: dict[str, Any] = {
        "kind": AgreementKind.CONTRACT,
        "title": "投资协议",
        "drafter_id": person_id(county.officer),
        "signed_on": today(),
        "amount": read_amount("2.6亿"),
    }
    with acting_as(county.officer):
        scan = files.store(upload or a_file()) if scanned else None
        data = services.AgreementData(**(values | changed))
        return services.add_agreement(lead, data, scan)


def an_asked_review(agreement: Agreement, county: County, reviewer: Actor | None = None) -> None:
    """Asked of the colleague by the officer, and not concluded yet."""
    with acting_as(county.officer):
        services.ask_review(agreement, person_id(reviewer or county.colleague), today() + timedelta(days=7))


def a_review(agreement: Agreement, county: County, reviewer: Actor | None = None, **changed: Any) -> None:
    """Concluded by who was asked."""
    reviewer = reviewer or county.colleague
    an_asked_review(agreement, county, reviewer)
    with acting_as(reviewer):
        services.conclude_review(agreement, a_conclusion(**changed))


def a_conclusion(**changed: Any) -> services.Conclusion:
    values: dict[str, Any] = {
        "number": "公审〔2026〕7 号",
        "reviewed_on": today(),
        "verdict": ReviewVerdict.PASSED,
    } | changed
    if values["verdict"] is not ReviewVerdict.PASSED:
        values = {"opinion": "第三条只奖一家企业，删去"} | values
    return services.Conclusion(**values)


def a_reviewed_contract(lead: Lead, county: County) -> Agreement:
    """Reviewed and signed on the day of the lead's last move."""
    agreement = a_contract(lead, county, signed_on=lead.stage_since)
    a_review(agreement, county, reviewed_on=lead.stage_since)
    return agreement


def redate(lead: Lead, county: County, day: date) -> None:
    """Writes another day on the contract of a lead, as somebody does who wrote the wrong one."""
    [contract] = lead.agreements
    with acting_as(county.officer):
        data = services.AgreementData(
            kind=contract.kind,
            title=contract.title,
            drafter_id=contract.drafter_id,
            signed_on=day,
            amount=read_amount(contract.amount_text),
        )
        services.update_agreement(contract, contract.version, data)
    db.session.commit()


class ContactMade:
    """Stands in for visits where only leads are under test: answers the gate's question as it is told."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer

    def __enter__(self) -> Self:
        self._before = dict(GATE_FACTS.items())
        GATE_FACTS._entries[Criterion.CONTACT_MADE] = lambda lead_ids: set(lead_ids) if self.answer else set()
        return self

    def __exit__(self, *_error: object) -> None:
        GATE_FACTS._entries.clear()
        GATE_FACTS._entries.update(self._before)


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """A browser in which this person is signed in."""
    assert actor.user_id is not None
    token = browsing.begin(actor.user_id, "127.0.0.1", "tests")
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
