"""A move of a project is a person's, whatever words they give as its reason."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.delivery.projects import queries, services
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project
from app.delivery.projects.showing import ledger
from app.promotion.leads import queries as lead_queries
from app.promotion.leads import services as lead_services
from tests.factories.leads import County, a_county
from tests.factories.projects import a_project, advance

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]
Db = scoped_session[Session]
S = ProjectStage
SIGNING = "签约"  # as the product itself writes it


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def project(county: County) -> Project:
    """Moved by the officer, who wrote 签约 as the reason."""
    found = a_project(county)
    advance(found, S.REGISTERED, county.officer, reason=SIGNING)
    return found


def test_it_can_be_corrected(project: Project, county: County) -> None:
    [offered] = [
        row for row in ledger(queries.entries_of(project), {}, may_correct=True) if row["place"] == 4
    ]
    assert offered["may_correct"]
    with acting_as(county.head):
        services.correct_entry(project, queries.entries_of(project)[0].id, "点错了")
    assert project.stage is S.SIGNED


def test_its_maker_takes_it_back(project: Project, county: County) -> None:
    with acting_as(county.officer):
        services.take_back(project, queries.entries_of(project)[0].id)
    assert project.stage is S.SIGNED


def test_it_is_told_with_its_reason(project: Project, county: County) -> None:
    months = timeline(About((subject_of(project),)), county.officer).months
    [told] = [one for month in months for one in month.happenings if one.title == "从「已签约」到「注册」"]
    assert told.body.startswith(f"{SIGNING}　依据：")


def test_the_signing_is_not_taken_back_over_it(project: Project, county: County) -> None:
    assert project.lead is not None
    with acting_as(county.officer), pytest.raises(RuleBroken, match="签约的项目已经到「注册」"):
        lead_services.take_back(project.lead, lead_queries.entries_of(project.lead)[0].id)


def test_it_still_counts_when_the_signing_does_not(project: Project, county: County) -> None:
    assert project.lead is not None
    with acting_as(county.head):
        signed = lead_queries.entries_of(project.lead)[0]
        lead_services.correct_entry(project.lead, signed.id, "还没有签")
    assert project.is_archived
    assert [row.stage for row in reversed(queries.ledger_of(project).counted())] == [S.REGISTERED]
