"""Which terms of posts cannot stand beside each other. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.values.terms import Lasting
from app.register.posts.enums import PostKind

EARLIEST = date(1980, 1, 1)  # before that no county had one: a digit of the year was lost


@dataclass(frozen=True, slots=True)
class Term(Lasting):
    """Who holds which post from when to when; both days belong to it, and without a last one it goes on."""

    person_id: int
    name: str
    post: PostKind
    starts_on: date
    ends_on: date | None = None


def problems_of_term(term: Term, others: Iterable[Term]) -> dict[str, str]:
    """What is wrong with a term beside the others of its chain: one leader at a time, and nobody twice in one
    post. Somebody may hold two posts: a deputy who is also of the task force is both.
    """
    if term.starts_on < EARLIEST:
        return {"starts_on": f"第一天早于 {EARLIEST.year} 年，看看年份"}
    if term.ends_on is not None and term.ends_on < term.starts_on:
        return {"ends_on": "最后一天在第一天之前，看看是不是写反了"}
    for other in others:
        if other.post is not term.post or not term.overlaps(other):
            continue
        if other.person_id == term.person_id:
            return {"person": f"{term.name}这段时间已经是{term.post.label}（{other.words}）"}
        if term.post is PostKind.LEADER:
            return {
                "starts_on": f"{other.name}这段时间是链长（{other.words}），链长同时只有一位："
                "先写上前一位的最后一天，或者改这里的日期"
            }
    return {}
