"""A hundred names are compared with what was typed while somebody waits: what it may cost, and that it finds
the same.
"""

import pytest

from search.answering import similar
from search.answering.plan import plan_of
from search.interface import Query
from search.language import names, pinyin
from search.language.names import local_form, read_name

TYPED = "苏州澜川新才料有限公司"
BASES = ("苏州澜川新材料", "苏州市吴中区景榕机械", "黄冈博元充电", "长治恒远重工", "澜川")


def plan():
    found = plan_of(Query(TYPED, ("all",)))
    assert found is not None
    return found


@pytest.mark.parametrize("base", [*BASES, "北京", "长沙银行", "abc科技"])
def test_a_base_is_called_locally_as_its_name_is(base: str) -> None:
    assert local_form(base) == read_name(base).local


def test_names_that_were_read_when_they_were_indexed_are_not_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = plan()

    def never(_text: str) -> str:
        raise AssertionError("read again")

    monkeypatch.setattr(names, "fold", never)
    assert similar.similarity(wanted, BASES) > similar.NEARLY


@pytest.mark.parametrize("name", BASES)
def test_what_nobody_reads_otherwise_has_one_way_found_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinyin.ways.cache_clear()
    asked = list[str]()
    options = pinyin.options
    monkeypatch.setattr(pinyin, "options", lambda text: asked.append(text) or options(text))
    disputed = not pinyin._tables().disputed.isdisjoint(name)
    assert pinyin.ways(name)[0] == pinyin.readings(name)
    assert asked == ([name] if disputed else [])


@pytest.mark.parametrize(
    ("wanted", "name", "closeness"),
    [
        ("新材料", "澜川新材料", 0.9),  # inside
        ("澜川新", "澜川新材料", 0.95),  # at the start
        ("澜川新料", "澜川新材料", 1 - 2 / 10),  # as a whole name that lacks a character
        ("川新才料", "澜川新材料", 0.9 * (1 - 2 / 8)),
        ("澜川新材料", "澜川新材料", 1.0),
        ("abc", "澜川新材料", 0.0),
    ],
)
def test_a_piece_of_a_name_counts_by_how_close_it_is(wanted: str, name: str, closeness: float) -> None:
    assert similar._looks(wanted, name) == pytest.approx(closeness)


def _every_piece(wanted: str, name: str) -> float:
    """The same without stopping early."""
    found = [similar._spelt(wanted, name)]
    if 3 <= len(wanted) < len(name):
        for size in (len(wanted), len(wanted) + 1):
            for start in range(len(name) - size + 1):
                piece = similar._part_spelt(wanted, [name[start : start + size]])
                found.append(similar._within(start) * piece)
    return max(found)


@pytest.mark.parametrize(
    "typed", ["澜川新才料", "川新材", "新材料", "苏川新", "吴中榕机械", "博充电", "元充博电"]
)
@pytest.mark.parametrize("name", BASES)
def test_a_piece_is_passed_over_only_when_none_can_be_closer(typed: str, name: str) -> None:
    assert similar._looks(typed, name) == pytest.approx(_every_piece(typed, name))


@pytest.mark.parametrize(
    ("typed", "name", "is_heard"),
    [
        ("兰川", "澜川新材料", True),
        ("揽穿薪材", "苏州澜川新材料", True),  # by its sound, inside
        ("澜川薪柴料", "澜川新材料", True),
        ("恒远中供", "长治恒远重工", True),
        ("博元充电", "黄冈市景榕机械", False),
    ],
)
def test_a_name_is_heard_wherever_its_sound_begins(typed: str, name: str, is_heard: bool) -> None:
    sound = "".join(pinyin.readings(typed))
    assert (similar._by_sound((sound,), pinyin.ways(name), typed) > 0) is is_heard


def test_each_form_of_a_name_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, read = plan(), list[str]()
    ways = similar.read_ways
    monkeypatch.setattr(similar, "read_ways", lambda form, core: read.append(form) or ways(form, core))
    similar.similarity(wanted, ("苏州市吴中区景榕机械",))
    assert sorted(read) == sorted({"苏州市吴中区景榕机械", "景榕机械"})


def test_a_name_without_a_surname_at_its_head_has_one_way_found_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pinyin.ways.cache_clear()
    monkeypatch.setattr(pinyin, "options", lambda text: pytest.fail(f"{text} was put together"))
    assert pinyin.ways("博元", 0) == (("bo", "yuan"),)
