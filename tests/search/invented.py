"""Invented companies, as many as wanted and always the same, and the ways in which people ask for one."""

import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from opencc import OpenCC
from pypinyin import lazy_pinyin

from search.interface import Document
from search.language.names import read_name

PLACES = (
    ("黄冈市", "421100"),
    ("宁波", "330200"),
    ("团风县", "421121"),
    ("上饶", "361100"),
    ("武汉", "420100"),
    ("苏州市", "320500"),
    ("湖北", "420000"),
    ("佛山", "440600"),
)
BRAND = "博元微纳泰思恒昌瑞达鑫源宏盛嘉禾卓越飞腾凯旋明德安捷永信天成国泰亿丰森威正阳启航拓普联创"
TRADES = ("充电", "动力电池", "光伏", "新材料", "智能装备", "电子", "生物医药", "食品", "物流", "精密机械")
TAILS = ("科技", "实业", "技术", "", "", "制造")
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司")
SCOPES = (
    "充电桩制造；锂电池、镍氢电池销售",
    "一般项目：太阳能组件、逆变器研发；企业管理咨询",
    "年产5000吨LED导光板；货物进出口",
    "智能机器人、数控机床制造；技术服务、技术开发",
    "中药饮片加工；保健食品生产",
    "冷链仓储服务；道路货物运输",
)
KINDS = ("enterprise", "enterprise", "enterprise", "lead", "visit")
HOMOPHONES = dict(zip("元微源达泰成", "园威园答太程", strict=True))


def companies(count: int, seed: int = 4) -> list[Document]:
    return list(islice(_companies(random.Random(seed)), count))


def _companies(chance: random.Random) -> Iterator[Document]:
    number = 0
    while True:
        number += 1
        place, code = chance.choice(PLACES)
        brand = "".join(chance.sample(BRAND, chance.choice((2, 2, 2, 3))))
        title = f"{place}{brand}{chance.choice(TRADES)}{chance.choice(TAILS)}{chance.choice(FORMS)}"
        yield Document(
            kind=chance.choice(KINDS),
            id=f"r{number}",
            title=title,
            names=(f"{brand}智造",) if chance.random() < 0.2 else (),
            keys=(f"91{code}{number:010d}",),
            text="；".join(chance.sample(SCOPES, chance.choice((0, 1, 1, 2, 2)))),
            access=("all",) if chance.random() < 0.8 else (f"unit:{number % 7}",),
            region=code,
            industry=chance.choice(("C3829", "C3841", "C3825", "G5990")),
            day=chance.randrange(700, 760),
            stage=("", "negotiating", "first_talk")[number % 3],
            units=(f"unit{number % 4}", f"unit{number % 7}"),
            owners=(f"person{number % 9}",),
            amount=number % 23,
            version=1,
        )


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def _misspelt(title: str) -> str:
    core = read_name(title).core
    return core[0] + "某" + core[2:]


def _spoken(title: str) -> str:
    return "".join(lazy_pinyin(read_name(title).core))


# Asked so that the record itself, or every word, is there: answered by the first tier.
PRECISE: dict[str, Callable[[Document], str]] = {
    "full name": lambda one: one.title,
    "without place and legal form": lambda one: read_name(one.title).core,
    "brand": lambda one: read_name(one.title).core[:2],
    "two terms": lambda one: f"{read_name(one.title).core[:2]} {one.text[:3]}",
    "place and trade": lambda one: f"{one.title[:2]} {read_name(one.title).core[2:4]}",
    "place alone": lambda one: one.title[:2],
    "words of the text": lambda one: one.text.split("；")[-1][:4],
    "credit code": lambda one: one.keys[0],
    "start of a credit code": lambda one: one.keys[0][:9],
    "pinyin": lambda one: _spoken(one.title),
    "start of the pinyin": lambda one: _spoken(one.title)[:7],
    "initials": lambda one: "".join(part[0] for part in lazy_pinyin(read_name(one.title).core)),
    "traditional script": lambda one: str(_to_traditional().convert(one.title)),
    "one character": lambda one: read_name(one.title).core[0],
}
# Answered by what is alike, put in order by our own comparison.
ALIKE: dict[str, Callable[[Document], str]] = {
    "a wrong character": lambda one: _misspelt(one.title),
    "a homophone": lambda one: "".join(HOMOPHONES.get(char, char) for char in read_name(one.title).core),
    "a missing character": lambda one: read_name(one.title).core[:-3] + read_name(one.title).core[-2:],
    "a letter astray": lambda one: _spoken(one.title)[:3] + "x" + _spoken(one.title)[4:],
    "a character too many": lambda one: read_name(one.title).core + "园",
}
