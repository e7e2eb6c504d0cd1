"""What is wrong with a sign, and which two say the same."""

from datetime import date

import pytest

from app.register.signs import rules

TODAY = date(2026, 9, 1)


def problems(**told: object) -> dict[str, str]:
    right = {"happened_on": TODAY, "what": "完成 B 轮融资", "amount": None, "source_url": ""}
    return rules.problems(**{**right, **told}, today=TODAY)


def test_a_sign_of_today_without_amount_and_address_is_right() -> None:
    assert problems() == {}


@pytest.mark.parametrize(
    ("day", "said"), [(date(2026, 9, 2), "还没有到"), (date(1989, 12, 31), "早于 1990 年")]
)
def test_a_day_to_come_and_one_too_early_are_refused(day: date, said: str) -> None:
    assert said in problems(happened_on=day)["happened_on"]


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_more_than_nothing(amount: int) -> None:
    assert "大于零" in problems(amount=amount)["amount"]


def test_punctuation_says_nothing() -> None:
    assert "写一句" in problems(what="……")["what"]


@pytest.mark.parametrize("url", ["https://example.com/a?b=1", "http://www.example.cn/公告.html"])
def test_an_address_of_the_web_is_kept(url: str) -> None:
    assert problems(source_url=url) == {}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "www.example.com",
        "https://",
        "https://[bad",
        "https://a b.com",
        "ftp://example.com",
    ],
)
def test_anything_else_is_no_address(url: str) -> None:
    assert "http://" in problems(source_url=url)["source_url"]


def test_marks_spaces_and_capitals_make_no_other_sentence() -> None:
    assert rules.same_words("完成 B 轮融资。") == rules.same_words("完成b轮融资")
    assert rules.same_words("完成 B 轮融资") != rules.same_words("完成 C 轮融资")
