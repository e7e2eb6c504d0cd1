"""What is wrong with a kind of map or list, or with a version of one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.register.chain_papers.enums import PaperForm

EARLIEST = date(1980, 1, 1)  # before that no county had one: a digit of the year was lost
FILE = "file"  # the source of what people upload; any other is a code of `sources.PAPER_SOURCES`
LAST = 999  # the greatest place in the order
MOST_KINDS = 40  # in use: more is no list of papers that anybody keeps


@dataclass(frozen=True, slots=True)
class ExampleKind:
    """A kind of the example set. Where no feature fills its source, files are uploaded."""

    name: str
    form: PaperForm
    source: str = FILE
    note: str = ""


# 四图五清单, as many counties have it; others keep 三单六库 or 一张图谱, so it is an example and no more.
EXAMPLES = (
    ExampleKind("产业链图", PaperForm.MAP, "map"),
    ExampleKind("技术路线图", PaperForm.MAP, note="关键技术从哪里来、走到哪一步"),
    ExampleKind("应用领域图", PaperForm.MAP, note="产品卖到哪些行业"),
    ExampleKind("区域分布图", PaperForm.MAP, note="同行企业在全国怎样分布"),
    ExampleKind("重点企业清单", PaperForm.LIST, "companies"),
    ExampleKind("重点项目清单", PaperForm.LIST, note="在建和在谈的重点项目"),
    ExampleKind("短板清单", PaperForm.LIST, "gaps"),
    ExampleKind("招商目标企业清单", PaperForm.LIST, "targets"),
    ExampleKind("政策和服务机构清单", PaperForm.LIST, note="政策条目、科研院所、检测和金融机构"),
)


def problem_of_name(name: str, others: Iterable[str]) -> str | None:
    """Why a kind cannot be called so beside the `others` that are in use."""
    return f"已经有「{name}」了，换一个名称" if name in set(others) else None


def problem_of_count(in_use: int) -> str | None:
    """Why there can be no more kinds beside so many."""
    return f"在用的已经有 {MOST_KINDS} 项，先归档不用的" if in_use >= MOST_KINDS else None


def problem_of_day(as_of: date, today: date) -> str | None:
    """What is wrong with the day of which a version tells."""
    if as_of < EARLIEST:
        return f"日期早于 {EARLIEST.year} 年，看看年份"
    if as_of > today:
        return "日期还没有到，写今天或更早的日期"
    return None
