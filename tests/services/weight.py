"""What a page costs on the line: requests and bytes as Chromium counts them, headers and all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Line:
    """What went over the line so far; what the browser had kept costs nothing and is not counted."""

    requests: list[str] = field(default_factory=list)
    byte_count: int = 0
    _open: dict[str, str] = field(default_factory=dict)

    def began(self, event: dict[str, Any]) -> None:
        self._open[event["requestId"]] = event["request"]["url"]

    def was_kept(self, event: dict[str, Any]) -> None:
        self._open.pop(event["requestId"], None)

    def answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self.was_kept(event)

    def ended(self, event: dict[str, Any]) -> None:
        if url := self._open.pop(event["requestId"], ""):
            self.requests.append(url)
            self.byte_count += int(event["encodedDataLength"])


@contextmanager
def watched_line(page: Page) -> Iterator[Line]:
    """Counts during the block. Playwright's own routes switch the browser's cache off: the page has none."""
    line, session = Line(), page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", line.began)
    session.on("Network.requestServedFromCache", line.was_kept)
    session.on("Network.responseReceived", line.answered)
    session.on("Network.loadingFinished", line.ended)
    session.send("Network.enable")
    try:
        yield line
    finally:
        session.detach()
