"""What a step is about, before and after it could be any record."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.promotion.steps.models import Step
from tests.factories.accounts import make_user
from tests.factories.leads import a_county, a_lead
from tests.factories.projects import a_project
from tests.factories.steps import make_step

pytestmark = pytest.mark.both_databases


def leads_of_steps():
    return dict(db.session.execute(text("SELECT what, lead_id FROM step")).all())


def test_steps_keep_what_they_are_about_on_the_way_down_and_up_again(session):
    county = a_county()
    lead, project = a_lead(county), a_project(county)
    with acting_as(county.officer):
        for what, on in (("线索的", lead), ("项目的", project), ("企业的", county.enterprise)):
            make_step(make_user().person, on, what=what)
    subjects = subject_of(lead), subject_of(project.lead), subject_of(county.enterprise)
    inner = lead.id, project.lead_id
    session.commit()
    session.remove()
    downgrade(revision="0029")
    down = leads_of_steps()
    session.remove()
    upgrade()
    assert (down["线索的"], down["项目的"], down["企业的"]) == (*inner, None)
    about = {step.what: step.about for step in session.query(Step)}
    # A project's step was one of its lead before, and stays that.
    assert (about["线索的"], about["项目的"], about["企业的"]) == subjects
