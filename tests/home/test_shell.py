"""What surrounds every page."""

from datetime import UTC, datetime

import pytest
import time_machine

from app.accounts.enums import Role
from tests.factories.accounts import make_user, sign_in

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(("year", "is_told"), [(2026, False), (2038, True)])
def test_a_year_whose_holidays_are_not_known_is_told_on_every_page(session, client, year, is_told):
    user = make_user(Role.OFFICER)
    with time_machine.travel(datetime(year, 3, 1, 2, tzinfo=UTC)):
        sign_in(client, user)
        for path in ("/account", "/enterprises"):
            page = client.get(path).text
            assert (f"没有 {year} 年的节假日安排" in page) is is_told
