import unicodedata

import pytest

from search.answering import tokens
from search.language import names, pinyin, text
from search.language.radicals import fold_radicals


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ＡＢＣ（集团）", "abc(集团)"),
        ("臺灣積體電路", "台湾积体电路"),
        ("Xi'an", "xian"),
        ("NÜ", "nv"),
        ("a\x00b\ud800c", "a b c"),
        ("", ""),
    ],
)
def test_text_is_folded_to_one_form(raw: str, folded: str) -> None:
    assert text.fold(raw) == folded


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("博元 充电", ("博元", "充电")),
        ("博元，充电、团风　电池", ("博元", "充电", "团风", "电池")),
        ('"博元" AND -充电*', ("博元", "and", "充电")),
        ("XM-2024/01", ("xm202401",)),
        ("(){}[]^~?:\\", ()),
        ("😀🎉", ()),
        ("   ", ()),
        ("博元 博元", ("博元",)),
    ],
)
def test_a_query_falls_into_terms(typed: str, terms: tuple[str, ...]) -> None:
    assert text.query_terms(typed) == terms


def test_a_long_query_is_cut() -> None:
    assert len("".join(text.query_terms("充" * 10_000))) == text.MAX_QUERY
    assert len(text.query_terms(" ".join(f"词{n}" for n in range(99)))) == text.MAX_TERMS


@pytest.mark.parametrize(
    ("legal_name", "base", "core", "brand"),
    [
        ("黄冈市博元充电科技有限公司", "黄冈市博元充电科技", "博元充电科技", "博元充电"),
        ("泰思光伏科技（上饶）股份有限公司", "泰思光伏科技上饶", "泰思光伏科技", "泰思光伏"),
        ("博元(集团)有限公司", "博元", "博元", "博元"),
        ("湖北省黄冈市团风县博元电子集团股份有限公司", "湖北省黄冈市团风县博元电子", "博元电子", "博元电子"),
        (
            "黔南布依族苗族自治州科宁达农业科技有限公司",
            "黔南布依族苗族自治州科宁达农业科技",
            "科宁达农业科技",
            "科宁达农业",
        ),
        ("黔南科宁达农业有限公司", "黔南科宁达农业", "科宁达农业", "科宁达农业"),
        # A county's short name may be a brand: it stays unless enough follows it.
        ("东方电气有限公司", "东方电气", "东方电气", "东方电气"),
        ("有限公司", "有限公司", "有限公司", "有限公司"),
        ("北京", "北京", "北京", "北京"),
        ("Bo Yuan Co., Ltd", "boyuan", "boyuan", "boyuan"),
    ],
)
def test_a_name_falls_into_place_core_and_legal_form(
    legal_name: str, base: str, core: str, brand: str
) -> None:
    name = names.read_name(legal_name)
    assert (name.base, name.core, name.brand) == (base, core, brand)


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("湖北", ("42",)),
        ("黄冈市", ("4211",)),
        ("黄冈", ("4211",)),
        ("团风县", ("421121",)),
        ("东方", ()),
        ("博元", ()),
    ],
)
def test_places_are_known_by_name(place: str, codes: tuple[str, ...]) -> None:
    assert names.region_codes(place) == codes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("重庆银行", "chong qing yin hang"),
        ("长安汽车", "chang an qi che"),
        ("厦门", "xia men"),
        ("策略", "ce lue"),
        ("吕梁", "lv liang"),
        ("3m中国", "3 m zhong guo"),
    ],
)
def test_characters_are_read_in_context(written: str, read: str) -> None:
    assert " ".join(pinyin.readings(written)) == read


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("boyuan", {("bo", "yuan"), ("bo", "yu", "an")}),
        ("xian", {("xian",), ("xi", "an")}),
        ("huanggangb", {("huang", "gang", "b"), ("hu", "ang", "gang", "b"), ("huang", "gan", "g", "b")}),
        ("bydgs", set()),
        ("celve", {("ce", "lue")}),
        ("", set()),
    ],
)
def test_letters_are_split_into_syllables(letters: str, ways: set[tuple[str, ...]]) -> None:
    found = pinyin.splits(letters)
    assert bool(found) == bool(ways)
    assert not found or found[0] in ways
    assert len(found) <= pinyin.MAX_SPLITS


def test_splitting_hostile_letters_stays_cheap() -> None:
    assert len(pinyin.splits("xiangan" * 14)) == pinyin.MAX_SPLITS


def test_latin_runs_stay_whole_and_characters_pair_up() -> None:
    assert tokens.tokens(text.runs(text.fold("年产5000吨LED灯，锂"))) == [
        "年产",
        "5000",
        "吨",
        "led",
        "灯",
        "锂",
    ]


def test_access_tokens_are_never_repaired_into_each_other() -> None:
    assert tokens.usable_access(["unit:1", "", "\ud800", "x" * 1000, "unit:1"]) == ("unit:1",)


def test_a_radical_is_folded_to_its_character() -> None:
    """All of CJK Radicals Supplement but one, and all Kangxi radicals; nothing else changes."""
    for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)):
        radical = chr(code)
        folded = fold_radicals(radical)
        if code in (0x2E80, 0x2E9A):  # a mark of repetition, and a place without a sign
            assert folded == radical
        else:
            assert unicodedata.name(folded).startswith("CJK UNIFIED IDEOGRAPH"), radical
            assert len(folded) == 1


@pytest.mark.parametrize(
    ("copied", "meant"),
    [
        ("⻓江⻋⾺", "长江车马"),
        ("⻢⻩⻘⻛⻜⻝⻤⻥⻦⻧⻨⻬⻮⻰⻳", "马黄青风飞食鬼鱼鸟卤麦齐齿龙龟"),
        ("⻄⻅⻆⻉⻔⻙⻚⺟⺠⽅⼤⼭", "西见角贝门韦页母民方大山"),
    ],
)
def test_text_copied_from_a_pdf_is_the_same_text(copied: str, meant: str) -> None:
    assert text.fold(copied) == text.fold(fold_radicals(copied)) == meant
