"""A measure today beside the build before, in turns A B A B: each time in a process of its own, which prints
what it found as one line of JSON. The build before is the tree of its commit.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[1]


def is_known(commit: str) -> bool:
    """Whether this copy of the project holds a commit: one that was fetched without its past does not."""
    asked = ["git", "-C", str(TREE), "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, stderr=subprocess.DEVNULL, check=False).returncode == 0


@contextmanager
def tree_of(commit: str) -> Iterator[Path]:
    """A tree of a commit, with the files of others that no commit holds."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{commit}-") as folder:
        tree = Path(folder) / "before"
        run = ["git", "-C", str(TREE), "worktree"]
        subprocess.run([*run, "add", "-q", "--detach", str(tree), commit], check=True)
        try:
            vendor = Path("app/static/vendor")
            shutil.copytree(TREE / vendor, tree / vendor, dirs_exist_ok=True)
            yield tree
        finally:
            subprocess.run([*run, "remove", "--force", str(tree)], check=True)


def measured(tree: Path, bench: Path) -> dict[str, Any]:
    """What a bench finds in a process of its own, with the code of a tree."""
    said = subprocess.run(
        [sys.executable, str(bench), "--one"],
        env=os.environ | {"BENCH_TREE": str(tree)},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
