"""The folder of an embedded index: generations beside each other, a pointer to the one in use, one lock.

- LOCK: held during one apply, and by a rebuild at its start and its swap
- REBUILD: held by a rebuild from start to swap
- CURRENT: name of the generation in use, replaced in one step
- FILLING: name of the generation that a rebuild is filling or has been killed at
- gen-<random>/: one index, with about.json naming the analysis it was built with; while it is filled, `place`
  says how far, and `changed` which documents others wrote meanwhile
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.interface import IndexOutdated, NeedsRebuild, SearchUnavailable

LOCK_PATIENCE = 30.0
_POLL = 0.05
_ABOUT = "about.json"
_PLACE = "place"
_CHANGED = "changed"


class IndexFolder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self._taken: dict[str, int] = {}  # bytes of `changed` read so far, by generation

    def current(self) -> str | None:
        return self._pointer("CURRENT")

    def _pointer(self, name: str) -> str | None:
        try:
            return (self.root / name).read_text(encoding="ascii").strip()
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
            raise NeedsRebuild("搜索索引缺失或已损坏，需要重建（flask search rebuild）") from error
        if found != about:
            raise IndexOutdated("搜索索引由另一版本建立，需要重建（flask search rebuild）")
        return path

    def use(self, generation: str) -> None:
        _flush_folder(self.path(generation))
        self._point("CURRENT", generation)

    def _point(self, name: str, generation: str) -> None:
        _replace(self.root / name, generation)
        _flush_folder(self.root)

    def sweep(self) -> None:
        """Remove what a killed rebuild or an earlier swap left behind. Only under the lock."""
        keep = {self.current(), self._pointer("FILLING")}
        for path in self.root.glob("gen-*"):
            if path.name not in keep:
                shutil.rmtree(path)
        for path in (*self.root.glob("CURRENT.*"), *self.root.glob("FILLING.*")):
            path.unlink()

    # --- a generation being filled; all but the reading of `changed` only under the lock ---

    def begin_filling(self, about: dict[str, str], *, fresh: bool) -> str:
        """The generation to be filled: one left with a place kept in it unless `fresh`, else a new one."""
        left = self._pointer("FILLING")
        if fresh or left is None or not self._can_go_on(left, about):
            self.end_filling()
            self.sweep()
            left = self.new_generation(about)
            self._point("FILLING", left)
        self.sweep()
        return left

    def _can_go_on(self, generation: str, about: dict[str, str]) -> bool:
        if generation == self.current() or not self.place(generation):
            return False
        try:
            self.require(generation, about)
        except SearchUnavailable:
            return False
        return True

    def end_filling(self) -> None:
        (self.root / "FILLING").unlink(missing_ok=True)

    def place(self, generation: str) -> str:
        try:
            return (self.path(generation) / _PLACE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def keep_place(self, generation: str, place: str) -> None:
        _flush_folder(self.path(generation))
        _replace(self.path(generation) / _PLACE, place)

    def note_changed(self, keys: Iterable[tuple[str, str]]) -> None:
        """Written after the change itself: whoever is killed between sends it again, and is heard then."""
        filling = self._pointer("FILLING")
        if filling is None or not self.path(filling).is_dir():
            return
        # A line cut off by a kill ends where the next writer's begins.
        lines = "".join(f"\n{json.dumps(key)}" for key in keys) + "\n"
        try:
            with (self.path(filling) / _CHANGED).open("a", encoding="utf-8") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SearchUnavailable(f"无法写入搜索索引目录：{error}") from error

    def take_changed(self, generation: str) -> list[tuple[str, str]]:
        """The keys noted since this was last asked."""
        path, start = self.path(generation) / _CHANGED, self._taken.get(generation, 0)
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(start)
            whole = file.read().rpartition(b"\n")[0]
        self._taken[generation] = start + len(whole)
        return list(dict.fromkeys(_keys_in(whole)))

    def has_changed(self, generation: str) -> bool:
        """Whether there is something to take."""
        path = self.path(generation) / _CHANGED
        return path.exists() and path.stat().st_size > self._taken.get(generation, 0) + 1

    def remove(self, generation: str) -> None:
        shutil.rmtree(self.path(generation))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all processes that write; the lock of a killed process is free at once."""
        with self._held("LOCK"):
            yield

    @contextmanager
    def alone_rebuilding(self) -> Iterator[None]:
        """Alone among all processes that rebuild."""
        with self._held("REBUILD"):
            yield

    @contextmanager
    def _held(self, name: str) -> Iterator[None]:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / name, os.O_RDWR | os.O_CREAT, 0o640)
        except OSError as error:
            raise SearchUnavailable(f"无法写入搜索索引目录：{error}") from error
        try:
            _wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)


def _keys_in(lines: bytes) -> Iterator[tuple[str, str]]:
    for line in lines.splitlines():
        try:
            kind, public_id = json.loads(line)
        except ValueError:
            continue  # empty, or cut off by a kill: its writer sends the change again
        yield kind, public_id


def _replace(path: Path, words: str) -> None:
    """Whole or not at all, also when the machine stops."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


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
