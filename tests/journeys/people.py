"""The people of a journey: users made in the running county's database, and what each does to sign in."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from app.core.storage.db import db
from app.factory import create_app
from app.register.accounts.enums import Role
from tests.factories.accounts import PASSWORD, a_resident, make_person, make_team, make_user, the_bureau
from tests.services import databases
from tests.services.chromium import opened_page
from tests.services.product import Product

LOGINS = {
    Role.ADMINISTRATOR: "guanli",
    Role.BUREAU_HEAD: "juzhang",
    Role.OFFICER: "shenruolan",
    Role.RESIDENT: "luomanqing",
    Role.LEADER: "liangsiyuan",
    Role.AUDITOR: "shenji",
}
NAMES = {
    Role.ADMINISTRATOR: "管立",
    Role.BUREAU_HEAD: "何立群",
    Role.OFFICER: "沈若兰",
    Role.RESIDENT: "罗曼青",
    Role.LEADER: "梁思源",
    Role.AUDITOR: "申季",
}


@contextmanager
def in_county(product: Product) -> Iterator[None]:
    """Inside the product's own database."""
    folder = product.installation.instance
    url = product.installation.database_url or f"sqlite:///{folder / 'county.sqlite3'}"
    with create_app(databases.testing_config(folder, url)).app_context():
        yield
        db.engine.dispose()


def settle_in(product: Product) -> None:
    """A user of every role in the product's own database."""
    with in_county(product):
        team = make_team("驻长三角组")
        for role, login in LOGINS.items():
            if role is Role.RESIDENT:
                a_resident(team, person=make_person(NAMES[role], team), login=login)
            else:
                make_user(role, person=make_person(NAMES[role], the_bureau()), login=login)
        db.session.commit()


@contextmanager
def signed_in(browser: Browser, product: Product, role: Role, *, phone: bool = False) -> Iterator[Page]:
    """A page on which somebody of this role is signed in."""
    with opened_page(browser, product.url, phone=phone) as page:
        page.goto("/login")
        page.get_by_label("账号").fill(LOGINS[role])
        page.get_by_role("textbox", name="密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/")
        yield page
