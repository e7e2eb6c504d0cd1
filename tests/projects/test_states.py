"""A terminated project is no part of the sum that a list of projects opens with."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.factories.leads import a_county, an_enterprise, sign_in
from tests.factories.projects import a_project, a_terminated_project

Db = scoped_session[Session]


@pytest.mark.both_databases
def test_terminated_projects_have_a_view_of_their_own(session: Db, client: FlaskClient) -> None:
    county = a_county()
    a_project(county, name="在建的")
    a_terminated_project(county, name="解约的", enterprise_id=an_enterprise().id)
    me = sign_in(client, county.officer)
    asked = {"": {"在建的"}, "?state=terminated": {"解约的"}, "?state=all": {"在建的", "解约的"}}
    asked |= {"?stage=terminated": {"解约的"}}
    for query, names in asked.items():
        page = me.get(f"/projects{query}").text
        assert {name for name in ("在建的", "解约的") if f">{name}</a>" in page} == names, query
        assert f"{len(names)} 个</td>" in page
    assert '<th scope="row">合计：推进中</th>' in me.get("/projects").text
