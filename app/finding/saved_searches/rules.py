"""What may be saved and watched, and what is new. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

MOST_RECENT = 10
MOST_SAVED = 50
WATCHABLE = 1000  # matches; a wider search tells of something new all the time
NAME = 60  # characters
KEPT = timedelta(days=90)  # a recent search


def proposed_name(words: str) -> str:
    """A name for a search from what it asks in words."""
    return words if len(words) <= NAME else f"{words[: NAME - 1]}…"


def refusal_to_save(held: int, name_of_twin: str | None) -> str | None:
    """Why this search cannot be saved beside those that are."""
    if name_of_twin is not None:
        return f"这个查询已经收藏为「{name_of_twin}」，在「我的查询」里可以改名"
    if held >= MOST_SAVED:
        return f"最多收藏 {MOST_SAVED} 个查询，请先在「我的查询」里删除不用的"
    return None


def refusal_to_watch(total: int | None) -> str | None:
    """Why nobody can be told what is new in it; None also while nobody has counted it."""
    if total is None or total <= WATCHABLE:
        return None
    return (
        f"现在有 {in_figures(total)} 条，超过 {WATCHABLE:,} 条就不能提醒。"
        "请回到结果页再写一两个字，或者选地区、阶段、负责人等条件，收窄以后再收藏"
    )


def in_figures(total: int, deepest: int = 10_000) -> str:
    """The number of matches as pages say it."""
    return f"{deepest:,}+" if total > deepest else f"{total:,}"


def fresh_of(matching: Iterable[str], known: Iterable[str]) -> list[str]:
    """What matches and was not known, in the order in which it matches."""
    held = set(known)
    return [key for key in matching if key not in held]


def known_after(known: Sequence[str], seen: Iterable[str]) -> list[str]:
    """What is known once these were looked at."""
    return list(dict.fromkeys([*known, *seen]))


def kept_of(known: Sequence[str], matching: Iterable[str]) -> list[str]:
    """What is worth remembering: all of it, until it is much more than can match."""
    if len(known) <= 2 * WATCHABLE:
        return list(known)
    still = set(matching)
    return [key for key in known if key in still]
