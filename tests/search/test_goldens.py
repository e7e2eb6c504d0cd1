"""Known items of the demo county, asked for in every way people ask: each way must find them."""

import csv
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opencc import OpenCC
from pypinyin import lazy_pinyin

from search.interface import Document, OneOf, SearchBackend
from search.language.names import Name, read_name
from tests.search.backends import ENGINES, enterprise, filled, fresh_address, ids

ROOT = Path(__file__).parents[2]
COMPANIES = Path(os.environ.get("SHARED_DATA", ROOT / "../shared/data")) / "demo/companies_synth_500.csv"
SAMPLE = 40
HOMOPHONES = {
    "元": "源",
    "新": "鑫",
    "宏": "弘",
    "盛": "胜",
    "达": "答",
    "科": "柯",
    "华": "桦",
    "泰": "态",
    "安": "氨",
}
HOMOPHONES |= {
    "恒": "横",
    "亿": "易",
    "力": "利",
    "丰": "风",
    "瑞": "锐",
    "凯": "铠",
    "森": "僧",
    "嘉": "佳",
    "威": "微",
}


@pytest.fixture(scope="module")
def companies() -> list[Document]:
    if not COMPANIES.exists():
        pytest.skip(f"缺少参考数据 {COMPANIES.name}：用 SHARED_DATA 指明其目录")
    with COMPANIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        enterprise(
            row["uscc"],
            row["name"],
            names=(f"{read_name(row['name']).core[:2]}智造",),
            keys=(row["uscc"],),
            text=row["business_scope"],
            region=row["region_code"],
        )
        for row in rows
    ]


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, companies: list[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    with fresh_address(request.param, request, tmp_path_factory.mktemp("county")) as address:
        backend = filled(address, companies)
        yield backend
        backend.close()


def typo(name: Name) -> str:
    return name.full.replace(name.core, name.core[0] + "某" + name.core[2:])


def homophone(name: Name) -> str:
    return "".join(HOMOPHONES.get(char, char) for char in name.core)


WAYS: dict[str, tuple[float, Callable[[Document, Name], str]]] = {
    # The least share of the sample that must be among the first ten, and how it is asked for.
    "full name": (1.0, lambda document, name: document.title),
    "name without place and legal form": (1.0, lambda document, name: name.core),
    "brand": (1.0, lambda document, name: name.brand),
    "alias": (1.0, lambda document, name: document.names[0]),
    "credit code": (1.0, lambda document, name: document.keys[0]),
    "pinyin": (1.0, lambda document, name: "".join(lazy_pinyin(name.core))),
    "pinyin with spaces": (1.0, lambda document, name: " ".join(lazy_pinyin(name.core))),
    "pinyin of the full name": (1.0, lambda document, name: "".join(lazy_pinyin(name.full))),
    "initials": (0.95, lambda document, name: "".join(one[0] for one in lazy_pinyin(name.core))),
    "a wrong character": (0.95, lambda document, name: typo(name)),
    "a homophone": (1.0, lambda document, name: homophone(name)),
    "a missing character": (0.95, lambda document, name: name.base[:-3] + name.base[-2:]),
    "another legal form": (1.0, lambda document, name: f"{name.base}（集团）股份有限公司"),
    "the place left out": (1.0, lambda document, name: f"{name.core}有限公司"),
    "traditional script": (1.0, lambda document, name: OpenCC("s2t").convert(document.title)),
}


def sample(companies: list[Document]) -> list[Document]:
    return random.Random(20).sample(companies, SAMPLE)


@pytest.mark.parametrize("way", WAYS)
def test_companies_are_found(county: SearchBackend, companies: list[Document], way: str) -> None:
    least, typed = WAYS[way]
    asked = {one.id: typed(one, read_name(one.title)) for one in sample(companies)}
    missed = [text for public_id, text in asked.items() if public_id not in ids(county, text)]
    assert len(missed) <= (1 - least) * SAMPLE, missed


def test_two_terms_inside_a_region_find_the_company(county: SearchBackend, companies: list[Document]) -> None:
    for one in sample(companies):
        core = read_name(one.title).core
        assert one.id in ids(county, f"{core[:2]} {core[-2:]}", where=(OneOf("region", (one.region[:4],)),))
