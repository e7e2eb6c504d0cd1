"""Whether a request wants a piece of a page."""

from flask import request


def is_partial() -> bool:
    """True for an htmx request that replaces a part (not for one that restores history)."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
