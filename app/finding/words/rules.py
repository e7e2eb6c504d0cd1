"""What may stand among the county's words. Pure: words come with the key by which search compares them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BETWEEN = "、"
LONGEST_WORD = 30
LONGEST_READ_WORD = 10
MOST_WORDS = 12
MOST_GROUPS = 500
MOST_READINGS = 300
LONGEST_GROUP = MOST_WORDS * (LONGEST_WORD + 1)
LONGEST_READING = 80
_GAP = re.compile(r"[\s、，,;；|/=＝]+")


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word as written, as search compares it, and whether search takes one so short."""

    word: str
    key: str
    is_long_enough: bool


def split_words(text: str) -> list[str]:
    """锂电、锂电池 = 锂离子电池 -> three words."""
    return [word for word in _GAP.split(text) if word]


def problem_of_group(words: Sequence[Spelt], taken: Mapping[str, str]) -> str:
    """Why these words make no group, empty when they do; `taken` has the group of each word of the others."""
    if not words:
        return "写上意思相同的词，例如 锂电、锂电池、锂离子电池"
    if len(words) > MOST_WORDS:
        return f"一组最多 {MOST_WORDS} 个词，现在有 {len(words)} 个，只留常用的"
    seen: dict[str, str] = {}
    for one in words:
        problem = _problem_of_word(one) or _problem_of_place(one, seen, taken)
        if problem:
            return problem
        seen[one.key] = one.word
    return "" if len(words) > 1 else f"只有「{words[0].word}」一个词，再写一个意思相同的"


def _problem_of_word(one: Spelt) -> str:
    if len(one.word) > LONGEST_WORD:
        return f"「{one.word[:8]}…」太长，一个词最多 {LONGEST_WORD} 个字"
    if not one.key:
        return f"「{one.word}」里没有能搜索的字，删除它"
    if not one.is_long_enough:
        return f"「{one.word}」只有一个字，会和太多名称碰上，写两个字以上的词"
    return ""


def _problem_of_place(one: Spelt, seen: Mapping[str, str], taken: Mapping[str, str]) -> str:
    if one.key in seen:
        first = seen[one.key]
        if first == one.word:
            return f"「{one.word}」写了两遍，留一个"
        return f"「{one.word}」和「{first}」搜索时是同一个词，留一个"
    if one.key in taken:
        return f"「{one.word}」已经在另一组（{taken[one.key]}）里，一个词只能在一组，去改那一组"
    return ""


def problem_of_read_word(one: Spelt, is_in_characters: bool) -> str:
    """Why a word can have no reading of its own, empty when it can."""
    if not one.key:
        return "写上读音特别的词，例如 费县"
    if not is_in_characters:
        return f"「{one.word[:20]}」里要全是汉字，字母和数字本来就按原样搜索"
    if not one.is_long_enough:
        return f"只有「{one.word}」一个字时读音不定，写出整个地名，例如 费县"
    if max(len(one.key), len(one.word)) > LONGEST_READ_WORD:
        return f"最多 {LONGEST_READ_WORD} 个字，只写读音特别的那一段"
    return ""


def problem_of_reading(one: Spelt, typed: str, spelt: str, by_software: str) -> str:
    """Why letters are no reading of the word, empty when they are; `spelt` is empty for what is no pinyin."""
    if not typed:
        return f"写上「{one.word}」的读音，例如 bi xian"
    if not spelt:
        return (
            f"「{typed[:30]}」不是 {len(one.key)} 个字的拼音：每个字一个音节，用空格隔开，"
            "不写声调，例如 bi xian"
        )
    if spelt == by_software:
        return f"「{one.word}」本来就读作 {spelt}，不用写"
    return ""
