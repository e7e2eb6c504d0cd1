"""What the pages of accounts share: the blueprint, and a form that comes again."""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("accounts", __name__)
REFUSED = 422
Page = str | tuple[str | AnyResponse, int] | AnyResponse


def refused(page: str, wait: int) -> AnyResponse:
    """A form again; for who has to wait, with how many seconds."""
    answer = make_response(page, 429 if wait else 422)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
