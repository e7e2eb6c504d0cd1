"""Debian's Chromium through Playwright: one browser per test process, one clean profile per page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from tests.services.real_parts import missing

EXECUTABLE = Path("/usr/bin/chromium")
# No sandbox: the tests may run as root in a container, and only ever open their own server.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOPBACK = {"127.0.0.1", "localhost"}


@contextmanager
def running_browser() -> Iterator[Browser]:
    if not EXECUTABLE.is_file():
        missing("Chromium", "apt-get install -y chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(EXECUTABLE), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_page(
    browser: Browser, base_url: str, *, phone: bool = False, timezone: str = "Asia/Shanghai"
) -> Iterator[Page]:
    """A page that can reach nothing but this machine.

    Leaving the block fails the test if the page asked for an outside address, broke the content security
    policy or threw an error in a script.
    """
    outside: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(
        base_url=base_url,
        viewport=PHONE if phone else DESK,
        has_touch=phone,
        is_mobile=phone,
        locale="zh-CN",
        timezone_id=timezone,
    )
    context.route("**/*", lambda route, request: _only_loopback(route, request, outside))
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_refusal(message.text) else None)
    try:
        yield page
    finally:
        context.close()
    assert not outside, f"the page asked for outside addresses: {outside}"
    assert not complaints, f"the browser complained: {complaints}"


def _only_loopback(route: Route, request: Request, outside: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme in ("data", "blob") or address.hostname in LOOPBACK:
        route.continue_()
        return
    outside.append(request.url)
    route.abort()


def _is_refusal(text: str) -> bool:
    return "Content Security Policy" in text
