"""How a request comes in: files up to what the product takes, and whether a page's own script has sent it."""

import tempfile
from typing import IO, Any

from flask import Request, request

LARGEST_FILE = 20 * 1024 * 1024  # bytes
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


def is_by_script() -> bool:
    """Whether app/static/js/sending.js has sent this: it stays on its page and reads the answer itself."""
    return request.headers.get("X-Sent-By") == "page"
