"""A company cut into lines of text, each with its place, what is done with it, and the words in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.placing.known import Firm, Place, Why
from search.placing.scopes import Piece, Stance, pieces_of
from search.placing.wordlist import WordFound, Wordlist, folded


@dataclass(frozen=True, slots=True)
class Statement:
    """`ranked`: it stands in a list whose first is the main one."""

    place: Place
    text: str
    found: tuple[WordFound, ...]
    piece: Piece | None = None
    ranked: bool = False

    @property
    def is_excepted(self) -> bool:
        return self.piece is not None and self.piece.stance is Stance.NEGATED

    def held(self, found: WordFound) -> Why | None:
        """Why what is said of the word is no evidence, whatever the node."""
        if not self.piece:
            return None
        if self.piece.cuts_a_verb(found.start, found.end):
            return Why.CUT
        stance = self.piece.stance_of(found.start, found.end)
        if stance is Stance.NEGATED:
            return Why.NEGATED
        return Why.ONLY_TRADED if stance is Stance.TRADES and self.place is Place.SCOPE else None


@dataclass(frozen=True, slots=True)
class FirmReading:
    """`made` is what the company says that it makes, in scope, products and tags."""

    names: tuple[Statement, ...]
    made: tuple[Statement, ...]
    industry: tuple[Statement, ...]
    codes: tuple[str, ...]

    @property
    def lines(self) -> Iterator[Statement]:
        yield from self.names
        yield from self.made
        yield from self.industry


def read(company: Firm, wordlist: Wordlist) -> FirmReading:
    def plain(place: Place, texts: Iterable[str]) -> tuple[Statement, ...]:
        clean = dict.fromkeys(folded(text) for text in texts)
        return tuple(Statement(place, text, wordlist.find(text)) for text in clean if text)

    def listed(place: Place, text: str, *, ranked: bool) -> Iterator[Statement]:
        for piece in pieces_of(folded(text)):
            yield Statement(place, piece.text, wordlist.find(piece.text), piece, ranked)

    made = (
        # What the law calls the main business stands first in a scope (《企业经营范围登记管理规定》).
        *listed(Place.SCOPE, company.scope, ranked=True),
        *listed(Place.PRODUCTS, ";".join(company.products), ranked=company.ranked),
        *plain(Place.TAGS, company.tags),
    )
    names = plain(Place.NAME, (company.name, *company.aliases))
    industry = plain(Place.INDUSTRY, (company.industry,))
    return FirmReading(names, made, industry, tuple(dict.fromkeys(company.codes)))
