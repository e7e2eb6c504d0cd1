"""One visibility rule, three uses: SQL, the object and the search tokens say the same."""

import random

import pytest
from sqlalchemy import select

from app.accounts.enums import Role
from app.core.db import db
from app.core.errors import NotFound
from app.steps import policy, queries
from app.steps.models import Step
from tests.factories.accounts import (
    a_resident,
    acting,
    actor_of,
    make_person,
    make_team,
    make_unit,
    make_user,
)
from tests.factories.enterprises import make_enterprise
from tests.factories.steps import make_step

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


def a_county(chance):
    """Units, teams, people of every role, and steps of every sort among them."""
    units = [make_unit() for _ in range(3)]
    teams = [make_team() for _ in range(2)]
    users = [make_user(role, unit=unit) for role in Role for unit in units[:2]]
    users += [make_user(unit=None), *(a_resident(team) for team in teams)]
    enterprise = make_enterprise()
    for _ in range(40):
        with acting(chance.choice(users)):
            make_step(
                chance.choice(users).person
                if chance.random() < 0.5
                else make_person(unit=chance.choice(units)),
                enterprise,
                unit_id=chance.choice(units).id,
                team_id=chance.choice([None, *(team.id for team in teams)]),
                confidential=chance.random() < 0.4,
            )
    return users


@pytest.mark.parametrize("seed", range(4))
def test_sql_object_and_tokens_agree_for_everybody(seed):
    users = a_county(random.Random(seed))
    for user in users:
        scope = policy.scope(actor_of(user))
        by_sql = set(db.session.scalars(select(Step.id).where(scope.where(policy.COLUMNS))))
        steps = db.session.scalars(select(Step)).all()
        assert by_sql == {step.id for step in steps if scope.allows(policy.facts(step))}
        held = set(scope.tokens())
        assert by_sql == {step.id for step in steps if held & set(policy.facts(step).tokens())}


def test_a_confidential_step_is_missing_for_everybody_but_those_named():
    owner, author = make_user(), make_user()
    with acting(author):
        step = make_step(owner.person, confidential=True)
    for user in (owner, author):
        assert queries.get_step(step.public_id, actor_of(user)) == step
    for role in Role:
        with pytest.raises(NotFound):
            queries.get_step(step.public_id, actor_of(make_user(role)))
