"""Indexes on a cluster: versions, rebuilds beside live writes, removal, refusals."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.elastic import backend as elastic_backend
from search.elastic import client as elastic
from search.elastic.address import read_address
from search.elastic.client import Cluster, Generation
from search.elastic.connection import IndexGone
from search.elastic.index import entry
from search.factory import open_backend, start_rebuild
from search.interface import Document, DocumentRefused, SearchUnavailable
from tests.search.backends import ask, enterprise, filled, fresh_address, ids

BOYUAN = enterprise("e1", "博元充电有限公司")
WEINA = enterprise("e2", "微纳电池有限公司")


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_address("elasticsearch", request, tmp_path) as url:
        yield url


def indexes(address: str) -> list[str]:
    return [one.index for one in Cluster(read_address(address)).generations(10.0)]


def tell(address: str, path: str, body: Any = None, method: str = "PUT") -> None:
    """Speaks to the node past the backend, as an administrator would."""
    node = address.rpartition("/")[0]
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{node}/{path}", data, {"Content-Type": "application/json"}, method=method
    )
    urllib.request.urlopen(request, timeout=30).close()


def test_an_index_of_another_version_asks_for_a_rebuild_and_is_replaced_by_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(elastic, "VERSION", "earlier")
        filled(address, (BOYUAN,)).close()
    now = open_backend(address, writer=True)
    with pytest.raises(SearchUnavailable, match="另一版本"):
        ask(now, "博元")
    with pytest.raises(SearchUnavailable, match="另一版本"):
        now.apply((WEINA,), ())
    with start_rebuild(address) as rebuild:
        now.apply((WEINA,), ())
        rebuild.add((BOYUAN,))
        rebuild.finish()
    assert (ids(now, "博元"), ids(now, "微纳"), len(indexes(address))) == (["e1"], ["e2"], 1)


def test_an_index_that_vanishes_under_a_reader_is_reported(address: str) -> None:
    reader = filled(address, (BOYUAN,))
    assert ids(reader, "博元") == ["e1"]
    tell(address, indexes(address)[0], method="DELETE")
    for attempt in (lambda: ask(reader, "博元"), reader.size, lambda: list(reader.fingerprints())):
        with pytest.raises(SearchUnavailable, match="重建"):
            attempt()


def test_changes_made_during_a_rebuild_are_in_both_indexes(address: str) -> None:
    writer = filled(address, (BOYUAN, WEINA))
    with start_rebuild(address) as rebuild:
        writer.apply(
            (enterprise("e1", "泰思光伏", version=9), enterprise("e3", "明德")), (("enterprise", "e2", 9),)
        )
        assert ids(writer, "泰思光伏") == ["e1"]
        rebuild.add((BOYUAN, WEINA))
        rebuild.finish()
    held = {one_id for _, one_id, _ in writer.fingerprints()}
    assert (held, ids(writer, "泰思光伏"), ids(writer, "博元")) == ({"e1", "e3"}, ["e1"], [])


def test_the_last_rebuild_to_start_wins(address: str) -> None:
    writer = filled(address, (BOYUAN,))
    first = start_rebuild(address)
    second = start_rebuild(address)
    with pytest.raises(SearchUnavailable, match="另一次重建"):
        first.add((WEINA,))
    with pytest.raises(SearchUnavailable, match="另一次重建"):
        first.finish()
    second.add((WEINA,))
    second.finish()
    first.abandon()
    assert ([one for _, one, _ in writer.fingerprints()], len(indexes(address))) == (["e2"], 1)


def test_a_rebuild_ends_once(address: str) -> None:
    rebuild = start_rebuild(address)
    rebuild.finish()
    rebuild.abandon()
    with pytest.raises(RuntimeError):
        rebuild.add((BOYUAN,))


def test_what_a_killed_rebuild_left_takes_changes_until_the_next_one_removes_it(address: str) -> None:
    writer = filled(address, (BOYUAN,))
    start_rebuild(address).add((BOYUAN,))
    writer.apply((WEINA,), ())
    assert (writer.size(), len(indexes(address))) == (2, 2)
    with start_rebuild(address) as rebuild:
        rebuild.finish()
    assert (writer.size(), len(indexes(address))) == (0, 1)


def test_a_killed_first_rebuild_does_not_hide_later_changes(address: str) -> None:
    start_rebuild(address).add((BOYUAN,))
    assert filled(address, (WEINA,)).size() == 1


def test_an_index_made_in_the_moment_of_the_swap_is_removed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay that found no index in use makes one; it lacks whatever was deleted before."""
    cluster = Cluster(read_address(address))
    use = Cluster.use

    def make_then_use(self: Cluster, filled: Generation) -> None:
        before = self.generations(10.0)
        cluster.make_makeshift()
        with monkeypatch.context() as stale:
            stale.setattr(Cluster, "generations", lambda *_: before)
            use(self, filled)

    monkeypatch.setattr(Cluster, "use", make_then_use)
    with start_rebuild(address) as rebuild:
        rebuild.add((BOYUAN,))
        rebuild.finish()
    assert [one.is_makeshift for one in cluster.generations(10.0)] == [False]


