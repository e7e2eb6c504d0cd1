"""The pages for what the server refuses before the product is asked: those of the product, in Chinese."""

from flask import Flask

from app.core.web.app import CONTENT_SECURITY_POLICY, refusal_page

_STATUSES = (400, 408, 411, 413, 414, 431, 500, 501)
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
)
_pages: dict[int, bytes] = {}


def make_pages(app: Flask) -> None:
    """Makes the pages once, in the parent of the workers."""
    _pages.update({status: _page_of(app, status) for status in _STATUSES})


def headers_and_page(status: int) -> tuple[tuple[tuple[str, str], ...], bytes]:
    return _HEADERS, _pages.get(status) or _pages[400 if status < 500 else 500]


def _page_of(app: Flask, status: int) -> bytes:
    hosts = app.config["TRUSTED_HOSTS"] or ["localhost"]
    # whatever was sent, a form may have been lost with it: the words are those of a sending
    with app.test_request_context(base_url=f"http://{hosts[0].lstrip('.')}", method="POST"):
        page, _status = refusal_page(status)
    assert isinstance(page, str)
    return page.encode()
