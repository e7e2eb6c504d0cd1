"""What the system itself has of a chain: each feature that has a page or a list says so here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.values.registries import Registry
from app.register.chain_papers.rules import FILE
from app.register.chains.models import Chain

FILE_LABEL = "上传的文件"
NO_SOURCE = "没有来源"


@dataclass(frozen=True, slots=True)
class PaperSource:
    """A page or a list of a chain: what it is called, its address, and the right to open it."""

    label: str
    url: Callable[[Chain], str]
    reads: StrEnum


# code, as kinds keep it -> the page or list
PAPER_SOURCES: Registry[PaperSource] = Registry("what the system has of a chain")


def label_of_source(code: str) -> str:
    """What a source is called; one that no feature fills any more reads 没有来源."""
    if code == FILE:
        return FILE_LABEL
    found = PAPER_SOURCES.get(code)
    return found.label if found else NO_SOURCE