def test_of_two_indexes_in_use_the_makeshift_one_goes_at_the_next_change(address: str) -> None:
    writer = filled(address, (BOYUAN,))
    with start_rebuild(address) as rebuild:
        rebuild.add((BOYUAN,), [("enterprise", "secret", 5)])
        rebuild.finish()
    Cluster(read_address(address)).make_makeshift()
    writer.apply((WEINA, enterprise("secret", "机密项目", version=4)), ())
    assert (len(indexes(address)), ids(writer, "微纳"), ids(writer, "机密")) == (1, ["e2"], [])


def test_several_relays_that_find_no_index_share_the_one_they_make(address: str) -> None:
    makers = [threading.Thread(target=Cluster(read_address(address)).make_makeshift) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(indexes(address)) == 1


def test_an_index_removed_while_it_is_written_to_stays_away(address: str) -> None:
    cluster = Cluster(read_address(address))
    removed = cluster.make()
    cluster.remove([removed])
    with pytest.raises(IndexGone):
        cluster.write(removed, [entry(BOYUAN)], 10.0)
    assert indexes(address) == []


def test_a_change_sent_to_a_removed_index_goes_to_the_one_after_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = filled(address, (BOYUAN,))
    stale = Cluster(read_address(address)).generations(10.0)
    with start_rebuild(address) as rebuild:
        rebuild.finish()
    remembered, look = [stale], Cluster.generations
    monkeypatch.setattr(
        Cluster, "generations", lambda *given: remembered.pop() if remembered else look(*given)
    )
    writer.apply((WEINA,), ())
    assert ids(writer, "微纳") == ["e2"]


def test_a_document_the_engine_will_not_take_is_named_and_the_others_are_held(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(document: Document) -> elastic.ElasticEntry:
        made = entry(document)
        return elastic.ElasticEntry(
            made.id, made.version, {**made.body, "unknown": 1} if document.id == "e1" else made.body
        )

    monkeypatch.setattr(elastic_backend, "entry", spoilt)
    writer = open_backend(address, writer=True)
    with pytest.raises(DocumentRefused, match="enterprise/e1"):
        writer.apply((BOYUAN, WEINA), ())
    monkeypatch.undo()
    writer.apply((BOYUAN,), ())
    assert writer.size() == 2


def test_an_index_closed_to_writing_is_unavailable_and_opens_by_itself(address: str) -> None:
    writer = filled(address, (BOYUAN,))
    tell(address, f"{indexes(address)[0]}/_settings", {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(SearchUnavailable, match="没有收下"):
        writer.apply((WEINA,), ())
    assert ids(writer, "博元") == ["e1"]
    tell(address, f"{indexes(address)[0]}/_settings", {"index.blocks.read_only_allow_delete": None})
    writer.apply((WEINA,), ())
    assert writer.size() == 2


def test_two_installations_on_one_cluster_leave_each_other_alone(address: str) -> None:
    neighbour = f"{address}-2"
    filled(neighbour, (BOYUAN,)).close()
    with start_rebuild(address) as rebuild:
        rebuild.add((WEINA,))
        rebuild.finish()
    assert ids(open_backend(neighbour), "博元") == ["e1"]
    assert ids(open_backend(address), "博元") == []
    tell(neighbour, indexes(neighbour)[0], method="DELETE")


def test_only_fields_of_the_mapping_are_held(address: str) -> None:
    """The texts themselves are in the database; the index keeps tokens and what it answers with."""
    filled(address, (BOYUAN,)).close()
    node = address.rpartition("/")[0]
    with urllib.request.urlopen(f"{node}/{indexes(address)[0]}/_mapping", timeout=30) as answer:
        mapping = next(iter(json.load(answer).values()))["mappings"]
    assert (mapping["dynamic"], mapping["_source"]) == ("strict", {"enabled": False})


def test_one_search_is_given_up_after_its_time_however_many_requests_it_takes(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(address, (BOYUAN,))
    at_once, asked = Cluster.search, []

    def slow(cluster: Cluster, body: elastic.Body, patience: float) -> elastic.Body:
        asked.append(patience)
        time.sleep(0.4)
        return at_once(cluster, body, patience)

    monkeypatch.setattr(Cluster, "search", slow)
    monkeypatch.setattr(elastic, "READ_PATIENCE", 0.3)
    with pytest.raises(SearchUnavailable, match="时限"):
        ids(backend, "博远充电")
    assert len(asked) == 1
