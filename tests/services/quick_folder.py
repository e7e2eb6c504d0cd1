"""Where the files of tests lie: in memory where there is room, since nothing of them survives the run."""

import os
import shutil
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
# More than a run takes, and more than the page of operations calls scarce.
ROOM = 8 * 2**30


def quick_folder() -> str | None:
    """A folder for temporary files that never waits for a disk; None where only the usual one is left."""
    if not os.access(IN_MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(IN_MEMORY).free < ROOM:
        return None
    return str(IN_MEMORY)


def keep_files_quick() -> None:
    """From now on `tmp_path` lies there, unless whoever runs the tests has chosen a place."""
    if folder := quick_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
