"""Writes the lock files from the dependency ranges: exact versions, hashes, no address.

Versions already locked stay while they fit; `--upgrade` looks for newer ones.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from setup import ROOT, VENV

COMPILE = [
    str(VENV / "bin" / "uv"),
    "pip",
    "compile",
    "--quiet",
    "--no-config",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    # pip before 24 refuses `name[extra]` in the metadata of a package where the lock says only `name`, once
    # a newer version of `name` is published.
    "--no-strip-extras",
    "--custom-compile-command=make lock",
    "--no-emit-index-url",
    "--no-emit-find-links",
]
# In this order: the development lock must agree with the run-time one.
TARGETS = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["--constraints=requirements.txt", "--group=dev", "pyproject.toml"],
    "requirements-setup.txt": ["--group=pyproject.toml:setup"],
    "requirements-supply.txt": ["--group=pyproject.toml:supply"],
}
NPM = ["install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts"]


def lock_python(root: Path, options: Sequence[str]) -> None:
    for target, sources in TARGETS.items():
        print(f"[锁定] {target}", flush=True)
        subprocess.run([*COMPILE, *options, f"--output-file={target}", *sources], cwd=root, check=True)


def lock_frontend(root: Path) -> None:
    print("[锁定] package-lock.json", flush=True)
    subprocess.run([str(VENV / "bin" / "npm"), *NPM, "--no-audit", "--no-fund"], cwd=root, check=True)


def main(options: Sequence[str]) -> int:
    try:
        lock_python(ROOT, options)
        lock_frontend(ROOT)
    except subprocess.CalledProcessError as failure:
        print(f"[锁定] 没有成功：{failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
