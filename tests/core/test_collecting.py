"""A process that runs for long looks for garbage by the beat, and never where something is allocated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOES = """
import gc, time, weakref
from app.core.web import collecting
collecting.BEAT, collecting.WHOLE = 0.01, int({whole})
collecting.collect_apart()
collecting.collect_apart()
assert not gc.isenabled()

class Ring:
    def __init__(self):
        self.me = self

rings = [Ring() for _ in range({many})]
gone = weakref.ref(rings[-1])
del rings
held = [[] for _ in range({many})]
assert gone() is not None, "it went while something was allocated"
begun = time.monotonic()
while gone() is not None and time.monotonic() - begun < 20:
    time.sleep(0.01)
print("gone" if gone() is None else "kept")
"""


@pytest.mark.parametrize(("many", "whole"), [(5_000, 1_000_000), (1, 20)], ids=["much at once", "little"])
def test_what_lies_in_circles_goes_by_the_beat(many: int, whole: int) -> None:
    said = subprocess.run(
        [sys.executable, "-c", GOES.format(many=many, whole=whole)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (said.stdout, said.stderr) == ("gone\n", "")


@pytest.mark.parametrize(("from_cli", "told"), [("true", "False"), ("", "True")], ids=["command", "pages"])
def test_a_command_collects_by_the_beat_and_the_pages_only_once_their_workers_part(
    tmp_path: Path, from_cli: str, told: str
) -> None:
    environment = {"INSTANCE_PATH": str(tmp_path), "FLASK_RUN_FROM_CLI": from_cli}
    said = subprocess.run(
        [sys.executable, "-c", "import gc, wsgi; print(gc.isenabled())"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (said.stdout, said.stderr) == (f"{told}\n", "")
