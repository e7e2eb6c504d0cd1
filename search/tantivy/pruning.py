"""What of a query can match in one state of a tantivy index at all.

tantivy leaves a part without documents out of a union only where the part stands bare, not where it is
weighted, and a union of several parts reads all their documents even where a filter has led past them.
"""

from collections.abc import Callable, Iterable
from typing import Any

import tantivy

from search.answering.plan import All, AnyOf, Either, Flat, Node, Phrase, Raised

_NOTHING = Either(())


def pruned(node: Node, searcher: tantivy.Searcher) -> Node:
    """The same without parts that find nothing; finds the same at the same scores."""
    left = _Pruning(searcher).left_of(node)
    return _NOTHING if left is None else left


class _Pruning:
    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._ways: dict[type[Any], Callable[[Any], Node | None]] = {
            AnyOf: self._any_of,
            Phrase: self._phrase,
            Flat: self._flat,
            Either: self._either,
            All: self._all,
            Raised: self._raised,
        }

    def left_of(self, node: Node) -> Node | None:
        """None when it finds nothing; a part of another sort is not looked into."""
        way = self._ways.get(type(node))
        return way(node) if way else node

    def _stands(self, field: str, value: str) -> bool:
        return self._searcher.doc_freq(field, value) > 0

    def _any_of(self, node: AnyOf) -> Node | None:
        values = tuple(value for value in node.values if self._stands(node.field, value))
        return AnyOf(node.field, values, node.score) if values else None

    def _phrase(self, node: Phrase) -> Node | None:
        whole = node.tokens[:-1] if node.open else node.tokens
        return node if all(self._stands(node.field, token) for token in whole) else None

    def _flat(self, node: Flat) -> Node | None:
        part = self.left_of(node.part)
        return part and Flat(part, node.score)

    def _either(self, node: Either) -> Node | None:
        left = self._left(node.parts)
        return (left[0] if len(left) == 1 else Either(left)) if left else None

    def _all(self, node: All) -> Node | None:
        left = self._left(node.parts)
        if len(left) < len(node.parts):
            return None
        return left[0] if len(left) == 1 else All(left)

    def _raised(self, node: Raised) -> Node | None:
        part, by = self.left_of(node.part), self.left_of(node.by)
        return Raised(part, by) if part and by else part

    def _left(self, parts: Iterable[Node]) -> tuple[Node, ...]:
        return tuple(left for part in parts if (left := self.left_of(part)))
