"""Projects in the states that matter; each comes from a lead that was signed as the county signs one."""

from datetime import date
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.delivery.projects import queries, services
from app.delivery.projects.enums import PATH, ProjectStage
from app.delivery.projects.models import Project
from app.promotion.leads.models import Lead
from tests.factories.enterprises import a_credit_code
from tests.factories.leads import ContactMade, County, a_signed_lead

PAPER = "青建施〔2026〕118 号"


def project_of(lead: Lead) -> Project:
    project = queries.project_of_lead(lead.id)
    assert project is not None
    return project


def a_project(county: County, **lead: Any) -> Project:
    """Just signed by the park's officer, 60 days after the lead was registered."""
    with ContactMade():
        return project_of(a_signed_lead(county, **lead))


def a_project_without_a_lead(county: County) -> Project:
    """Such as one from the reserve."""
    project = a_project(county)
    project.lead_id = project.agreement_id = None
    db.session.commit()
    return project


def a_confidential_project(county: County, **lead: Any) -> Project:
    return a_project(county, confidential=True, **lead)


def advance(project: Project, to: ProjectStage, actor: Actor, on: date | None = None, **words: str) -> None:
    """One move, committed; with a paper as evidence unless told otherwise."""
    paper = a_credit_code() if to is ProjectStage.REGISTERED else PAPER
    with acting_as(actor):
        services.advance_project(project, to, on or project.stage_since, **({"evidence": paper} | words))
    db.session.commit()


def a_project_at(county: County, stage: ProjectStage, **lead: Any) -> Project:
    """Taken step by step to a stage of the path."""
    project = a_project(county, **lead)
    for to in PATH[1 : PATH.index(stage) + 1]:
        advance(project, to, county.officer)
    return project


def a_terminated_project(county: County, **lead: Any) -> Project:
    project = a_project(county, **lead)
    advance(project, ProjectStage.TERMINATED, county.officer, evidence="", reason="企业资金断裂，双方解约")
    return project
