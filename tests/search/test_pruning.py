"""What cannot match is left out of a query before the embedded engine sees it, and nobody can tell."""

from pathlib import Path

import pytest
import tantivy

from search.answering.plan import All, AnyOf, AtLeast, Either, Flat, Node, Phrase, Raised, plan_of
from search.interface import Document, Query
from search.tantivy.folder import IndexFolder
from search.tantivy.index import written
from search.tantivy.pruning import pruned
from tests.search.backends import EVERYONE, filled
from tests.search.invented import ALIKE, PRECISE, companies

KEY, WORD = AnyOf("kind", ("enterprise",), 5.0), Phrase("name", ("科技",), 0.3)
NO_KEY, NO_WORD = AnyOf("kw", ("无此公司",), 7.0), Phrase("name", ("科技", "无此"), 0.3)
NOTHING = Either(())
WAYS = PRECISE | ALIKE


@pytest.fixture(scope="module")
def county() -> list[Document]:
    return companies(300)


@pytest.fixture(scope="module")
def searcher(county: list[Document], tmp_path_factory: pytest.TempPathFactory) -> tantivy.Searcher:
    root: Path = tmp_path_factory.mktemp("index")
    filled(f"tantivy://{root}", county).close()
    folder = IndexFolder(root)
    return tantivy.Index.open(str(folder.path(folder.current() or ""))).searcher()


@pytest.mark.parametrize(
    ("node", "left"),
    [
        (AnyOf("kind", ("enterprise", "none such"), 5.0), KEY),
        (Either((NO_KEY, WORD, NO_WORD)), WORD),
        (Either((NO_KEY, KEY, WORD)), Either((KEY, WORD))),
        (Either((NO_KEY, NO_WORD)), NOTHING),
        (All((KEY, NO_WORD)), NOTHING),
        (All((KEY, Either((NO_KEY, WORD)))), All((KEY, WORD))),
        (Flat(NO_WORD, 3.0), NOTHING),
        (Raised(KEY, NO_WORD), KEY),
        (Raised(NO_KEY, WORD), NOTHING),
        (Phrase("name", ("科技", "无"), 0.3, open=True), Phrase("name", ("科技", "无"), 0.3, open=True)),
        (AtLeast("u", ("无", "此"), 2), AtLeast("u", ("无", "此"), 2)),
    ],
)
def test_only_what_can_match_is_left(searcher: tantivy.Searcher, node: Node, left: Node) -> None:
    assert pruned(node, searcher) == left


@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_found_at_the_same_scores(
    searcher: tantivy.Searcher, county: list[Document], way: str
) -> None:
    for document in county[:60]:
        plan = plan_of(Query(WAYS[way](document), EVERYONE))
        for node in (plan.precise, plan.fuzzy) if plan else ():
            if node is not None:
                assert _found(searcher, pruned(node, searcher)) == _found(searcher, node)


def _found(searcher: tantivy.Searcher, node: Node) -> list[tuple[float, int, int]]:
    hits = searcher.search(written(node), limit=1_000).hits
    return sorted((round(score, 3), address.segment_ord, address.doc) for score, address in hits)
