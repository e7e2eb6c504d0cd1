"""A rebuild beside live changes, cut off and gone on with, on both engines; when deletes are forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
import time_machine

from search.factory import open_backend, start_rebuild
from search.interface import Document, SearchUnavailable
from tests.search.backends import enterprise, filled, ids

BOYUAN = enterprise("e1", "博元充电有限公司")
WEINA = enterprise("e2", "微纳电池有限公司")
TAISI = enterprise("e3", "泰思光伏有限公司")
NOW = {"e1": enterprise("e1", "新元充电有限公司", version=8), "e3": TAISI}

Gone = list[tuple[str, str, int]]


def as_it_is_now(keys: Sequence[tuple[str, str]]) -> tuple[list[Document], Gone]:
    """What the database would answer: e1 has another name, e2 is gone, e3 is new."""
    return (
        [NOW[public_id] for _, public_id in keys if public_id in NOW],
        [(kind, public_id, 9) for kind, public_id in keys if public_id not in NOW],
    )


def test_changes_made_beside_a_rebuild_are_found_at_once_and_after_the_swap(url: str) -> None:
    writer = filled(url, (BOYUAN, WEINA))
    with start_rebuild(url) as rebuild:
        rebuild.add((BOYUAN,))
        writer.apply((NOW["e1"], TAISI), (("enterprise", "e2", 7),))
        assert (ids(writer, "新元"), ids(writer, "泰思"), ids(writer, "微纳")) == (["e1"], ["e3"], [])
        rebuild.add((WEINA,))
        rebuild.finish(as_it_is_now)
    reader = open_backend(url)
    assert (ids(reader, "新元"), ids(reader, "泰思"), ids(reader, "博元")) == (["e1"], ["e3"], [])
    assert (ids(reader, "微纳"), reader.size()) == ([], 2)
    writer.apply((), (("enterprise", "e3", 9),))
    assert reader.size() == 1
    writer.close()


def test_a_rebuild_that_was_cut_off_is_gone_on_with_from_the_place_it_kept(url: str) -> None:
    writer = filled(url, (BOYUAN,))
    with pytest.raises(ZeroDivisionError), start_rebuild(url) as rebuild:
        assert rebuild.place == ""
        rebuild.add((WEINA,))
        rebuild.keep("after e2")
        raise ZeroDivisionError
    writer.apply((NOW["e1"],), ())
    assert (ids(writer, "微纳"), ids(writer, "新元")) == ([], ["e1"])
    with start_rebuild(url) as rebuild:
        assert rebuild.place == "after e2"
        rebuild.add((TAISI,))
        rebuild.finish(as_it_is_now)
    assert {public_id for _, public_id, _ in writer.fingerprints()} == {"e1", "e2", "e3"}
    with start_rebuild(url) as rebuild:
        assert rebuild.place == ""
    writer.close()


def test_a_fresh_rebuild_takes_nothing_over(url: str) -> None:
    writer = filled(url, (BOYUAN,))
    with start_rebuild(url) as rebuild:
        rebuild.add((WEINA,))
        rebuild.keep("after e2")
    with start_rebuild(url, fresh=True) as rebuild:
        assert rebuild.place == ""
        rebuild.add((TAISI,))
        rebuild.finish()
    assert {public_id for _, public_id, _ in writer.fingerprints()} == {"e3"}
    writer.close()


def test_a_rebuild_that_kept_no_place_leaves_nothing(url: str) -> None:
    with start_rebuild(url) as rebuild:
        rebuild.add((WEINA,))
    with start_rebuild(url) as rebuild:
        assert rebuild.place == ""
        rebuild.finish()
    assert open_backend(url).size() == 0


def test_deletes_are_remembered_for_as_long_as_a_late_sender_may_come(url: str) -> None:
    with time_machine.travel("2026-11-01T08:00:00Z", tick=True):
        writer = filled(url, (BOYUAN, WEINA))
        writer.apply((), (("enterprise", "e1", 9),))
    with time_machine.travel("2026-11-05T08:00:00Z", tick=True):
        writer.apply((), (("enterprise", "e2", 9),))
    third = date(2026, 11, 3).toordinal()
    assert writer.purge(before_day=third) == 1
    assert writer.purge(before_day=third) == 0
    # What is still remembered keeps out what is older.
    writer.apply((replace(BOYUAN, version=20), WEINA), ())
    assert {public_id for _, public_id, _ in writer.fingerprints()} == {"e1"}
    assert writer.purge(before_day=third + 30) == 1
    assert ids(writer, "博元") == ["e1"]
    writer.close()


def test_an_index_that_was_never_made_has_nothing_to_forget(url: str) -> None:
    writer = open_backend(url, writer=True)
    assert writer.purge(before_day=800_000) == 0
    writer.close()


def test_only_a_writer_forgets(url: str) -> None:
    with pytest.raises((RuntimeError, SearchUnavailable)):
        open_backend(url).purge(before_day=800_000)
