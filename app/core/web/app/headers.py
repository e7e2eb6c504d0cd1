"""What every answer carries."""

from flask import Flask, Response, request
from werkzeug.urls import iri_to_uri

from app.core.web.receiving import is_by_script

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
_REDIRECTS = {301, 302, 303}
_SECONDS_TO_TRY_AGAIN = {503: 30, 507: 300}


def carry_headers(app: Flask) -> None:
    """Gives every answer of the app its headers."""
    app.after_request(_secure)
    app.after_request(_say_where)
    app.after_request(_say_when)


def _secure(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "assets.show":
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _say_where(response: Response) -> Response:
    """A page's own script goes on by itself: an answer it followed would spend the words on what was done."""
    if is_by_script() and response.status_code in _REDIRECTS:
        # Only of Location werkzeug itself makes what a header can hold.
        response.headers["X-Location"] = iri_to_uri(response.headers.pop("Location"))
        response.status_code, response.data = 200, b""
    return response


def _say_when(response: Response) -> Response:
    """When to ask again, for proxies and for the scripts of pages."""
    seconds = _SECONDS_TO_TRY_AGAIN.get(response.status_code)
    if seconds is not None:
        response.headers.setdefault("Retry-After", str(seconds))
    return response
