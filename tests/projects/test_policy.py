"""Who sees a project, and that to all others it is missing."""

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.values.errors import NotFound
from app.delivery.projects import listing, policy, queries
from tests.factories.leads import a_county
from tests.factories.projects import a_confidential_project, a_project

pytestmark = pytest.mark.both_databases


def test_a_hidden_project_answers_like_a_missing_one_in_every_query(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        project = a_confidential_project(county)
        with acting_as(county.head), pytest.raises(NotFound):
            queries.get_project(project.public_id)
        everything = listing.PROJECTS.asked()
        assert listing.PROJECTS.page(everything, county.head).rows == []
        totals = listing.PROJECTS.totals(everything, county.head)
        assert (totals.tabs.shown.number, totals.amount) == (0, 0)
        assert not any(totals.tabs.views.values())
        assert queries.projects_of([county.enterprise.id], county.head) == []


def test_an_archived_project_is_read_only_and_only_the_head_corrects(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        project = a_project(county)
        assert policy.may_change(county.officer, project)
        assert not policy.may_change(county.leader, project)
        assert not policy.may_change(county.resident, project)
        assert policy.may_correct(county.head, project)
        assert not policy.may_correct(county.officer, project)
