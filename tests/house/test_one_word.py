"""One thing has one word: what the glossary settled is said by no other word anywhere people read."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = [*(ROOT / "app").rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "docs").rglob("*.md")]
INSTEAD_OF = {"答应": "承诺", "兑现": "承诺", "撤回": "撤销", "口令": "密码"}


@pytest.mark.parametrize("word", INSTEAD_OF)
def test_a_word_that_was_given_up_is_said_nowhere(word: str) -> None:
    said = [str(path.relative_to(ROOT)) for path in READ if word in path.read_text(encoding="utf-8")]
    assert not said, f"{word}: the word is {INSTEAD_OF[word]}"
