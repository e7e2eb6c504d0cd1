"""A page in Chromium that holds what a test puts on it, the scripts of the product, and a server that the
test plays. No process of the product runs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from tests.services.chromium import opened_page

ORIGIN = "http://localhost"
SCRIPTS = Path(__file__).resolve().parents[2] / "app" / "static" / "js"
# What folds out lies over the rest, as in the product: nothing moves under a click.
SHEET = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>试</title>
<style>.suggest, .menu-list {{ position: absolute; left: 400px; }}</style></head>
<body data-user="{user}"><main id="main" tabindex="-1">{content}</main></body></html>"""
Serving = Callable[[Route], None]


def a_page(content: str, user: str = "wang") -> str:
    """A whole page of the product, as far as its scripts know it."""
    return SHEET.format(user=user, content=content)


@dataclass
class Stage:
    """`answers` is what the server says at a path; `sent` is what it was asked but pages and scripts."""

    page: Page
    answers: dict[str, Serving] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)
    document: str = ""

    def show(self, content: str, user: str = "wang") -> None:
        """Opens a page of this content; nothing of it is alive yet."""
        self.document = a_page(content, user)
        self.page.goto("/")

    def run(self, script: str, function: str) -> Any:
        """What a function of this JavaScript returns for what a script exports."""
        return self.page.evaluate(f"async () => ({function})(await import('/js/{script}.js'))")

    def answer(self, path: str, status: int = 200, body: str = "", **headers: str) -> None:
        """From now on the server says this at a path; a header's name is written with underscores."""
        named = {"Content-Type": "text/html; charset=utf-8"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda route: route.fulfill(status=status, body=body, headers=named)

    def serve(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/js/"):
            route.fulfill(path=SCRIPTS / path.removeprefix("/js/"))
        elif request.method == "GET" and path not in self.answers:
            route.fulfill(body=self.document, content_type="text/html; charset=utf-8")
        else:
            self.sent.append(request)
            self.answers[path](route)


@contextmanager
def opened_stage(browser: Browser, timezone: str = "Asia/Shanghai") -> Iterator[Stage]:
    with opened_page(browser, ORIGIN, timezone=timezone) as page:
        stage = Stage(page)
        page.context.route(f"{ORIGIN}/**", stage.serve)
        yield stage


@pytest.fixture
def stage(browser: Browser) -> Iterator[Stage]:
    with opened_stage(browser) as opened:
        yield opened
