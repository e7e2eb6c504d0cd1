"""The index as a whole: built anew beside the one in use, compared with the database, mended."""

from app.core.index.reindexing.comparing import (
    SearchCheck,
    check,
    check_and_keep,
    check_by_night,
    last_check,
    repair,
)
from app.core.index.reindexing.rebuilding import rebuild

__all__ = [
    "SearchCheck",
    "check",
    "check_and_keep",
    "check_by_night",
    "last_check",
    "rebuild",
    "repair",
]
