"""What may stand among the county's words, and what is said of what may not."""

import pytest

from app.core.index.searching import NO_WORDS, Words, is_written_in_characters, software_reading, spelling
from app.finding.words.queries import spelt
from app.finding.words.rules import (
    MOST_WORDS,
    Spelt,
    problem_of_group,
    problem_of_read_word,
    problem_of_reading,
    split_words,
)
from app.finding.words.services import read_starter


def all_spelt(text: str) -> list[Spelt]:
    return [spelt(word) for word in split_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("锂电、锂电池", ["锂电", "锂电池"]),
        ("锂电 = 锂电池，锂离子电池", ["锂电", "锂电池", "锂离子电池"]),
        ("AI / 人工智能；", ["AI", "人工智能"]),
        ("、、", []),
    ],
)
def test_words_are_parted_however_they_are_listed(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "写上意思相同的词"),
        ("锂电", "只有「锂电」一个词"),
        ("锂、锂电", "「锂」只有一个字"),
        ("锂电、—", "「—」里没有能搜索的字"),
        ("锂电、锂电", "「锂电」写了两遍"),
        ("锂电、鋰電", "「鋰電」和「锂电」搜索时是同一个词"),
        ("LED、ｌｅｄ", "搜索时是同一个词"),
        ("光伏、锂电", "「光伏」已经在另一组（光伏、太阳能）里"),
        ("词" * 31 + "、锂电", "太长，一个词最多 30 个字"),
        ("、".join(f"词语{number}" for number in range(MOST_WORDS + 1)), "一组最多 12 个词，现在有 13 个"),
    ],
)
def test_a_group_that_will_not_do_is_told_why(text: str, sentence: str) -> None:
    taken = {"光伏": "光伏、太阳能", "太阳能": "光伏、太阳能"}
    assert sentence in problem_of_group(all_spelt(text), taken)


def test_a_good_group_has_no_problem() -> None:
    assert problem_of_group(all_spelt("锂电、锂电池、锂离子电池"), {}) == ""


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("", "写上读音特别的词"),
        ("!!", "写上读音特别的词"),
        ("单", "只有「单」一个字"),
        ("AI园区", "里要全是汉字"),
        ("单" * 11, "最多 10 个字"),
        ("丹县", ""),
    ],
)
def test_a_word_without_a_reading_of_its_own_is_told_why(word: str, sentence: str) -> None:
    problem = problem_of_read_word(spelt(word), is_written_in_characters(word))
    assert (sentence in problem) if sentence else problem == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("shan xian", "shan xian"),
        ("Shan  Xian", "shan xian"),
        ("shanxian", "shan xian"),
        ("shan", ""),
        ("shan xiam", ""),
        ("shàn xiàn", ""),
        ("单 县", ""),
        ("lü liang", "lv liang"),
        ("", ""),
    ],
)
def test_a_reading_is_pinyin_of_as_many_syllables(typed: str, kept: str) -> None:
    assert spelling(typed, 2) == kept


@pytest.mark.parametrize(
    ("word", "typed", "sentence"),
    [
        ("丹县", "", "写上「丹县」的读音"),
        ("丹县", "shan xiam", "「shan xiam」不是 2 个字的拼音"),
        ("重庆", "chong qing", "「重庆」本来就读作 chong qing"),
        ("丹县", "shan xian", ""),
    ],
)
def test_a_reading_that_will_not_do_is_told_why(word: str, typed: str, sentence: str) -> None:
    one = spelt(word)
    problem = problem_of_reading(one, typed, spelling(typed, len(one.key)), software_reading(word))
    assert (sentence in problem) if sentence else problem == ""


def test_every_word_of_the_starter_list_would_be_taken() -> None:
    groups, readings = read_starter()
    taken: dict[str, str] = {}
    for text in groups:
        assert problem_of_group(all_spelt(text), taken) == ""
        taken |= {one.key: text for one in all_spelt(text)}
    for word, reading in readings:
        one = spelt(word)
        assert problem_of_read_word(one, is_written_in_characters(word)) == ""
        assert problem_of_reading(one, reading, spelling(reading, len(one.key)), software_reading(word)) == ""
    assert len(groups) >= 25
    assert len({word for word, _reading in readings}) == len(readings) >= 8


def test_every_place_of_the_starter_list_is_heard() -> None:
    _groups, readings = read_starter()
    words = Words((), tuple(readings))
    for word, reading in readings:
        heard = words.meant(reading.replace(" ", "")).heard
        assert word in [one.word for _term, ways in heard for one in ways]
        assert NO_WORDS.meant(reading).heard == ()
