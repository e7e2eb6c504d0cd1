"""Pages, commands and jobs commit, each once what it did is whole; whatever they call only writes.

So a service can be called by another, and all that one press of a button does stands or falls together.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAY_COMMIT = re.compile(r"(\w+_)?views|cli|jobs")  # rooms of a feature
_REFUSED = "what was refused is kept though the request that was refused is undone"
_PASSING = "a look is noted beside the request, which holds no write lock"
_RELAY = "claimed, sent and let go in three transactions, so that no lock is held while the index is written"
_REBUILD = "runs for minutes beside those who write"
_STATE = "what state a job is in must stand, whatever becomes of the job's own work"
_REGULAR = "who does a piece of regular work, and that it was done, stands whatever becomes of the work"
# Which function commits elsewhere, and why it must.
COMMITS_ELSEWHERE = {
    "app/core/web: done": "ends every page that wrote",
    "app/core/web: spend": "what was spent stays counted when the request fails",
    "app/core/records: _why_not": "each of many records is done by itself",
    "app/core/storage: record_look": "a look stands in the ledger before its first byte is sent",
    "app/core/work: report": "progress is shown while the job runs",
    "app/core/work: run": _STATE,
    "app/core/work: _outcome": "ends every job",
    "app/core/work: _finish": _STATE,
    "app/core/work: sweep": _STATE,
    "app/core/work: restart_lost": _STATE,
    "app/core/work: _take": _REGULAR,
    "app/core/work: _do": "ends every piece of regular work",
    "app/core/work: _end": _REGULAR,
    "app/core/index: _claim": _RELAY,
    "app/core/index: drain": _RELAY,
    "app/core/index: _put_back": _RELAY,
    "app/core/index: _count_failure": _RELAY,
    "app/core/index: put_back_lost": _RELAY,
    "app/core/index: send_again": _REBUILD,
    "app/core/index: _drawn": _REBUILD,
    "app/core/index: check_and_keep": _REBUILD,
    "app/register/accounts: take": _REFUSED,
    "app/register/accounts: take_code": _REFUSED,
    "app/register/accounts: check_password": "a right password was no guess, whatever else is refused",
    "app/register/accounts: _note_refusal": _REFUSED,
    "app/register/accounts: _mark_seen": _PASSING,
}


def commits_elsewhere(sources: dict[str, str]) -> set[str]:
    """Functions that commit outside the rooms which may, each by its feature or part of `core`."""
    return {
        f"{'/'.join(Path(path).parts[:3])}: {name}"
        for path, source in sources.items()
        if not _may_commit(path)
        for name in _committing(ast.parse(source), "")
    }


def _may_commit(path: str) -> bool:
    """Whether a file lies in such a room, which may be a module or a folder."""
    rooms = Path(path).with_suffix("").parts[3:]
    return not path.startswith("app/core/") and any(MAY_COMMIT.fullmatch(room) for room in rooms)


def _committing(node: ast.AST, function: str) -> Iterator[str]:
    """The innermost named function around each commit; empty at the top of a module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Attribute) and child.attr == "commit":
            yield function
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _committing(child, child.name if is_function else function)


def product() -> dict[str, str]:
    paths = (ROOT / "app").rglob("*.py")
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_only_pages_commands_and_jobs_commit_but_for_what_must() -> None:
    assert commits_elsewhere(product()) == set(COMMITS_ELSEWHERE)


def test_a_commit_in_another_room_is_noticed() -> None:
    page = "def save():\n    db.session.commit()\n"
    planted = {
        "app/promotion/planted/views.py": page,
        "app/promotion/planted/editing_views/parts.py": page,
        "app/promotion/planted/cli.py": page,
        "app/promotion/planted/jobs.py": page,
        "app/promotion/planted/services.py": "def settle():\n    services.commit_nothing()\n",
        "app/promotion/planted/queries.py": "class Read:\n    def close(self):\n        own.commit()\n",
        "app/promotion/planted/services/parts.py": page.replace("save", "keep"),
        "app/promotion/planted/forms.py": "def take(act=db.session.commit):\n    act()\n",
        "app/core/planted/jobs.py": page,
        "app/planted.py": page,
    }
    assert commits_elsewhere(planted) == {
        "app/promotion/planted: close",
        "app/promotion/planted: keep",
        "app/promotion/planted: take",
        "app/core/planted: save",
        "app/planted.py: save",
    }
