"""The folder of an embedded index: generations beside each other, a pointer to the one in use, one lock.

- LOCK: held during one apply, and by a rebuild from start to swap
- CURRENT: name of the generation in use, replaced in one step
- gen-<random>/: one index, with about.json naming the analysis it was built with
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.interface import IndexOutdated, SearchUnavailable

LOCK_PATIENCE = 30.0
_POLL = 0.05
_ABOUT = "about.json"


class IndexFolder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        try:
            return (self.root / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise SearchUnavailable(f"无法读取搜索索引目录：{error}") from error

    def path(self, generation: str) -> Path:
        return self.root / generation

    def new_generation(self, about: dict[str, str]) -> str:
        generation = f"gen-{secrets.token_hex(8)}"
        self.path(generation).mkdir(parents=True)
        (self.path(generation) / _ABOUT).write_text(json.dumps(about), encoding="ascii")
        return generation

    def require(self, generation: str, about: dict[str, str]) -> Path:
        """The generation's folder, if it was built the way this program reads it."""
        path = self.path(generation)
        try:
            found = json.loads((path / _ABOUT).read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise SearchUnavailable("搜索索引缺失或已损坏，需要重建（flask search rebuild）") from error
        if found != about:
            raise IndexOutdated("搜索索引由另一版本建立，需要重建（flask search rebuild）")
        return path

    def use(self, generation: str) -> None:
        _flush_folder(self.path(generation))
        fresh = self.root / f"CURRENT.{secrets.token_hex(4)}"
        with fresh.open("w", encoding="ascii") as file:
            file.write(generation)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.root / "CURRENT")
        _flush_folder(self.root)

    def sweep(self) -> None:
        """Remove what a killed rebuild or an earlier swap left behind. Only under the lock."""
        keep = self.current()
        for path in self.root.glob("gen-*"):
            if path.name != keep:
                shutil.rmtree(path)
        for path in self.root.glob("CURRENT.*"):
            path.unlink()

    def remove(self, generation: str) -> None:
        shutil.rmtree(self.path(generation))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all processes; the lock of a killed process is free at once."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / "LOCK", os.O_RDWR | os.O_CREAT, 0o640)
        except OSError as error:
            raise SearchUnavailable(f"无法写入搜索索引目录：{error}") from error
        try:
            _wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise SearchUnavailable("搜索索引正被另一进程写入或重建，请稍后再试") from error
            time.sleep(_POLL)
        else:
            return


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
