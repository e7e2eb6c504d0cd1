"""When a refused company is asked about again, which evidence is kept, which shares are none."""

from dataclasses import replace

import pytest

from app.register.placements.enums import HitPlace, ShareOf
from app.register.placements.rules import (
    MOST_HITS,
    MOST_TEXT,
    CompanyFacts,
    WordHit,
    is_new_evidence,
    problems_of_share,
)

P = HitPlace
SCOPE = WordHit("隔膜", P.SCOPE, "锂电池隔膜分切", 60.0)


@pytest.mark.parametrize(
    ("then", "now", "hits", "again"),
    [
        # nothing of the company has changed: whatever was learned anew, it is not asked about
        ("a", "a", [SCOPE, WordHit("涂布膜", P.SCOPE, "涂布膜制造", 50.0)], False),
        # it has changed, and the same words speak for it
        ("a", "b", [SCOPE], False),
        ("a", "b", [replace(SCOPE, points=90.0, text="隔膜制造")], False),
        # a word that carries a quarter
        ("a", "b", [SCOPE, WordHit("涂布膜", P.SCOPE, "涂布膜制造", 25.0)], True),
        ("a", "b", [SCOPE, WordHit("涂布膜", P.SCOPE, "涂布膜制造", 24.0)], False),
        # the same word, by now in its name
        ("a", "b", [SCOPE, WordHit("隔膜", P.NAME, "青岚隔膜有限公司", 40.0)], True),
        # two words that carry it together
        ("a", "b", [WordHit("基膜", P.TAGS, "基膜", 13.0), WordHit("干法", P.SCOPE, "干法隔膜", 13.0)], True),
        # what others of the industry make
        ("a", "b", [SCOPE, WordHit("2924", P.FELLOWS, "2924", 60.0)], False),
        ("a", "b", [], False),
    ],
)
def test_a_refusal_stands_until_the_company_itself_tells_more(
    then: str, now: str, hits: list[WordHit], again: bool
) -> None:
    assert is_new_evidence(then, now, [SCOPE], hits) is again


def test_a_company_is_the_same_in_whatever_order_its_names_and_tags_are_read() -> None:
    one = CompanyFacts(1, "青岚新材料有限公司", ("青岚", "岚新"), "隔膜制造", ("重点", "链主"), "C2924")
    assert one.digest == replace(one, other_names=("岚新", "青岚"), tags=("链主", "重点")).digest
    changed = ({"name": "岚青"}, {"scope": ""}, {"tags": ("重点",)}, {"industry_code": "C2925"})
    assert len({one.digest, *(replace(one, **each).digest for each in changed)}) == len(changed) + 1


def test_the_strongest_evidence_is_kept_and_read_again_as_it_was() -> None:
    hits = [WordHit(f"词{n}", P.SCOPE, "字" * 200, float(n)) for n in range(MOST_HITS + 5)]
    kept = WordHit.read(WordHit.kept(hits))
    assert [hit.word for hit in kept] == [f"词{n}" for n in reversed(range(5, MOST_HITS + 5))]
    assert {len(hit.text) for hit in kept} == {MOST_TEXT}


@pytest.mark.parametrize(
    ("share", "of", "field"),
    [
        (None, None, None),
        (0, ShareOf.NODE, None),
        (60, ShareOf.COMPANY, None),
        (60, None, "share_of"),
        (None, ShareOf.COMPANY, "share"),
    ],
)
def test_a_share_says_what_it_is_of(share: int | None, of: ShareOf | None, field: str | None) -> None:
    assert list(problems_of_share(share, of)) == ([field] if field else [])
