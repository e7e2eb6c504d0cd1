"""Accounts from the shell, as the first administrator of an installation is made."""

import json
import re

import pytest
from sqlalchemy import select

from app.core.storage.audit import AuditEvent
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Unit, User
from tests.factories.accounts import make_user, sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def run(app, session):
    def invoke(*words):
        session.commit()
        return app.test_cli_runner().invoke(args=["accounts", *words])

    return invoke


def test_the_first_administrator_is_made_and_signs_in(session, client, run):
    words = ("--name", "管理员", "--unit", "招商局", "--unit-kind", "bureau", "--role", "administrator")
    result = run("create-user", "Admin", *words)
    assert result.exit_code == 0
    first = re.search(r"初始密码 (\S+)", result.output)[1]
    user = session.scalars(select(User)).one()
    assert (user.login, user.roles) == ("admin", {Role.ADMINISTRATOR})
    assert session.scalars(select(Unit.kind)).one() is UnitKind.BUREAU
    assert sign_in(client, user, first).status_code == 303
    assert client.get("/").location == "/account/password"
    assert first not in " ".join(session.scalars(select(AuditEvent.details)))


@pytest.mark.parametrize(
    ("login", "roles", "sentence"),
    [
        ("管理员", ["administrator"], "英文字母"),
        ("admin", ["administrator", "officer"], "不能兼其他角色"),
        ("taken", ["officer"], "已经有人用了"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_chinese(session, run, login, roles, sentence):
    make_user(login="taken")
    flags = [word for role in roles for word in ("--role", role)]
    result = run("create-user", login, "--name", "甲", "--unit", "某局", *flags)
    assert result.exit_code == 1
    assert sentence in result.output
    assert session.scalars(select(Unit).where(Unit.name == "某局")).first() is None


def test_a_password_is_reset_from_the_shell(session, client, run):
    user = make_user()
    first = re.search(r"初始密码 (\S+)", run("reset-password", user.login).output)[1]
    session.expire_all()
    assert sign_in(client, user, first).status_code == 303


def test_a_user_is_disabled_and_enabled_and_listed(session, run):
    user = make_user(Role.LEADER)
    run("disable", user.login)
    assert json.loads(run("list", "--json").output)[0]["disabled"] is True
    run("enable", user.login)
    (row,) = json.loads(run("list", "--json").output)
    assert (row["login"], row["roles"], row["disabled"]) == (user.login, ["leader"], False)
    assert "县领导" in run("list").output


def test_several_are_disabled_at_once_or_none(session, run):
    one, other = make_user(), make_user()
    assert run("disable", one.login, "nobody").exit_code == 1
    assert not any(row["disabled"] for row in json.loads(run("list", "--json").output))
    assert run("disable", one.login, other.login).exit_code == 0
    assert all(row["disabled"] for row in json.loads(run("list", "--json").output))


@pytest.mark.parametrize("command", ["reset-password", "disable", "enable"])
def test_an_unknown_login_is_told(run, command):
    result = run(command, "nobody")
    assert result.exit_code == 1
    assert "没有账号 nobody" in result.output
