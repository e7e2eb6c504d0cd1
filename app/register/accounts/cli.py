"""`flask accounts …`: users from the shell, the first administrator among them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db, reading
from app.core.values.errors import DomainError
from app.register.accounts import passwords, services
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, Unit, User
from app.register.accounts.queries import list_users

group = AppGroup(
    "accounts", help="账号：create-user、reset-password、reset-second-step、disable、enable、list"
)


@contextmanager
def _saving() -> Iterator[None]:
    """What the system does in one go: saved at the end, or told why not."""
    with acting_as(SYSTEM):
        try:
            yield
        except DomainError as refusal:
            db.session.rollback()
            raise click.ClickException(str(refusal)) from refusal
        db.session.commit()


def _user(login: str) -> User:
    found = db.session.scalar(select(User).where(User.login == login.lower()))
    if found is None:
        raise click.ClickException(f"没有账号 {login}")
    return found


def _unit(name: str, kind: str) -> Unit:
    """The unit of that name; a new one is made on the way, since the first user has no page to do it."""
    found = db.session.scalar(select(Unit).where(Unit.live_name == name))
    return found or services.save_unit(None, name, UnitKind(kind), None, 0)


@group.command("create-user")
@click.argument("login")
@click.option("--name", required=True, help="姓名")
@click.option("--unit", required=True, help="单位名称，没有就新设一个")
@click.option(
    "--unit-kind",
    default=UnitKind.DEPARTMENT.value,
    type=click.Choice([str(kind) for kind in UnitKind]),
    help="新设单位的类别；招商局用 bureau",
)
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([str(role) for role in Role])
)
@with_appcontext
def create_user(login: str, name: str, unit: str, unit_kind: str, roles: tuple[str, ...]) -> None:
    """开一个账号，打印初始密码（第一次登录必须改）。"""
    first = passwords.temporary()
    stored = passwords.hashed(first)  # before the first statement, which takes the write lock
    with _saving():
        data = services.PersonData(name, "", None, _unit(unit, unit_kind))
        person: Person = services.save_person(None, data)
        user = services.create_user(person, login, [Role(role) for role in roles], stored)
    click.echo(f"账号 {user.login}\n初始密码 {first}")


@group.command("reset-password")
@click.argument("login")
@with_appcontext
def reset_password(login: str) -> None:
    """重设密码，打印新的初始密码，结束此人的所有登录。"""
    first = passwords.temporary()
    stored = passwords.hashed(first)
    with _saving():
        services.reset_password(_user(login), stored)
    click.echo(f"初始密码 {first}")


@group.command("reset-second-step")
@click.argument("login")
@with_appcontext
def reset_second_step(login: str) -> None:
    """重置两步验证：手机和恢复码都丢了，包括最后一个管理员。结束此人的所有登录。"""
    with _saving():
        services.reset_second_step(_user(login))
    click.echo(f"已重置 {login} 的两步验证，登录只要密码；要求必须的角色下一次登录会被带去开通")


@group.command("disable")
@click.argument("logins", nargs=-1, required=True)
@with_appcontext
def disable(logins: tuple[str, ...]) -> None:
    """停用账号（可以一次写几个），结束这些人的所有登录。"""
    with _saving():
        for user in [_user(login) for login in logins]:
            services.disable_user(user)
    click.echo(f"已停用 {' '.join(logins)}")


@group.command("enable")
@click.argument("login")
@with_appcontext
def enable(login: str) -> None:
    """启用账号。"""
    with _saving():
        services.enable_user(_user(login))
    click.echo(f"已启用 {login}")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def list_accounts(as_json: bool) -> None:
    """列出所有账号。"""
    with reading():
        rows: list[dict[str, Any]] = [
            {
                "login": user.login,
                "name": user.person.name,
                "unit": user.person.unit.name,
                "roles": sorted(user.roles),
                "disabled": user.disabled_at is not None,
            }
            for user in list_users()
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        roles = "、".join(Role(role).label for role in row["roles"])
        click.echo(
            f"{row['login']}\t{row['name']}\t{row['unit']}\t{roles}\t{'停用' if row['disabled'] else ''}"
        )
