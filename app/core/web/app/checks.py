"""What is refused before any page is asked, and the number of a request."""

import secrets

from flask import abort, g, request

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
_FORMS = {"", "application/x-www-form-urlencoded", "multipart/form-data"}
LONGEST_ADDRESS = 4000  # bytes of path and query as sent; core/web/worker itself refuses four times as much
NUL = "内容里有看不见的控制字符，没有保存"


def number_request() -> None:
    g.request_id = secrets.token_hex(6)


def refuse_endless_address() -> None:
    """No page makes such an address, and what was cut off it would answer another question."""
    if len(request.environ.get("REQUEST_URI") or request.full_path) > LONGEST_ADDRESS:
        abort(414)


def take_only_forms() -> None:
    """Pages send forms; any other body would reach code that expects the fields of one."""
    if request.method in WRITING and request.mimetype not in _FORMS:
        abort(415)
    if any("\0" in value for values in request.form.listvalues() for value in values):
        abort(400, description=NUL)
