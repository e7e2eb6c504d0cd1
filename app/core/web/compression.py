"""Pages go out compressed: a county's network outside the office is slow, and a list shrinks to a tenth.

Not when another site caused the request: the length of what comes back would then tell that site, guess by
guess, what stands on the page (BREACH). docs/adr/0007-pages-are-compressed.md says why that is enough.
"""

import gzip

from flask import Flask, Response, request

_KINDS = frozenset({"text/html", "application/json"})
_SHORTEST = 1000  # bytes; below it packing costs more than it saves
_LEVEL = 5
_FOREIGN = frozenset({"cross-site", "same-site"})


def init_app(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    is_file = response.is_streamed or response.direct_passthrough  # goes out as it lies there
    if response.mimetype not in _KINDS or is_file or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if _may_be_packed() and len(content := response.get_data()) >= _SHORTEST:
        response.set_data(gzip.compress(content, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _may_be_packed() -> bool:
    """Whether the browser takes it, and came by our own page or by the person's hand."""
    foreign = request.headers.get("Sec-Fetch-Site") in _FOREIGN
    return request.accept_encodings["gzip"] > 0 and not foreign
