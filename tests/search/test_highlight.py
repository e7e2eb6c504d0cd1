import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answering.highlight import highlight, snippet

NAME = "黄冈市博元充电科技有限公司"


def marked(text: str, query: str) -> list[str]:
    return [fragment for fragment, is_hit in highlight(text, query) if is_hit]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("博元", ["博元"]),
        ("博元 科技", ["博元", "科技"]),
        ("博元充电科技股份有限公司", ["博元充电科技"]),
        ("boyuan", ["博元"]),
        ("boyuanchong", ["博元充"]),
        ("boyuanch", ["博元充"]),
        ("bycd", ["博元充电"]),
        ("博元chongdian", ["博元充电"]),
        ("伯园", ["博元"]),
        ("博園充電", ["充电"]),
        ("电池", []),
        ("", []),
        ("*?", []),
    ],
)
def test_what_was_meant_is_marked(query: str, hits: list[str]) -> None:
    assert marked(NAME, query) == hits


def test_marks_cross_brackets_and_width() -> None:
    assert marked("泰思光伏（上饶）公司", "光伏上饶") == ["光伏（上饶"]
    assert marked("ＡＢＢ电气", "abb") == ["ＡＢＢ"]
    assert marked("ABB电气", "abbdq") == ["ABB电气"]


def test_pinyin_marks_no_latin_letters() -> None:
    assert marked("bob公司 a.n", "an") == ["a.n"]
    assert marked("LED照明", "zm") == ["照明"]


def test_a_snippet_shows_the_densest_part() -> None:
    long = "前" * 200 + "锂电池、充电桩制造" + "后" * 200
    shown = snippet(long, "电池 充电桩", width=40)
    assert shown[0] == ("…", False)
    assert shown[-1] == ("…", False)
    assert [fragment for fragment, is_hit in shown if is_hit] == ["电池", "充电桩"]
    assert len("".join(fragment for fragment, _ in shown)) == 42


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("锂电池", "无关") == [("锂电池", False)]
    assert snippet("", "无关") == []


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_survives_marking(text: str, query: str) -> None:
    assert "".join(fragment for fragment, _ in highlight(text, query)) == text
    assert len("".join(fragment for fragment, _ in snippet(text, query, width=20))) <= 22
