"""What holds for every request: id, security headers, refusals as pages, stored files."""

from app.core.web.app.headers import CONTENT_SECURITY_POLICY
from app.core.web.app.joining import csrf, init_web
from app.core.web.app.refusals import refusal_page

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "csrf",
    "init_web",
    "refusal_page",
]
