"""The demo county's sign-ins are printed in the open: a production start with them is refused."""

from flask import Flask
from sqlalchemy import select

from app.core.storage.db import db, reading
from app.county.demo import county
from app.county.demo.services import PASSWORD
from app.register.accounts import passwords
from app.register.accounts.models import User


class DemoInProduction(SystemExit):
    """Ends the process with the sentence that says what to do."""


def open_sign_ins() -> list[str]:
    """The logins of the demo county with which anybody could sign in to this database."""
    logins = [login for login, somebody in county.BY_LOGIN.items() if somebody.role is not None]
    query = select(User.login, User.password_hash).where(User.login.in_(logins), User.disabled_at.is_(None))
    with reading():
        found = list(db.session.execute(query.order_by(User.login)))
        db.session.rollback()
    return [login for login, stored in found if passwords.is_right(stored, PASSWORD)]


def require_no_demo(app: Flask) -> None:
    """Raises DemoInProduction for a production app whose database has open demo sign-ins."""
    if not app.config["IS_PRODUCTION"]:
        return
    with app.app_context():
        logins = open_sign_ins()
    if logins:
        raise DemoInProduction(
            f"数据库里有 {len(logins)} 个演示账号，密码是公开的，不能正式运行："
            "把 DATABASE_URL 换成新的数据库，或者停用它们："
            f"flask --app wsgi accounts disable {' '.join(logins)}"
        )
