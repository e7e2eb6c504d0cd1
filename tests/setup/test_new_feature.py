"""`make new-feature`: what it writes is a whole feature that passes, under any name and in any group."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT

LEFT_OUT = (".git", ".venv", ".*_cache", ".hypothesis", "node_modules", "instance", "vendor", "__pycache__")
LEAVINGS = {"__pycache__", ".ruff_cache"}
MOST_LINES, MOST_PLACES = 900, 4
WRITTEN_BY_COMMAND = {"tests/house/route_table.py", "migrations/HEAD"}
STRUCTURE = ("tests/house/test_unused.py", "tests/house/test_labels.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project as it is, to be written into."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / "app/static/vendor").symlink_to(ROOT / "app/static/vendor")
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=own, capture_output=True, text=True, check=False
    )


def new_feature(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT, str(ROOT / "bin/new_feature.py"), *words, "--root", str(folder))


def passes(folder: Path, *command: str) -> None:
    done = run(folder, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "asked",
    [
        ("trainings", "业务培训"),
        pytest.param(
            ("supervision_orders", "督办事项", "--group", "delivery", "--counter", "件"),
            marks=pytest.mark.drill,
        ),
    ],
    ids=lambda asked: asked[0],
)
def test_a_new_feature_is_whole_and_tidy(copy: Path, asked: tuple[str, ...]) -> None:
    done = new_feature(copy, *asked)
    assert done.returncode == 0, done.stderr
    passes(copy, "ruff", "check", ".")
    passes(copy, "ruff", "format", "--check", ".")
    passes(copy, "pytest", "-q", "-p", "no:cacheprovider", "-k", "sqlite", f"tests/{asked[0]}", *STRUCTURE)


@pytest.mark.drill
def test_every_guard_stays_green(copy: Path) -> None:
    assert new_feature(copy, "trainings", "业务培训").returncode == 0
    passes(copy, "mypy", "app", "search")
    passes(copy, "importlinter.cli", "lint", "--no-logo")
    passes(copy, "djlint", "templates", "--lint", "--quiet")
    passes(copy, "pytest", "-q", "-p", "no:cacheprovider", "-m", "not browser", "tests/house")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the copy but what Python and ruff leave for themselves."""
    found = (path for path in folder.rglob("*") if path.is_file() and not LEAVINGS & {*path.parts})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_it_costs_few_lines_and_few_places(copy: Path) -> None:
    before = contents(copy)
    assert new_feature(copy, "trainings", "业务培训").returncode == 0
    after = contents(copy)
    assert sum(after[path].count(b"\n") for path in after.keys() - before.keys()) <= MOST_LINES
    changed = {path for path in before if after[path] != before[path]}
    assert len(changed - WRITTEN_BY_COMMAND) <= MOST_PLACES


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("", "业务培训"), "NAME=trainings"),
        (("Trainings", "业务培训"), "NAME=trainings"),
        (("sheep", "羊"), "ONE=training"),
        (("trainings", ""), "LABEL=业务培训"),
        (("trainings", "training"), "LABEL=业务培训"),
        (("leads", "线索"), "已经有 leads"),
        (("agreements", "协议"), "已经有 agreements"),
        (("jobs", "任务"), "已经有 jobs"),
    ],
)
def test_what_cannot_be_a_name_is_said_and_nothing_is_written(
    copy: Path, words: tuple[str, ...], told: str
) -> None:
    before = contents(copy)
    done = new_feature(copy, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert contents(copy) == before


def test_a_place_without_room_for_its_lines_is_named_and_nothing_is_written(copy: Path) -> None:
    rights = copy / "app/register/accounts/rules/rights.py"
    text = rights.read_text(encoding="utf-8").replace("P.FUNNEL_READ", "P.OTHER")
    rights.write_text(text, encoding="utf-8")
    before = contents(copy)
    done = new_feature(copy, "trainings", "业务培训")
    assert done.returncode == 2
    assert "accounts/rules/rights.py 里没有找到该写的地方" in done.stderr
    assert contents(copy) == before
