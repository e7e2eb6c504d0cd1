"""How people are told apart who have the same name. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Called:
    """What may be said of a person beside others of the same name."""

    name: str
    unit: str = ""
    post: str = ""
    has_left: bool = False
    account: str = ""

    def words(self, *more: str) -> str:
        told = "，".join(filter(None, ("".join(more), "已离开" if self.has_left else "")))
        return f"{self.name}（{told}）" if told else self.name


def told_apart(people: Sequence[Called]) -> list[str]:
    """How each of some people is called among them: by name alone, with the unit when somebody else has the
    same name, with the post as well when they are of one unit, with the account when they share that too;
    who has none is numbered.
    """
    named = Counter(one.name for one in people)
    if len(named) == len(people):
        return [one.words() for one in people]
    ways = [
        [one.words(), one.words(one.unit), one.words(one.unit, one.post), one.words(one.unit, one.post, mark)]
        for one, mark in zip(people, _marks(people), strict=True)
    ]
    shared = [Counter(words) for words in zip(*ways, strict=True)]
    return [
        next((words for place, words in enumerate(each) if shared[place][words] == 1), each[-1])
        for each in ways
    ]


def _marks(people: Sequence[Called]) -> list[str]:
    """，账号 zhangwei, or ，第 2 位: what is left to say of people who are called alike."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for one in people:
        seen[one.name, one.unit, one.post] += 1
        place = seen[one.name, one.unit, one.post]
        found.append(f"，账号 {one.account}" if one.account else f"，第 {place} 位")
    return found
