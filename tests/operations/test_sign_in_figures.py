"""Against the running product: what a refusal tells by its time, how soon a session is over."""

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

import pytest

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.register.accounts import services, session
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from tests.factories.accounts import PASSWORD, make_user
from tests.journeys.people import in_county
from tests.services import databases
from tests.services.product import Installation, Product, running_product

EACH = 9  # tries with known and with unknown accounts


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("doors")
    databases.sqlite_copy(sqlite_template, folder)
    with running_product(Installation(folder), only=("web",)) as running, in_county(running):
        yield running


class _Stay(HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_asked: object) -> None:
        return None


class Browser:
    """Keeps its cookies; answers with status and text."""

    def __init__(self, product: Product) -> None:
        self.url = product.url
        self._opener = build_opener(HTTPCookieProcessor(), _Stay())

    def asks(self, path: str, **fields: str) -> tuple[int, str]:
        body = urlencode(fields).encode() if fields else None
        try:
            with self._opener.open(self.url + path, body, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as answer:
            return answer.code, answer.read().decode()

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.asks(path)[1])
        assert found is not None
        return found[1]

    def signs_in(self, login: str, password: str = PASSWORD, token: str = "") -> int:
        token = token or self.token("/login")
        return self.asks("/login", login=login, password=password, csrf_token=token)[0]

    def is_in(self) -> bool:
        return self.asks("/account")[0] == 200


def people(count: int) -> list[str]:
    made = [make_user(Role.OFFICER).login for _ in range(count)]
    db.session.commit()
    return made


def test_an_account_that_is_not_there_takes_as_long_to_refuse_as_one_that_is(
    site: Product, capsys: pytest.CaptureFixture[str]
) -> None:
    known: list[float] = []
    unknown: list[float] = []
    for number, login in enumerate(people(EACH)):  # by turns: whatever else the machine does falls on both
        for name, times in ((login, known), (f"nobody{number}", unknown)):
            door = Browser(site)
            token, start = door.token("/login"), time.monotonic()
            assert door.signs_in(name, "not the password", token) == 422
            times.append(time.monotonic() - start)
    ratio = statistics.median(unknown) / statistics.median(known)
    with capsys.disabled():
        sys.stdout.write(f"\n[S6] 没有的账号用时是有的 {ratio:.2f} 倍\n")
    assert 0.5 < ratio < 2


def test_a_session_that_was_ended_is_over_within_a_second_in_every_process(
    site: Product, capsys: pytest.CaptureFixture[str]
) -> None:
    def of(login: str) -> User:
        return db.session.query(User).filter_by(login=login).one()

    deeds: dict[str, Callable[[str], object]] = {
        "停用": lambda login: services.disable_user(of(login)),
        "重设密码": lambda login: services.reset_password(of(login), "unused"),
        "全部结束": lambda _login: session.end_everybody(),
    }
    told = {}
    for deed, act in deeds.items():
        (login,) = people(1)
        browsers = [Browser(site) for _ in range(4)]  # of both workers
        assert [browser.signs_in(login) for browser in browsers] == [303] * 4
        assert all(browser.is_in() for browser in browsers)
        with acting_as(SYSTEM):
            act(login)
            db.session.commit()
        start = time.monotonic()
        while any(browser.is_in() for browser in browsers):
            assert time.monotonic() - start < 10
        told[deed] = time.monotonic() - start
    with capsys.disabled():
        sys.stdout.write(f"\n[S7] 会话失效用时：{'，'.join(f'{d} {s:.2f} 秒' for d, s in told.items())}\n")
    assert max(told.values()) < 1
