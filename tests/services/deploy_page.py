"""docs/how-to/deploy.md as somebody types it: its blocks, and the files they write."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deploy.md"


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def blocks(section: str) -> list[str]:
    """What is to be typed in the section whose heading begins with these words."""
    found = [part for part in text().split("\n## ") if part.startswith(section)]
    assert len(found) == 1, f"deploy.md has {len(found)} sections {section}"
    return re.findall(r"^```\n(.*?)^```$", found[0], re.DOTALL | re.MULTILINE)


def file_written_to(path: str) -> str:
    """The file that a block writes there with `cat`."""
    found = re.findall(rf"^cat > {re.escape(path)} <<'?END'?\n(.*?)^END$", text(), re.DOTALL | re.MULTILINE)
    assert len(found) == 1, f"deploy.md writes {path} {len(found)} times"
    return str(found[0])


def replaced(words: str, changes: Mapping[str, str]) -> str:
    """The words with each change made; a place that is no more where it was is a fault, not passed over."""
    for old, new in changes.items():
        assert old in words, f"deploy.md has no more the words {old!r}"
        words = words.replace(old, new)
    return words


def typed(block: str) -> None:
    """Runs a block as a shell would that stops at the first fault."""
    subprocess.run(["sh", "-e"], input=block, encoding="utf-8", check=True, capture_output=True)
