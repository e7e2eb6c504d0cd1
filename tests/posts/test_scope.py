"""Who holds a post of a chain sees the work with its companies, from day to day: lists, pages, search."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.index.searching import SOURCES, Document
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.values.clock import as_if, now, today
from app.delivery.projects.models import Project
from app.delivery.projects.policy import PROJECT_ACCESS
from app.promotion.leads.policy import LEAD_ACCESS
from app.promotion.steps.policy import STEP_ACCESS
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.policy import TARGET_ACCESS
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import VISIT_ACCESS
from app.register.accounts.enums import Role
from app.register.accounts.queries import actor_for_user
from app.register.chains import services as chains
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises import policy as companies
from app.register.placements import services as placements
from app.register.placements.models import NodePlacement
from app.register.posts import services
from app.register.posts.enums import PostKind
from tests.factories.chains import a_chain, a_node
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_county, a_lead, an_actor, sign_in
from tests.factories.placements import a_proposal, confirmed
from tests.factories.posts import a_post
from tests.factories.projects import a_project
from tests.factories.targets import a_target
from tests.factories.visits import a_visit, person_of
from tests.finder.indexes import indexed, search, titles

Db = scoped_session[Session]
DAY = timedelta(days=1)
ALL = (LEAD_ACCESS, VISIT_ACCESS, PROJECT_ACCESS, STEP_ACCESS)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    return a_chain(county.head)


@pytest.fixture
def node(county: County, chain: Chain) -> ChainNode:
    return a_node(county.head, chain, "SEP", "隔膜")


@pytest.fixture
def placed(county: County, node: ChainNode) -> NodePlacement:
    return confirmed(county.head, node, county.enterprise)


@pytest.fixture
def work(county: County) -> Project:
    """A signed lead of the park with its project, and a visit of the resident team."""
    project = a_project(county)
    a_visit(county)
    return project


def by_now(actor: Actor) -> Actor:
    """The same person at their next request."""
    found = actor_for_user(actor.user_id or 0)
    assert found is not None
    return found


def seen_by(actor: Actor) -> set[str]:
    """What somebody sees of all work in the county; row and SQL agree."""
    found = set()
    for access in ALL:
        model: Any = access.model
        rows = set(db.session.scalars(select(model).where(access.visible(actor))))
        assert rows == {row for row in db.session.scalars(select(model)) if access.may_see(actor, row)}
        found |= {model.__tablename__} if rows else set()
    return found


def opens_on(county: County, chain: Chain, **term: Any) -> None:
    a_post(county.head, chain, person_of(county.outsider), PostKind.TASK_FORCE, **term)


# --- what a post opens -------------------------------------------------------------------------------


@pytest.mark.parametrize("post", list(PostKind))
def test_whoever_holds_a_post_sees_leads_visits_projects_and_steps_with_companies_of_the_chain(
    county: County, chain: Chain, placed: NodePlacement, work: Project, post: PostKind
) -> None:
    assert seen_by(by_now(county.outsider)) == set()
    a_post(county.head, chain, person_of(county.outsider), post)
    assert seen_by(by_now(county.outsider)) == {"lead", "visit", "project", "step"}


def test_they_stand_in_lists_on_pages_and_in_the_search(
    client: FlaskClient, session: Db, county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    visit = session.scalars(select(Visit)).one()
    a_lead(county, name="隔膜二期")
    assert work.lead is not None
    pages = [f"/leads/{work.lead.public_id}", f"/visits/{visit.public_id}", f"/projects/{work.public_id}"]
    indexed(session)
    me = sign_in(client, county.outsider)
    assert [me.get(page).status_code for page in pages] == [404, 404, 404]
    assert search("储能电芯", by_now(county.outsider)).total == 0
    opens_on(county, chain)
    assert [me.get(page).status_code for page in pages] == [200, 200, 200]
    for listed, name in (
        ("leads", "隔膜二期"),
        ("projects", work.name),
        ("visits", county.enterprise.name),
    ):
        assert name in me.get(f"/{listed}?view=all").text
    found = search("储能电芯", by_now(county.outsider))
    assert set(titles(found)) >= {work.lead.name, work.name} and found.total == len(found.hits)


def test_targets_follow_the_same_rule_and_what_is_confirmed_sends_them(
    session: Db, county: County, chain: Chain, node: ChainNode
) -> None:
    target = a_target(county)
    opens_on(county, chain)
    me = by_now(county.outsider)
    seen = select(TargetEnterprise).where(TARGET_ACCESS.visible(me))
    indexed(session)
    assert session.scalars(seen).all() == [] and not TARGET_ACCESS.may_see(me, target)
    confirmed(county.head, node, county.enterprise)
    assert ("target", target.public_id) in {
        (row.kind, row.record_id) for row in session.scalars(select(OutboxEntry))
    }
    assert session.scalars(seen).all() == [target] and TARGET_ACCESS.may_see(me, target)
    [document] = SOURCES["target"].build([target.public_id])
    assert f"c:{chain.id}" in document.access


def test_what_is_confidential_stays_with_who_is_named_on_it(
    session: Db, county: County, chain: Chain, placed: NodePlacement
) -> None:
    secret = a_lead(county, name="赤鹞工程", confidential=True)
    project = a_project(county, name="赤鹞项目", confidential=True)
    a_visit(county, county.officer, lead=secret, people=[person_of(county.officer)])
    indexed(session)
    opens_on(county, chain)
    actor = by_now(county.outsider)
    assert seen_by(actor) <= {"step"} and search("赤鹞", actor).total == 0
    project.author_id = actor.person_id
    session.commit()
    assert "project" in seen_by(actor)


def test_a_company_that_waits_was_refused_or_taken_back_opens_nothing(
    county: County, chain: Chain, node: ChainNode, work: Project
) -> None:
    opens_on(county, chain)
    row = a_proposal(node, county.enterprise)
    me = by_now(county.outsider)
    seen = []
    for act in (placements.refuse, placements.confirm, placements.take_back):
        with acting_as(county.head):
            act(row, row.version)
            db.session.commit()
        seen.append("lead" in seen_by(me))
    assert seen == [False, True, False]


def test_work_with_companies_of_other_chains_stays_with_whose_it_is(
    county: County, placed: NodePlacement, work: Project
) -> None:
    other = a_chain(county.head, "PACK", name="电池包")
    opens_on(county, other)
    assert seen_by(by_now(county.outsider)) == set()


def test_with_an_archived_chain_nobody_is_charged_any_more(
    county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    opens_on(county, chain)
    with acting_as(county.head):
        chains.ARCHIVING.archive(chain, chain.version, "并到别的链")
        db.session.commit()
    assert seen_by(by_now(county.outsider)) == set()


def test_who_may_read_no_leads_reads_none_by_a_post(
    client: FlaskClient, county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    administrator = an_actor(county.bureau, Role.ADMINISTRATOR)
    a_post(county.head, chain, person_of(administrator))
    assert seen_by(by_now(administrator)) == set()
    assert work.lead is not None
    assert sign_in(client, administrator).get(f"/leads/{work.lead.public_id}").status_code == 403


def test_who_is_charged_with_its_chain_works_with_a_company_as_who_sees_its_lead_does(
    county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    with as_if(now() + DAY):
        assert not companies.works_with(by_now(county.outsider), county.enterprise)
        opens_on(county, chain)
        assert companies.works_with(by_now(county.outsider), county.enterprise)


def test_to_ask_who_asks_takes_no_statement_more(county: County, chain: Chain) -> None:
    def statements() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        db.session.commit()
        event.listen(db.engine, "before_cursor_execute", note)
        by_now(county.outsider)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    before = statements()
    opens_on(county, chain)
    assert by_now(county.outsider).charge_ids == {chain.id}
    assert statements() == before


# --- by its date alone -------------------------------------------------------------------------------


def test_a_post_begins_and_ends_by_its_date_without_a_write_also_in_the_search(
    session: Db, county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    opens_on(county, chain, on=today() + 2 * DAY, until=today() + 4 * DAY)
    indexed(session)
    written = session.scalar(select(func.count()).select_from(OutboxEntry))
    seen = []
    for days in range(7):
        with as_if(now() + days * DAY):
            me = by_now(county.outsider)
            opened = bool(seen_by(me))
            assert (search("储能电芯", me).total > 0) is opened
            seen.append(opened)
    assert seen == [False, False, True, True, True, False, False]
    assert session.scalar(select(func.count()).select_from(OutboxEntry)) == written == 0


def test_a_post_that_is_given_ended_or_corrected_sends_no_document(
    session: Db, county: County, chain: Chain, placed: NodePlacement, work: Project
) -> None:
    indexed(session)
    row = a_post(county.head, chain, person_of(county.outsider))
    with acting_as(county.head):
        services.end(row, row.version, today() + DAY)
        session.commit()
    assert session.scalar(select(func.count()).select_from(OutboxEntry)) == 0


# --- what the index hears of -------------------------------------------------------------------------


class Index:
    """The documents about a company, and what is sent of them."""

    def __init__(self, session: Db, held: dict[str, str]) -> None:
        self._session, self._held = session, held
        self.sent()

    def documents(self) -> dict[tuple[str, str], Document | None]:
        self._session.expire_all()
        return {
            (kind, public_id): next(iter(SOURCES[kind].build([public_id])), None)
            for kind, public_id in self._held.items()
        }

    def sent(self) -> set[tuple[str, str]]:
        rows = list(self._session.scalars(select(OutboxEntry)))
        for row in rows:
            self._session.delete(row)
        self._session.commit()
        return {(row.kind, row.record_id) for row in rows}


@pytest.fixture
def index(session: Db, county: County, work: Project) -> Index:
    assert work.lead is not None
    contact = make_contact(county.enterprise, phone="13800001111")
    session.commit()
    return Index(
        session,
        {
            "lead": work.lead.public_id,
            "agreement": work.lead.agreements[0].public_id,
            "visit": session.scalars(select(Visit.public_id)).one(),
            "project": work.public_id,
            "contact": contact.public_id,
        },
    )


def of_work(documents: dict[tuple[str, str], Document | None]) -> list[Document]:
    """Without contacts, whose numbers open a day later."""
    found = [document for document in documents.values() if document and document.kind != "contact"]
    assert len(found) == 4
    return found


def _decided(act: Callable[..., Any]) -> Callable[[County, ChainNode, NodePlacement], Any]:
    return lambda _county, _node, row: act(row, row.version)


def _merged(county: County, node: ChainNode, row: NodePlacement) -> None:
    chains.merge(row.node, row.node.version, node)


def _merged_and_that_removed(county: County, node: ChainNode, row: NodePlacement) -> None:
    chains.merge(row.node, row.node.version, node)
    db.session.commit()
    chains.remove(node, node.version, "县里不做这一段")


def _removed(county: County, _node: ChainNode, row: NodePlacement) -> None:
    chains.remove(row.node, row.node.version, "县里不做这一段")


def _removed_and_undone(county: County, _node: ChainNode, row: NodePlacement) -> None:
    chains.undo(chains.remove(row.node, row.node.version, "县里不做这一段"))


@pytest.mark.parametrize(
    ("act", "opens"),
    [
        (_decided(placements.take_back), False),
        (_decided(placements.refuse), False),
        (_merged, True),
        (_merged_and_that_removed, False),
        (_removed, False),
        (_removed_and_undone, True),
    ],
)
def test_what_people_decide_of_a_company_and_its_links_is_heard_by_the_index(
    county: County,
    chain: Chain,
    placed: NodePlacement,
    index: Index,
    act: Callable[..., Any],
    opens: bool,
) -> None:
    other = a_node(county.head, chain, "OTHER", "电解液")
    opens_on(county, chain)
    before = index.documents()
    token = f"c:{chain.id}"
    assert all(token in document.access for document in of_work(before))
    index.sent()
    with acting_as(county.head):
        act(county, other, placed)
        db.session.commit()
    sent, after = index.sent(), index.documents()
    assert {key for key, document in after.items() if document != before[key]} <= sent
    assert ("lead" in seen_by(by_now(county.outsider))) is opens
    assert all((token in document.access) is opens for document in of_work(after))


def test_a_company_that_is_confirmed_opens_its_documents(
    county: County, chain: Chain, node: ChainNode, index: Index
) -> None:
    before = index.documents()
    row = a_proposal(node, county.enterprise)
    assert index.sent() == set()
    with acting_as(county.head):
        placements.confirm(row, row.version)
        db.session.commit()
    sent = index.sent()
    after = index.documents()
    assert {kind for kind, _id in sent} == {"lead", "agreement", "visit", "project", "contact"}
    assert all(after[key] != document for key, document in before.items() if key[0] != "contact")


def test_a_placement_that_changes_its_share_alone_sends_nothing(
    county: County, placed: NodePlacement, index: Index
) -> None:
    with acting_as(county.head):
        placements.change_share(placed, placed.version, None, None, "看过车间")
        db.session.commit()
    assert index.sent() == set()
