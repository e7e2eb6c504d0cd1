"""One visibility rule: SQL, the row and the index agree for everybody and every row of every table."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.access.reach import Reach
from app.core.access.scopes import Access, Scope
from app.core.index.searching import SOURCES, access_of
from app.core.values.clock import as_if, now, today
from app.core.values.registries import Moved
from app.delivery.projects import services as projects
from app.delivery.projects.models import Project
from app.delivery.projects.policy import PROJECT_ACCESS
from app.promotion.campaigns.models import Campaign, CampaignPart
from app.promotion.campaigns.policy import CAMPAIGN_ACCESS
from app.promotion.leads import projection
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadMember, LeadReach, LeadSpan
from app.promotion.leads.policy import LEAD_ACCESS, visible_in
from app.promotion.outings.models import Outing, OutingMember
from app.promotion.outings.policy import OUTING_ACCESS
from app.promotion.steps.policy import STEP_ACCESS
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.policy import VISIT_ACCESS
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Unit
from app.register.accounts.queries import actor_for_user
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from app.register.enterprises.policy import COMPANY_ACCESS, WORK
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from tests.factories.accounts import make_team, make_unit
from tests.factories.campaigns import a_campaign
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import a_county, a_lead, an_actor, person_id
from tests.factories.outings import an_outing
from tests.factories.steps import make_step
from tests.factories.visits import a_visit, person_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
ACCESS: dict[str, Access[Any]] = {
    "campaigns": CAMPAIGN_ACCESS,
    "companies": COMPANY_ACCESS,
    "leads": LEAD_ACCESS,
    "outings": OUTING_ACCESS,
    "projects": PROJECT_ACCESS,
    "steps": STEP_ACCESS,
    "visits": VISIT_ACCESS,
}
ROWS = 10  # of each table


class Chance:
    """A county in which who holds, wrote and took part in what is left to chance, as is what is archived, who
    is charged with which chain, and which companies belong to one.
    """

    def __init__(self, session: Db, seed: int) -> None:
        self._session, self._draw = session, random.Random(seed)
        top = make_unit(kind=UnitKind.DEPARTMENT)
        self._units = [top, make_unit(parent=top), make_unit(parent=top), make_unit(kind=UnitKind.BUREAU)]
        self._teams: list[Unit | None] = [None, make_team(parent=self._units[3]), make_team(parent=top)]
        one_of, roles = self._draw.choice, [*Role, *self._draw.choices([*Role], k=5)]
        self._people = [an_actor(one_of(self._units), role, one_of(self._teams)) for role in roles]
        self.actors = [*self._people, SYSTEM, Actor(1, None, "未设人员", reach=Reach.COUNTY)]
        self._county = a_county()
        self.companies = [make_enterprise() for _ in range(ROWS)]
        self._leave_chains_to_chance()
        leads = [self._a_lead(company) for company in self.companies]
        made: dict[str, list[Any]] = {
            "leads": leads,
            "projects": [self._a_project(lead) for lead in leads],
            "visits": [self._a_visit(one_of([*leads, None])) for _ in range(ROWS)],
            "steps": [make_step(on=one_of(self.companies)) for _ in range(ROWS)],
        }
        with acting_as(SYSTEM):
            for kind, rows in made.items():
                for row in rows:
                    self._leave_to_chance(row, may_be_nobodys=kind == "steps")
            for company in self.companies:
                self._leave_to_chance(company, may_be_nobodys=True)
                company.archived_at = None
            session.flush()
            made["campaigns"] = [self._a_campaign() for _ in range(ROWS)]
            made["outings"] = [self._an_outing() for _ in range(ROWS)]
            for lead in leads:
                projection.rewrite(lead)
            session.commit()
        self.rows: dict[str, list[Any]] = {"companies": self.companies, **made}

    def _leave_chains_to_chance(self) -> None:
        """Posts that ended, last, or begin; companies confirmed, refused, on links that are there, were
        merged or taken off; a chain that is archived.
        """
        chains = [Chain(code=f"C-{each}", name=f"产业链{each}") for each in range(4)]
        self._session.add_all(chains)
        self._session.flush()
        for chain in chains:
            nodes = [
                ChainNode(chain_id=chain.id, code=f"N{each}", name=f"环节{each}", tier=ChainTier.MIDSTREAM)
                for each in range(3)
            ]
            self._session.add_all(nodes)
            self._session.flush()
            nodes[1].merged_into_id, nodes[1].archived_at = nodes[0].id, now()
            nodes[self._draw.choice((0, 2))].archived_at = self._draw.choice((None, now()))
            for node in nodes:
                for company in self._draw.sample(self.companies, 3):
                    state = self._draw.choice((*PlacementState, PlacementState.CONFIRMED))
                    row = NodePlacement(
                        node_id=node.id, enterprise_id=company.id, state=state, hits=[], proposed_on=today()
                    )
                    self._session.add(row)
            for who in self._draw.sample(self._people, 6):
                begins, lasts = self._draw.choice(((-9, None), (-9, -1), (0, 0), (-9, 9), (1, None)))
                row = ChainPost(
                    chain_id=chain.id,
                    person_id=person_id(who),
                    post=self._draw.choice(list(PostKind)),
                    starts_on=today() + timedelta(days=begins),
                    ends_on=None if lasts is None else today() + timedelta(days=lasts),
                )
                self._session.add(row)
        chains[3].archived_at = now()
        self._session.flush()
        self._people = [actor_for_user(who.user_id or 0) or who for who in self._people]
        self.actors = [*self._people, *self.actors[-2:]]

    def _person(self) -> int:
        return person_id(self._draw.choice(self._people))

    def _a_lead(self, company: Enterprise) -> Lead:
        lead = a_lead(self._county, enterprise_id=company.id)
        people = {self._person() for _ in range(self._draw.randrange(3))}
        lead.members = [LeadMember(person_id=each) for each in people]
        return lead

    def _a_project(self, lead: Lead) -> Project:
        with acting_as(self._county.officer):
            project = projects.create_from_lead(
                Moved("lead", lead, LeadStage.APPROVED, LeadStage.SIGNED, lead.registered_on)
            )
        project.lead = self._draw.choice([lead, lead, None])
        return project

    def _a_visit(self, lead: Lead | None) -> Visit:
        company = lead.enterprise if lead else self._draw.choice(self.companies)
        writer = self._county.officer
        visit = a_visit(self._county, writer, enterprise=company, lead=lead, people=[person_of(writer)])
        visit.participants = [
            VisitParticipant(person_id=each, unit_id=self._unit().id, team_id=self._team())
            for each in {self._person() for _ in range(1 + self._draw.randrange(2))}
        ]
        return visit

    def _a_campaign(self) -> Campaign:
        """Units and teams take part, and people alone."""
        campaign = a_campaign(self._county.officer)
        campaign.parts = [
            CampaignPart(unit_id=self._unit().id, team_id=self._team()),
            *(CampaignPart(person_id=self._person()) for _ in range(self._draw.randrange(3))),
        ]
        self._leave_to_chance(campaign, may_be_nobodys=False)
        return campaign

    def _an_outing(self) -> Outing:
        """Its leader and whoever goes along are named."""
        outing = an_outing(self._county.officer)
        going = {self._person() for _ in range(self._draw.randrange(3))}
        outing.members = [OutingMember(person_id=each) for each in going]
        self._leave_to_chance(outing, may_be_nobodys=False)
        return outing

    def _unit(self) -> Unit:
        return self._draw.choice(self._units)

    def _team(self) -> int | None:
        team = self._draw.choice(self._teams)
        return team.id if team else None

    def _leave_to_chance(self, row: Any, *, may_be_nobodys: bool) -> None:
        nobody = may_be_nobodys and self._draw.random() < 0.3
        row.unit_id, row.team_id = None if nobody else self._unit().id, self._team()
        row.author_id = None if nobody else self._person()
        if hasattr(row, "owner_id"):
            row.owner_id = self._person()
        if hasattr(row, "confidential"):
            row.confidential = self._draw.random() < 0.5
        if hasattr(row, "archived_at") and self._draw.random() < 0.25:
            row.archived_at = now()

    def among(self, kind: str, condition: Any) -> set[int]:
        model = ACCESS[kind].model
        mine = model.id.in_([row.id for row in self.rows[kind]])
        return set(self._session.scalars(select(model.id).where(mine, condition)))

    def check_rows(self) -> None:
        for kind, access in ACCESS.items():
            rows = self.rows[kind]
            ordinary = {row.id for row in rows if not getattr(row, "confidential", False)}
            for actor in self.actors:
                in_sql = self.among(kind, access.visible(actor))
                assert in_sql == {row.id for row in rows if access.may_see(actor, row)}, (kind, actor)
                assert self.among(kind, access.hidden(actor)) == ordinary - in_sql, (kind, actor)

    def check_documents(self) -> None:
        for kind in ("campaigns", "leads", "outings", "projects", "visits"):
            kept = {row.public_id: row for row in self.rows[kind] if not row.is_archived}
            documents = SOURCES[kind.removesuffix("s")].build([*kept])
            assert {each.id for each in documents} == set(kept)
            for actor in self.actors:
                held, seen = set(access_of(actor)), ACCESS[kind].may_see
                found = {each.id for each in documents if held & set(each.access)}
                assert found == {key for key, row in kept.items() if seen(actor, row)}, (kind, actor)

    def check_projections(self) -> None:
        ids = [lead.id for lead in self.rows["leads"]]
        for actor in self.actors:
            in_sql = self.among("leads", LEAD_ACCESS.visible(actor))
            for model in (LeadSpan, LeadReach):
                rows = select(model.lead_id).where(model.lead_id.in_(ids), visible_in(model.__table__, actor))
                assert set(self._session.scalars(rows)) == in_sql, (model, actor)

    def check_work(self) -> None:
        ids = [company.id for company in self.companies]
        for name, work in WORK.items():
            tokens = work.tokens(ids)
            assert tokens, name
            for actor in self.actors:
                held = set(Scope.of(actor).tokens())
                by_index = {each for each in ids if held & tokens.get(each, set())}
                assert by_index == {each for each in ids if work.is_done_by(actor, each)}, (name, actor)

    def check_charges(self) -> None:
        """Chance has given some people charges that open what they would not see otherwise."""
        opened = [
            (actor, row)
            for actor in self.actors
            for row in self.rows["leads"]
            if actor.charge_ids
            and LEAD_ACCESS.may_see(actor, row)
            and not LEAD_ACCESS.may_see(replace(actor, charge_ids=frozenset()), row)
        ]
        assert opened and not any(row.confidential for _actor, row in opened)


@pytest.mark.parametrize("seed", range(3))
def test_sql_the_row_and_the_index_agree_for_everybody(session: Db, seed: int) -> None:
    county = Chance(session, seed)
    county.check_charges()
    county.check_rows()
    county.check_documents()
    county.check_projections()
    with as_if(now() + timedelta(days=1)):  # what was entered today opens nothing yet
        county.check_work()


def test_each_reach_contains_the_one_before() -> None:
    who: dict[str, Any] = {"person_id": 7, "unit_ids": frozenset({1, 2}), "team_ids": frozenset({3})}
    tokens = [Scope.of(Actor(1, name="甲", reach=reach, **who)).tokens() for reach in Reach]
    assert tokens == [(), ("p:7",), ("p:7", "t:3"), ("p:7", "u:1", "u:2", "t:3"), ("county", "p:7")]


def test_a_charge_is_held_beside_own_team_and_unit_and_adds_nothing_to_nothing_or_all() -> None:
    who: dict[str, Any] = {"person_id": 7, "charge_ids": frozenset({4})}
    held = {reach: Scope.of(Actor(1, name="甲", reach=reach, **who)).tokens() for reach in Reach}
    assert {reach for reach, tokens in held.items() if "c:4" in tokens} == {Reach.OWN, Reach.TEAM, Reach.UNIT}


def test_who_is_no_person_of_the_county_sees_nothing() -> None:
    assert Scope.of(SYSTEM) == Scope.of(Actor(1, None, "未设人员", reach=Reach.COUNTY)) == Scope()
