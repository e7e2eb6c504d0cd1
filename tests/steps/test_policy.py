"""Who sees a step, and that to all others it is missing."""

import pytest

from app.core.values.errors import NotFound
from app.promotion.steps import queries
from app.register.accounts.enums import Role
from tests.factories.accounts import (
    acting,
    actor_of,
    make_user,
)
from tests.factories.steps import make_step

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


def test_a_confidential_step_is_missing_for_everybody_but_those_named():
    owner, author = make_user(), make_user()
    with acting(author):
        step = make_step(owner.person, confidential=True)
    for user in (owner, author):
        assert queries.get_step(step.public_id, actor_of(user)) == step
    for role in Role:
        with pytest.raises(NotFound):
            queries.get_step(step.public_id, actor_of(make_user(role)))
