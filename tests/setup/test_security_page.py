"""docs/security.md names tests that there are."""

import re

from config import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!against|---)(.+?) \| .* \| (.+) \|$", PAGE, re.MULTILINE)


def test_whatever_is_defended_has_a_test_that_is_there() -> None:
    assert len(ROWS) > 20
    for against, tested_by in ROWS:
        named = re.findall(r"`((?:tests|bench)/[\w/]+\.py)`", tested_by)
        assert named, against
        assert [name for name in named if not (ROOT / name).is_file()] == [], against
