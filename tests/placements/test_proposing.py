"""The job proposes: new companies, changed ones, links that mean something else; decisions stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import as_if, now
from app.core.work.jobs import Job, run
from app.register.chains import services as chains
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import jobs, services
from app.register.placements.enums import HitPlace, PlacementState
from app.register.placements.models import NodePlacement, PlacementRun
from app.register.placements.queries import library
from app.register.placements.rules import LEARNED_FOR, WordHit
from app.register.placements.services import Outcome
from tests.factories.chains import a_chain, a_node, node_data
from tests.factories.imports import csv_file, written
from tests.factories.leads import County, a_county
from tests.factories.placements import a_company, confirmed, refused

Db = scoped_session[Session]
S = PlacementState
MAKES = "锂电池隔膜制造；隔膜研发、生产"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def node(county: County) -> ChainNode:
    chain = a_chain(county.head)
    return a_node(county.head, chain, "SEP", "隔膜", keywords="隔膜、湿法隔膜")


def proposed() -> dict[str, PlacementState]:
    """How each company stands on the link, by its name."""
    db.session.rollback()
    query = select(Enterprise.name, NodePlacement.state).join(
        NodePlacement, NodePlacement.enterprise_id == Enterprise.id
    )
    return {name: state for name, state in db.session.execute(query)}


def changed(company: Enterprise, scope: str) -> None:
    company.scope = scope
    db.session.commit()


def test_who_makes_it_is_proposed_with_the_words_and_who_sells_or_excepts_it_is_not(node: ChainNode) -> None:
    maker = a_company("青岚新材料有限公司", MAKES)
    a_company("岚山商贸有限公司", "隔膜销售；货物进出口；技术开发")
    a_company("岚水科技有限公司", "电池材料制造（不含隔膜）；企业管理")
    outcome = jobs.propose()
    assert (outcome.judged, outcome.proposed) == (4, 1)  # with the company of the county
    row = db.session.scalars(select(NodePlacement)).one()
    assert (row.enterprise_id, row.node_id, row.state) == (maker.id, node.id, S.PROPOSED)
    hits = WordHit.read(row.hits)
    assert hits[0].word == "隔膜" and hits[0].place is HitPlace.SCOPE
    assert round(sum(hit.points for hit in hits)) == row.score
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == row.public_id)).one()
    assert (event.action, event.actor_name) == ("node_placement.create", "系统")


def test_a_code_is_told_by_the_name_of_its_industry(county: County) -> None:
    a_node(county.head, a_chain(county.head), "SEP", "隔膜", keywords="隔膜", industries="C3841")
    a_company("青岚新能源有限公司", MAKES, industry="C3841")
    jobs.propose()
    hits = WordHit.read(db.session.scalars(select(NodePlacement)).one().hits)
    told = next(hit for hit in hits if hit.place is HitPlace.CODE)
    assert (told.word, told.shown) == ("3841", "锂离子电池制造 C3841")


def test_a_second_run_judges_only_what_is_new_or_has_changed(node: ChainNode) -> None:
    old = a_company("青岚新材料有限公司", MAKES)
    with as_if(now() - timedelta(days=2)):
        jobs.propose()
    _settled()
    assert jobs.propose() == Outcome()
    a_company("岚水隔膜有限公司", MAKES)
    changed(old, "餐饮服务")
    outcome = jobs.propose()
    assert (outcome.judged, outcome.proposed, outcome.withdrawn) == (2, 1, 1)
    assert proposed() == {"岚水隔膜有限公司": S.PROPOSED}


def _settled() -> None:
    """As if all companies had been written before the last run."""
    db.session.execute(
        update(Enterprise)
        .values(updated_at=now() - timedelta(days=3))
        .execution_options(bulk_allowed="time goes by in a test")
    )
    db.session.commit()


def test_when_links_mean_something_else_or_much_time_has_gone_by_all_are_judged_anew(
    county: County, node: ChainNode
) -> None:
    a_company("青岚铜箔有限公司", "铜箔制造；铜箔生产、加工")
    jobs.propose()
    _settled()
    assert proposed() == {}
    with acting_as(county.head):
        chains.change_node(node, node.version, node_data("SEP", "铜箔", keywords="铜箔"))
        db.session.commit()
    assert jobs.propose().proposed == 1
    with as_if(now() + LEARNED_FOR + timedelta(days=1)):
        assert jobs.propose().judged == 2


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(
    node: ChainNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    for number in range(5):
        a_company(f"青岚{'一二三四五'[number]}号材料有限公司", MAKES)
    keep, kept = services.keep_proposed, list[int]()

    def breaks_down(found: list[services.CompanyJudged], engine: str) -> Outcome:
        if kept:
            raise OSError("the disk is gone")
        kept.append(len(found))
        return keep(found, engine)

    monkeypatch.setattr(services, "keep_proposed", breaks_down)
    with pytest.raises(OSError, match="the disk is gone"):
        jobs.propose()
    db.session.rollback()
    assert len(proposed()) == 1  # with the company of the county in the first batch
    monkeypatch.setattr(services, "keep_proposed", keep)
    outcome = jobs.propose()
    assert (outcome.judged, outcome.proposed) == (4, 4)
    assert len(proposed()) == 5


def test_of_two_processes_that_judge_at_once_one_goes_on(node: ChainNode) -> None:
    a_company("青岚新材料有限公司", MAKES)
    with acting_as(SYSTEM):
        mine = services.begin("the same")
        db.session.commit()
        theirs = services.begin("the same")
        assert theirs == mine
        assert services.advance(theirs, 7) is not None
        db.session.commit()
        assert services.advance(mine, 7) is None
    assert db.session.scalars(select(PlacementRun.after_id)).one() == 7


def test_what_people_decided_stays_whatever_the_job_finds(county: County, node: ChainNode) -> None:
    confirmed(county.officer, node, a_company("岚山商贸有限公司", "餐饮服务"))
    refused(county.officer, node, a_company("青岚新材料有限公司", MAKES))
    open_again = confirmed(county.officer, node, a_company("岚水餐饮有限公司", "餐饮服务"))
    with acting_as(county.officer):
        services.take_back(open_again, open_again.version)
        db.session.commit()
    outcome = jobs.propose()
    assert (outcome.proposed, outcome.again, outcome.withdrawn) == (0, 0, 0)
    assert proposed() == {
        "岚山商贸有限公司": S.CONFIRMED,
        "青岚新材料有限公司": S.REFUSED,
        "岚水餐饮有限公司": S.PROPOSED,
    }


def test_a_refused_company_is_asked_about_again_only_once_it_tells_more(
    county: County, node: ChainNode
) -> None:
    company = a_company("青岚新材料有限公司", MAKES)
    jobs.propose()
    row = db.session.scalars(select(NodePlacement)).one()
    with acting_as(county.officer):
        services.refuse(row, row.version, "只做分切")
        db.session.commit()
    changed(company, f"{MAKES}；企业管理")
    assert jobs.propose().again == 0
    changed(company, "湿法隔膜制造；湿法隔膜研发、生产")
    assert jobs.propose().again == 1
    row = db.session.get_one(NodePlacement, row.id, populate_existing=True)
    assert (row.state, row.was_refused, row.note) == (S.PROPOSED, True, "只做分切")
    assert row.decided_by_id == county.officer.person_id
    changed(company, "餐饮服务")
    assert jobs.propose().withdrawn == 0  # people have had a hand in it


def test_evidence_that_has_changed_is_written_anew_and_the_same_is_left_alone(node: ChainNode) -> None:
    company = a_company("青岚新材料有限公司", MAKES)
    jobs.propose()
    version = db.session.scalars(select(NodePlacement.version)).one()
    changed(company, f"{MAKES} ")
    assert jobs.propose().changed == 0
    changed(company, "湿法隔膜制造")
    assert jobs.propose().changed == 1
    assert db.session.scalars(select(NodePlacement.version)).one() == version + 1


def test_what_waited_on_a_link_that_was_merged_is_proposed_for_what_it_became_and_a_refusal_goes_along(
    county: County, node: ChainNode
) -> None:
    a_company("青岚新材料有限公司", MAKES)
    refused(county.officer, node, a_company("岚山隔膜有限公司", MAKES))
    jobs.propose()
    other = a_node(county.head, node.chain, "FILM", "薄膜", keywords="薄膜")
    with acting_as(county.head):
        chains.merge(node, node.version, other)
        db.session.commit()
    outcome = jobs.propose()
    assert (outcome.proposed, outcome.withdrawn) == (1, 1)
    on_other = db.session.scalars(select(NodePlacement).where(NodePlacement.node_id == other.id)).one()
    assert on_other.enterprise.name == "青岚新材料有限公司"


def test_companies_of_an_import_are_proposed_by_a_job_that_follows_in_the_name_of_the_system(
    county: County, node: ChainNode
) -> None:
    with acting_as(county.head):
        written(csv_file(("青岚新材料有限公司", "", "500", "2016-09-02", MAKES)))
    job = db.session.scalars(select(Job).where(Job.kind == jobs.PROPOSE)).one()
    run(job.id)
    job = db.session.get_one(Job, job.id, populate_existing=True)
    assert job.result == {"judged": 2, "proposed": 1}
    row = db.session.scalars(select(NodePlacement)).one()
    assert db.session.scalars(
        select(AuditEvent.actor_name).where(AuditEvent.subject_id == row.public_id)
    ).all() == ["系统"]


def test_a_county_without_links_is_asked_nothing(county: County) -> None:
    with acting_as(county.officer):
        jobs.ask()
        db.session.commit()
    assert db.session.scalars(select(Job)).all() == []
    assert jobs.propose().proposed == 0


def test_the_library_is_read_in_parts_and_evenly(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        a_company(f"青岚{'一二三四五六七八九'[number]}号材料有限公司", MAKES)
    monkeypatch.setattr(library, "_BATCH", 2)
    assert len(list(library.sample_of_companies(100))) == 10
    assert len(list(library.sample_of_companies(5))) == 5
