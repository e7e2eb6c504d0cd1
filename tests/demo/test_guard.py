"""Sign-ins that everybody knows never meet a county's real data."""

import pytest
from flask import Flask

from app.core.storage.db import db
from app.core.values.clock import now
from app.county.demo import guard
from app.county.demo.services import PASSWORD
from app.register.accounts.models import User
from tests.factories.accounts import make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def production(app: Flask, session) -> Flask:
    app.config["IS_PRODUCTION"] = True
    return app


def a_user(login: str, password: str) -> User:
    user = make_user(login=login, password=password)
    db.session.commit()
    return user


def test_a_county_of_its_own_is_served(production: Flask) -> None:
    a_user("zhangsan", PASSWORD)
    guard.require_no_demo(production)


def test_the_open_accounts_of_the_demo_are_refused_by_name(production: Flask) -> None:
    a_user("zhengqiming", PASSWORD)
    with pytest.raises(guard.DemoInProduction) as refused:
        guard.require_no_demo(production)
    assert "zhengqiming" in str(refused.value) and "accounts disable" in str(refused.value)


def test_once_shut_or_with_a_password_of_their_own_they_are_no_danger(production: Flask) -> None:
    a_user("zhengqiming", "a password of their own")
    a_user("hanzhixing", PASSWORD).disabled_at = now()
    db.session.commit()
    guard.require_no_demo(production)


def test_who_only_looks_around_is_let_in(app: Flask, session) -> None:
    a_user("zhengqiming", PASSWORD)
    guard.require_no_demo(app)
