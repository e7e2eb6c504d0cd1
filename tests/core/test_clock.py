"""Time as people read it."""

from datetime import timedelta

import pytest

from app.core.values.clock import age_in_words

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (0 * SECOND, "1 秒"),
        (59 * SECOND, "59 秒"),
        (90 * SECOND, "1 分钟"),
        (5 * HOUR, "5 小时"),
        (3 * DAY, "3 天"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, words: str) -> None:
    assert age_in_words(age) == words
