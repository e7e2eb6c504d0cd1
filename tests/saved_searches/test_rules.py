"""What may be saved and watched, and what is new."""

import pytest

from app.finding.saved_searches import rules


def test_a_long_search_gets_a_name_that_fits() -> None:
    assert rules.proposed_name("宁波 锂电") == "宁波 锂电"
    name = rules.proposed_name("锂" * 80)
    assert len(name) == rules.NAME and name.endswith("…")


def test_the_fiftieth_can_be_saved_and_the_next_cannot() -> None:
    assert rules.refusal_to_save(49, None) is None
    assert "最多收藏 50 个" in (rules.refusal_to_save(50, None) or "")


def test_a_twin_is_named() -> None:
    assert "已经收藏为「宁波锂电」" in (rules.refusal_to_save(1, "宁波锂电") or "")


@pytest.mark.parametrize(("total", "words"), [(1001, "1,001 条"), (10_001, "10,000+ 条")])
def test_a_wide_search_is_not_watched_and_one_is_told_how_to_narrow_it(total: int, words: str) -> None:
    refused = rules.refusal_to_watch(total)
    assert refused and words in refused and "收窄" in refused


@pytest.mark.parametrize("total", [None, 0, 1000])
def test_others_may_be_watched(total: int | None) -> None:
    assert rules.refusal_to_watch(total) is None


def test_new_is_what_matches_and_was_not_known() -> None:
    assert rules.fresh_of(["c", "a", "b"], ["a", "gone"]) == ["c", "b"]
    assert rules.known_after(["a"], ["b", "a"]) == ["a", "b"]


def test_what_no_longer_matches_is_forgotten_only_when_there_is_much_of_it() -> None:
    assert rules.kept_of(["a", "gone"], ["a"]) == ["a", "gone"]
    many = [str(number) for number in range(2 * rules.WATCHABLE + 1)]
    assert rules.kept_of(many, ["3"]) == ["3"]
