"""The plan of what is wanted by words and codes: companies that could fill a node of a chain."""

from search.answering.plan.nodes import AnyOf, Either, Node, Phrase, Plan
from search.answering.plan.scores import WANTED_INDUSTRY_SCORE, WANTED_NAME_WEIGHT, WANTED_TEXT_WEIGHT
from search.answering.tokens import tokens
from search.interface import Wanted
from search.language.text import fold, runs

_FIELDS = (("name", WANTED_NAME_WEIGHT), ("text", WANTED_TEXT_WEIGHT))


def wanting(wanted: Wanted) -> Plan | None:
    """None when nothing is asked for; a word without a letter or digit asks for nothing."""
    parts = [part for word, weight in wanted.words for part in _said(word, weight)]
    parts += [
        AnyOf("industry", (code.upper(),), WANTED_INDUSTRY_SCORE * weight)
        for code, weight in wanted.industries
        if code
    ]
    return Plan(Either(tuple(parts)), None, "", "", "", "") if parts else None


def _said(word: str, weight: float) -> list[Node]:
    said = tuple(tokens(runs("".join(fold(word).split()))))
    return [Phrase(field, said, worth * weight) for field, worth in _FIELDS] if said else []
