"""Reads a page for its numbers: those of a metric, with what opens their rows, and those of none."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
NUMBER = re.compile(r"\d[\d,.]*")
WHOLE = re.compile(r"(?<![\d.,])\d[\d,]*(?![\d.,%])")
# What is no figure of the county though it is written in digits: days, how long something took, how something
# is defined.
NO_FIGURE = re.compile(
    r"\d{4}-\d\d-\d\d|(\d{4}年)?\d+月\d+日|\d+ 天|第 \d+ 版|每满 \d+ 条|不足 \d+|\d\d:\d\d|约到亿元"
)
# Parts of a page that speak of single records, or of what is no record of the county: rows of to-dos, of
# leads going cold, of an opened figure; forms; definitions.
ABOUT_ONE = frozenset({"todo", "todo-more", "plain-list", "query", "defined", "definition", "chips"})
FORMS = frozenset({"form", "select", "option", "button", "label", "script", "template", "nav", "svg"})


@dataclass(slots=True)
class Element:
    """One element of a page, with what is said and linked in it."""

    tag: str
    attributes: dict[str, str]
    inside: "Element | None" = None
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # of links within

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def code(self) -> str:
        return self.attributes.get("data-metric", "")

    def above(self) -> "list[Element]":
        return [self, *(self.inside.above() if self.inside else [])]


class Numbers(HTMLParser):
    """`of_metrics`: each element with a code; `bare`: texts with digits that stand in none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.here: Element | None = None
        self.of_metrics: list[Element] = []
        self.bare: list[str] = []
        self.in_main = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        self.here = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.in_main = self.in_main or tag == "main"
        if self.here.code:
            self.of_metrics.append(self.here)
        if tag == "a" and "href" in self.here.attributes:
            for one in self.here.above():
                one.links.append(self.here.attributes["href"])

    def handle_endtag(self, tag: str) -> None:
        while self.here is not None:
            ended, self.here = self.here, self.here.inside
            if ended.tag == "main":
                self.in_main = False
            if ended.tag == tag:
                return

    def handle_data(self, text: str) -> None:
        if self.here is None or not self.in_main:
            return
        above = self.here.above()
        for one in above:
            one.texts.append(text)
        if any(one.code for one in above):
            return
        if not any(is_about_something_else(one) for one in above) and NUMBER.search(NO_FIGURE.sub("", text)):
            self.bare.append(text.strip())


def is_about_something_else(one: Element) -> bool:
    opened_rows = one.tag == "tbody" and any("funnel-rows" in each.classes for each in one.above())
    return one.tag in FORMS or bool(one.classes & ABOUT_ONE) or opened_rows


def opened_by(page: Numbers) -> list[tuple[str, int]]:
    """Links of numbers of rows, and the number each tells; how long something takes is no number of rows."""
    found = []
    for one in page.of_metrics:
        told = WHOLE.search("".join(one.texts))
        if told and one.links and one.code != "lead.median_days":
            found.append((one.links[0], int(told[0].replace(",", ""))))
    return found


def without_a_link(page: Numbers) -> list[str]:
    """Numbers above nought that open nothing: no link is in them, around them or beside them in their row. A
    sum of a column opens part by part, the heading of opened rows stands above them, what nobody may open
    nobody can.
    """
    found = []
    for one in page.of_metrics:
        told = NUMBER.findall("".join(one.texts))
        above = one.above()
        is_open = any(each.tag == "tfoot" or "funnel-rows" in each.classes for each in above)
        if not any(number.strip("0.,") for number in told) or one.code == "lead.closed" or is_open:
            continue
        row = next((each for each in above if each.tag in {"tr", "p"}), one)
        if not (one.links or row.links or any(each.tag == "a" for each in above)):
            found.append(f"{one.code}: {''.join(one.texts).strip()}")
    return found
