"""How a request comes in: how much of it is read, files up to what the product takes, whether a page's own
script has sent it.
"""

import tempfile
from collections.abc import Callable, Mapping
from typing import IO, Any, ParamSpec, TypeVar

from flask import Flask, Request, abort, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core.access.auth import current_actor

P = ParamSpec("P")
R = TypeVar("R")
LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_ESCAPES = 60_000  # 20,000 Chinese characters in one form; the longest field holds 8,000
_TYPED = "application/x-www-form-urlencoded"
_TAKES_FILES = "takes_files"
_IN_MEMORY = 500_000  # bytes; what is larger goes to a temporary file


class _Cut(tempfile.SpooledTemporaryFile[bytes]):
    """Takes in a byte more than a file may have, so that it is known to be too large, and drops the rest."""

    def write(self, data: Any) -> int:
        room = LARGEST_FILE + 1 - self.tell()
        if room > 0:
            super().write(data[:room])
        return len(data)


class BoundedRequest(Request):
    """A file that is too large costs neither memory nor what was typed beside it: its form refuses it. Every
    temporary file is closed with the request, also when a body was given up half-way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken_in: list[_Cut] = []

    def close(self) -> None:
        super().close()
        for file in self._taken_in:
            file.close()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        self._taken_in.append(_Cut(max_size=_IN_MEMORY))
        return self._taken_in[-1]


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Declares that the form of a route has a file: only then, and only from who is signed in, more is read
    than a form without files may have.
    """
    setattr(view, _TAKES_FILES, True)
    return view


def is_declared_to_take_files(endpoint: str | None) -> bool:
    return getattr(current_app.view_functions.get(endpoint or ""), _TAKES_FILES, False)


def bound_body() -> Response | None:
    """Before anything reads the body: how much of it may be read, and of how many fields it may be."""
    if request.headers.get("Transfer-Encoding"):  # no browser sends a form in pieces of unsaid length
        abort(411)
    longest = request.max_form_memory_size or 0
    if (request.content_length or 0) > longest and not _may_bring_files():
        request.max_content_length = longest
        if is_declared_to_take_files(request.endpoint):
            answer: Response = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            return answer
    # Werkzeug counts the parts of the other kind of body, and the fields of this kind not at all.
    if request.mimetype == _TYPED and not _can_be_taken_apart(request.get_data()):
        g.body_is_refused = True
        abort(413)
    return None


def takes_body(app: Flask) -> Callable[[str, str, int, str], bool]:
    """What the server asks before it takes a body in, by method, path, length in bytes and Cookie header:
    whether `bound_body` may want it. It asks no database: a session cookie of ours is enough.
    """
    addresses = app.url_map.bind("")
    short: int = app.config["MAX_FORM_MEMORY_SIZE"]
    longest: int = app.config["MAX_CONTENT_LENGTH"]

    def is_wanted(method: str, path: str, length: int, cookie: str) -> bool:
        if length <= short or length > longest:
            return length <= short
        try:
            endpoint, _values = addresses.match(path, method)
        except HTTPException:
            return False
        takes_files = bool(getattr(app.view_functions.get(endpoint), _TAKES_FILES, False))
        return takes_files and bool(_session_in(app, cookie))

    return is_wanted


def _session_in(app: Flask, cookie: str) -> Mapping[str, Any] | None:
    """What a Cookie header holds of a session that this product signed."""
    bearer = app.request_class({"REQUEST_METHOD": "GET", "HTTP_COOKIE": cookie})
    return app.session_interface.open_session(app, bearer)


def is_body_refused() -> bool:
    """Whether the form in hand must not be taken apart, not even to show what was typed."""
    return bool(g.get("body_is_refused"))


def _can_be_taken_apart(body: bytes) -> bool:
    """Whether a form costs little more memory than it is long: each field and each escape makes an object."""
    return body.count(b"&") < (request.max_form_parts or 0) and body.count(b"%") <= MOST_ESCAPES


def _may_bring_files() -> bool:
    return is_declared_to_take_files(request.endpoint) and current_actor() is not None


def is_by_script() -> bool:
    """Whether app/static/js/sending.js has sent this: it stays on its page and reads the answer itself."""
    return request.headers.get("X-Sent-By") == "page"
