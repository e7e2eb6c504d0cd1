"""The words of one kind of table: what its rows are, and by which headings its columns are known, over one
row of them or several. Pure: they go to the process that reads the file, as JSON.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST_HEADING = 60  # with the words of the rows above it
_LONGEST_WORD = 40
PATH = " / "  # between the words of a heading over several rows: 联系人 / 姓名

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_PERSON_NAMES = frozenset({"姓名", "名字", "姓", "name"})
_OF_CONTACTS = re.compile("联系|联络|对接|洽谈")
_FIGURES = re.compile("^(?:金额|数额|数量?|认缴|人民币)?(?:(?:亿|百万|万|千)?元|亿|万)?$")
_NOTHING = "(?!)"  # a pattern that no text has


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which heading means which column of one kind of row. Columns are named by their codes."""

    noun: str  # 企业
    measure: str  # 家
    naming: str  # the column by which a row is called; no table can do without
    meanings: Mapping[str, str]  # a heading as `word` folds it -> the column
    required: tuple[str, ...] = ()  # further columns without which nothing can be read
    amount: str = ""  # the column whose bare figures have a unit, in its heading or above the table
    # How what is named ends, where its kind tells: such a row is one, whatever else it looks like.
    endings: tuple[str, ...] = ()
    # A contact's name, post, phone -> the same of the second one: met twice, a heading means that.
    second: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""  # of these the name
    # Under a group of another kind these words speak of that: 包保领导 / 电话, 项目 / 名称.
    needs_a_group: frozenset[str] = frozenset()
    own_groups: str = _NOTHING  # pattern of groups that speak of what the row is about
    other_groups: str = _NOTHING  # pattern of groups that never do
    percentages: bool = False  # whether a cell formatted as a percentage is read as 25% and not as 0.25

    @classmethod
    def of(cls, synonyms: Mapping[str, Sequence[str]], **more: Any) -> "Vocabulary":
        """With the headings listed by column; each is written as `word` folds it."""
        return cls(meanings={each: column for column, words in synonyms.items() for each in words}, **more)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "needs_a_group": sorted(self.needs_a_group)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Vocabulary":
        lists = {name: tuple(told[name]) for name in ("required", "endings")}
        return cls(**{**told, **lists, "needs_a_group": frozenset(told["needs_a_group"])})

    def missing(self, columns: Container[str]) -> list[str]:
        """The columns without which nothing can be read, of these that are not there."""
        return [column for column in (self.naming, *self.required) if column not in columns]

    def meaning_of(self, heading: str) -> str | None:
        """What a heading means: 注册资本（万元）, * 企业名称, USCC; 联系人 / 姓名 over two rows."""
        words = [part for part in heading.split(PATH) if part.strip()]
        return self._meaning_of_path(words) if len(words) > 1 else self._meaning_of_words(heading)

    def names(self, heading: str) -> bool:
        """Whether this is the heading of the column by which a row is called."""
        return self.meaning_of(heading) == self.naming

    def _meaning_of_words(self, heading: str) -> str | None:
        return self.meanings.get(word(heading)) if len(heading) <= _LONGEST_WORD else None

    def _meaning_of_path(self, words: Sequence[str]) -> str | None:
        """The words of all rows together, else the lowest alone where the group lets it, else the group."""
        whole = self._meaning_of_words("".join(words))
        if whole:
            return whole
        group, last = words[-2], words[-1]
        group_means = self._meaning_of_words(group)
        is_name = bool(self.contact) and word(last) in _PERSON_NAMES
        alone = self.contact if is_name else self._meaning_of_words(last)
        if alone and alone in self.second:
            return self._of_person(alone, group, group_means, is_name=is_name)
        if alone and (word(last) not in self.needs_a_group or self._is_own(group)):
            return alone
        return group_means if _FIGURES.match(word(last)) else None

    def _is_own(self, group: str) -> bool:
        return bool(re.search(self.own_groups, group)) and not self._is_other(group)

    def _is_other(self, group: str) -> bool:
        return bool(re.search(self.other_groups, group))

    def _of_person(self, part: str, group: str, group_means: str | None, *, is_name: bool) -> str | None:
        if group_means and group_means == self.second.get(self.contact):
            return self.second[part]
        if group_means == self.contact or (_OF_CONTACTS.search(group) and not self._is_other(group)):
            return part
        if is_name or self._is_other(group):
            return None
        return part if self._is_own(group) else None


def folded(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().lower()


def word(heading: str) -> str:
    """Without brackets, blanks, line breaks and invisible characters."""
    return _NOT_A_WORD.sub("", _BRACKETS.sub("", folded(heading)))
