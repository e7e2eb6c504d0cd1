"""The filled county served as in real use and opened in Chromium, by people already signed in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext

from app.core.storage.db import db
from app.factory import create_app
from tests.house.county import EVERYTHING
from tests.house.walking import Filled, House
from tests.services.databases import SECRET, testing_config
from tests.services.product import Installation, running_product

PATIENCE = 120_000  # ms; the machine may be busy, and nothing here is judged by its time


@dataclass(frozen=True, slots=True)
class ServedHouse:
    """A house whose pages gunicorn serves at `url`."""

    url: str
    house: House

    def cookie(self, login: str) -> str:
        """The session cookie of somebody who has just signed in."""
        return self.cookie_of(self.house.client(login))

    @staticmethod
    def cookie_of(client: FlaskClient) -> str:
        found = client.get_cookie("session")
        assert found is not None
        return found.value

    @contextmanager
    def signed_in(self, browser: Browser, login: str = EVERYTHING) -> Iterator[BrowserContext]:
        """A browser profile of this person, at desk width."""
        context = browser.new_context(
            base_url=self.url,
            viewport={"width": 1440, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        if login:
            context.add_cookies([{"name": "session", "value": self.cookie(login), "url": self.url}])
        context.set_default_timeout(PATIENCE)
        try:
            yield context
        finally:
            context.close()


@contextmanager
def serving(filled: Filled, folder: Path) -> Iterator[ServedHouse]:
    """Starts gunicorn over a copy of a filled county."""
    path, ids = filled
    shutil.copyfile(path, folder / "county.sqlite3")
    (folder / "secret_key").write_text(SECRET)  # so that the cookies made here are good there
    app = create_app(testing_config(folder, f"sqlite:///{folder / 'county.sqlite3'}"))
    with running_product(Installation(folder), only=("web",)) as product:
        yield ServedHouse(product.url, House(app, ids))
    with app.app_context():
        db.engine.dispose()
