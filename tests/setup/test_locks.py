"""The lock files: exact, hashed, and free of any address."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = [
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-setup.txt",
    "requirements-supply.txt",
]


@pytest.mark.parametrize("name", [*PYTHON_LOCKS, "package-lock.json"])
def test_a_lock_names_no_registry_and_no_path_of_a_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    # npm notes where a package asks for donations; nothing is ever fetched from there.
    text = re.sub(r'"funding": \{[^}]*\}', "", text)
    assert not re.findall(r"https?://|file:|--find-links|--index-url|\"resolved\"", text)


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_locked_package_has_an_exact_version_and_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8"))[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.\[\],_-]+==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_development_lock_agrees_with_the_run_time_lock() -> None:
    pins = [dict(_pins(ROOT / name)) for name in ("requirements.txt", "requirements-dev.txt")]
    assert pins[0].items() <= pins[1].items()


def _pins(path: Path) -> list[tuple[str, str]]:
    return re.findall(r"^([a-z0-9.\[\],_-]+)==(\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_front_end_versions_are_exact_and_locked_with_a_hash() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for path, entry in locked.items():
        assert not path or entry["integrity"].startswith("sha512-"), path


def test_the_served_front_end_files_are_of_the_locked_versions() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    vendor = ROOT / "app" / "static" / "vendor"
    marks = {
        "echarts.min.js": f'version="{package["dependencies"]["echarts"]}"',
        "htmx.min.js": f'version:"{package["dependencies"]["htmx.org"]}"',
    }
    assert set(marks) == set(package["served"])
    for name, mark in marks.items():
        assert mark in (vendor / name).read_text(encoding="utf-8"), name
