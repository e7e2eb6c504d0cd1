"""What a new record feature costs, in lines of its own and in other files that name it: 业务培训 as
`make new-feature` writes it, beside visits and projects of the build before there was a kit.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BEFORE = "f0859a4"  # the last build without the kit of records
LINES, PLACES = 900, 4
LEFT_OUT = (".git", ".venv", "*_cache", ".hypothesis", "node_modules", "instance", "__pycache__")
WRITTEN_BY_COMMAND = "tests/house/route_table.py"
LOOKED_AT = ("app/", "templates/", "tests/house/", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Cost:
    """Lines that are a feature's own, and the other files that name it."""

    lines: int
    places: tuple[str, ...]


def cost_of(feature: str, files: Iterator[tuple[str, str]]) -> Cost:
    """Of a feature among the files of a tree: (path, text)."""
    own = re.compile(rf"(^|/){feature}(/|\.py$|$)|_{feature}\.py$")
    rights = rf"\b{feature.upper()}_(READ|WRITE)\b"
    names = re.compile(rf'\bapp\.(\w+\.)?{feature}\b|{rights}|"{feature}\.\w|layers = .*"{feature}"')
    lines, places = 0, []
    for path, text in files:
        if own.search(path):
            lines += text.count("\n")
        elif path.startswith(LOOKED_AT) and names.search(text):
            places.append(path)
    return Cost(lines, tuple(places))


def now() -> Cost:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        copy = Path(name) / "project"
        shutil.copytree(TREE, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        command = [sys.executable, TREE / "bin/new_feature.py", "trainings", "业务培训", "--root", copy]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return cost_of("trainings", _texts(copy))


def _texts(copy: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(copy.rglob("*")):
        place = path.relative_to(copy).as_posix()
        if path.suffix in {".py", ".html", ".toml"} and not place.startswith("bin/"):
            yield place, path.read_text(encoding="utf-8")


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(TREE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def before(feature: str) -> Cost:
    listed = _git("ls-tree", "-r", "--name-only", BEFORE).stdout.split()
    paths = [path for path in listed if path.endswith((".py", ".html", ".toml"))]
    texts = (_git("show", f"{BEFORE}:{path}").stdout for path in paths)
    return cost_of(feature, zip(paths, texts, strict=True))


def main() -> None:
    new = now()
    rows = [("业务培训", new)]
    if _git("cat-file", "-e", BEFORE).returncode:
        print(f"{BEFORE} is not in this copy of the project: nothing to stand beside")
    else:
        rows += [(f"{feature}, before", before(feature)) for feature in ("visits", "projects")]
    for name, cost in rows:
        ratio = f"{cost.lines / new.lines:.1f}x"
        print(f"{name:<20}{cost.lines:>6} lines {ratio:>6}  {len(cost.places):>3} other files")
    by_hand = [place for place in new.places if place != WRITTEN_BY_COMMAND]
    print(f"{new.lines} of {LINES} lines; by hand in {len(by_hand)} of {PLACES} places: {', '.join(by_hand)}")


if __name__ == "__main__":
    main()
