"""What the locks say can be installed on any later day, after newer versions of everything were published.

pip before 24 resolves with what an index offers: a lock that leaves an extra out of a name installs on the
day it is made and is refused once that name has a newer version. Here an index of empty wheels with the true
names, versions and requirements stands in, each package also in a newer version.
"""

import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-setup.txt"]
LATER = "9999.1"
_PIN = re.compile(
    r"^(?P<name>[a-z0-9._-]+)(?P<extras>\[[a-z0-9,._-]+\])?==(?P<version>[^ ;\\]+)(?P<rest>.*)$"
)


def pins(lock: str) -> list[re.Match[str]]:
    """The first line of each entry: name, extras, version, and the rest with its marker."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return [found for line in text.splitlines() if (found := _PIN.match(line))]


def asked_extras() -> Iterator[tuple[str, str, set[str]]]:
    """Who asks for which package with which extras, as the installed packages tell."""
    for installed in distributions():
        for line in installed.requires or []:
            asked = Requirement(line)
            if asked.extras and (asked.marker is None or asked.marker.evaluate({"extra": ""})):
                yield installed.name, canonicalize_name(asked.name), asked.extras


def lacking_extras(locked: dict[str, set[str]]) -> list[str]:
    """What the locked packages ask for and the lock (name -> extras) pins without the extra."""
    return [
        f"{who} asks for {name}{sorted(extras)}"
        for who, name, extras in asked_extras()
        if canonicalize_name(who) in locked and name in locked and not extras <= locked[name]
    ]


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_every_extra_that_a_locked_package_asks_for_stands_in_the_lock(lock: str) -> None:
    locked = {found["name"]: set((found["extras"] or "[]")[1:-1].split(",")) for found in pins(lock)}
    assert lacking_extras(locked) == []


def test_an_extra_left_out_of_the_lock_is_named() -> None:
    without = {found["name"]: set[str]() for found in pins("requirements-dev.txt")}
    assert "pytest-cov asks for coverage['toml']" in lacking_extras(without)


def empty_wheel(folder: Path, name: str, version: str, requirements: list[str], extras: list[str]) -> str:
    """A wheel without contents; the hash of its file is returned."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requirements]
    files = {
        f"{stem}.dist-info/METADATA": "\n".join(metadata) + "\n",
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{stem}.dist-info/RECORD"
    lines = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    files[record] = "\n".join([*lines, f"{record},,"]) + "\n"
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _installed(name: str) -> Distribution | None:
    """None for what the lock keeps for other systems, and for set-up's own npm where it was not needed."""
    try:
        return distribution(name)
    except ModuleNotFoundError:
        return None


def later_day(folder: Path, lock: str, *, with_extras: bool = True) -> Path:
    """An index in `folder` as of a later day, and the lock with the hashes of its wheels."""
    lines = []
    for found in pins(lock):
        installed = _installed(found["name"])
        known = installed.metadata.get_all("Provides-Extra") or [] if installed else []
        needed = list(installed.requires or []) if installed else []
        own = empty_wheel(folder, found["name"], found["version"], needed, known)
        empty_wheel(folder, found["name"], LATER, needed, known)
        extras = (found["extras"] or "") if with_extras else ""
        marker = found["rest"].rstrip("\\ ")
        lines.append(f"{found['name']}{extras}=={found['version']}{marker} --hash=sha256:{own}")
    written = folder / lock
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return written


def install(lock: Path) -> subprocess.CompletedProcess[str]:
    """As set-up installs, but from the index beside the lock, and only to the point where all is resolved."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    here = ["--no-index", f"--find-links={lock.parent}", "--no-cache-dir", "--dry-run", "--ignore-installed"]
    command = [*pip, *here, "--require-hashes", "-r", str(lock)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_installs_after_newer_versions_of_everything_were_published(
    lock: str, tmp_path: Path
) -> None:
    done = install(later_day(tmp_path, lock))
    assert done.returncode == 0, done.stderr


def test_a_lock_without_extras_is_found_out(tmp_path: Path) -> None:
    version = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()[1]
    done = install(later_day(tmp_path, "requirements-dev.txt", with_extras=False))
    if int(version.partition(".")[0]) >= 24:
        assert done.returncode == 0  # pip has learnt it; the guard above is what is left
    else:
        assert done.returncode != 0
        assert "coverage[toml]" in done.stderr
