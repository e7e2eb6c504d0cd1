"""What is asked of Elasticsearch, with short patience, and the names of indexes.

- `<name>.<version>.<random>`: one index; the version is the hash of mapping and analysis
- `<name>.<version>.first`: the one that takes changes while no rebuild has brought one into use
- `<name>.<version>`: alias to the index in use; what is searched
- `<name>.<version>.<random>.in`: alias of one index for writing. A request that has to meet an alias cannot
  bring a removed index back to life, as writing to its plain name would.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from elasticsearch import ApiError, BadRequestError
from elasticsearch.helpers import bulk, streaming_bulk

from search.elastic.connection import Connection, IndexGone, reason_of
from search.elastic.index import VERSION, Body, ElasticEntry, definition
from search.interface import DocumentRefused, ReadingCutOff, SearchUnavailable

log = logging.getLogger(__name__)

# Seconds. READ_PATIENCE is for one search, however many requests it takes: its reader gets an answer from
# the database instead. The others are for one request.
READ_PATIENCE = 2.0
WRITE_PATIENCE = 10.0
ADMIN_PATIENCE = 30.0
_CHUNK = 500
_CHUNK_BYTES = 8_000_000
_LIVE_REFRESH = "1s"
_FILLING_REFRESH = "-1"
_SCAN = 5_000
_SCAN_KEPT = "2m"
_MAKESHIFT = "first"
_MADE_ALREADY = "resource_already_exists_exception"

# Bulk results by HTTP status.
_NEWER_IS_HELD = 409
_BAD_DOCUMENT = 400
_GONE = 404
# What a scan is answered whose node was restarted, or whose index was removed.
_CUT_OFF = (404, 503)


@dataclass(frozen=True, slots=True)
class Generation:
    """One index, and whether it is the one in use for its version."""

    index: str
    is_ours: bool
    in_use: bool

    @property
    def inlet(self) -> str:
        return f"{self.index}.in"

    @property
    def is_makeshift(self) -> bool:
        return self.index.endswith(f".{_MAKESHIFT}")


class Cluster(Connection):
    """What is asked of one installation's part of a cluster."""

    @cached_property
    def alias(self) -> str:
        return f"{self.address.name}.{VERSION}"

    # --- asking ---

    def search(self, body: Body, patience: float) -> Body:
        with self.faults():
            client = self.opened(patience)
            answer = client.search(index=self.alias, body=body, **self._steady()).body
        return dict(answer)

    def search_each(self, bodies: Sequence[Body], patience: float) -> list[Body]:
        """Several searches in one request."""
        lines = [line for body in bodies for line in ({"index": self.alias, **self._steady()}, body)]
        with self.faults():
            answers = self.opened(patience).msearch(searches=lines).body["responses"]
        return [_checked(answer) for answer in answers]

    def _steady(self) -> dict[str, Any]:
        """Always the same copy of the index, as copies score a little differently; all of it or nothing."""
        return {"preference": self.alias, "allow_partial_search_results": False}

    def count(self, query: Body) -> int:
        with self.faults():
            return int(self.opened(READ_PATIENCE).count(index=self.alias, query=query).body["count"])

    def freeze(self) -> str:
        """The state of the index as of now, to `scan`."""
        with self.faults():
            client = self.opened(ADMIN_PATIENCE)
            return str(client.open_point_in_time(index=self.alias, keep_alive=_SCAN_KEPT).body["id"])

    def scan(self, moment: str, query: Body, field: str) -> Iterator[str]:
        """The stored field of every document found in that state, which ends with this."""
        body: Body = {
            "query": query,
            "size": _SCAN,
            "sort": ["_shard_doc"],
            "track_total_hits": False,
            "stored_fields": [field],
            "pit": {"id": moment, "keep_alive": _SCAN_KEPT},
        }
        while hits := self._scanned(body):
            yield from (str(hit["fields"][field][0]) for hit in hits)
            body["search_after"] = hits[-1]["sort"]
        with self.faults():  # one that a restarted node has forgotten is closed already
            self.opened(ADMIN_PATIENCE).options(ignore_status=404).close_point_in_time(id=moment)

    def _scanned(self, body: Body) -> list[Body]:
        with self.faults():
            try:
                return list(self.opened(ADMIN_PATIENCE).search(body=body).body["hits"]["hits"])
            except ApiError as error:
                if error.status_code in _CUT_OFF:
                    raise ReadingCutOff("搜索索引在读取途中被替换") from error
                raise

    # --- indexes ---

    def generations(self, patience: float) -> list[Generation]:
        """All indexes of this installation, of every version."""
        name = self.address.name
        with self.faults():
            client = self.opened(patience)
            found = client.indices.get_alias(index=f"{name}.*", allow_no_indices=True).body
        return [
            Generation(index, index.startswith(f"{self.alias}."), index.rpartition(".")[0] in held["aliases"])
            for index, held in sorted(found.items())
        ]

    def make(self) -> Generation:
        """A new index to be filled."""
        made = Generation(f"{self.alias}.{secrets.token_hex(6)}", is_ours=True, in_use=False)
        with self.faults():
            self._create(made, [made.inlet], _FILLING_REFRESH)
        return made

    def make_makeshift(self) -> None:
        """One index in use at once, whoever else makes it at the same moment."""
        made = Generation(f"{self.alias}.{_MAKESHIFT}", is_ours=True, in_use=True)
        with self.faults():
            try:
                self._create(made, [made.inlet, self.alias], _LIVE_REFRESH)
            except BadRequestError as error:
                if reason_of(error) != _MADE_ALREADY:
                    raise

    def _create(self, made: Generation, aliases: Sequence[str], refresh: str) -> None:
        client = self.opened(ADMIN_PATIENCE)
        body = {**definition(refresh), "aliases": {one: {} for one in aliases}}
        client.indices.create(index=made.index, body=body)

    def use(self, filled: Generation) -> None:
        """What is searched becomes this index, in one step."""
        others = [one for one in self.generations(ADMIN_PATIENCE) if one.is_ours and one.in_use]
        changes: list[Body] = [{"remove": {"index": one.index, "alias": self.alias}} for one in others]
        changes.append({"add": {"index": filled.index, "alias": self.alias}})
        with self.faults():
            client = self.opened(ADMIN_PATIENCE)
            client.indices.put_settings(index=filled.index, settings={"refresh_interval": _LIVE_REFRESH})
            client.indices.refresh(index=filled.index)
            client.indices.update_aliases(actions=changes)

    def remove(self, generations: Iterable[Generation]) -> None:
        for one in generations:
            try:
                with self.faults():
                    self.opened(ADMIN_PATIENCE).indices.delete(index=one.index, ignore_unavailable=True)
            except IndexGone:
                log.info("%s was removed by somebody else", one.index)

    def note(self, generation: Generation, words: dict[str, str]) -> None:
        """Keeps something beside the mapping of an index, for whoever goes on with it."""
        with self.faults():
            client = self.opened(ADMIN_PATIENCE)
            client.indices.put_mapping(index=generation.index, meta=words)

    def noted(self, generation: Generation) -> dict[str, str]:
        with self.faults():
            client = self.opened(ADMIN_PATIENCE)
            found = client.indices.get_mapping(index=generation.index).body
        return dict(found[generation.index]["mappings"].get("_meta") or {})

    # --- writing ---

    def write(self, generation: Generation, entries: Sequence[ElasticEntry], patience: float) -> None:
        """Raises IndexGone when the index is removed meanwhile, DocumentRefused for the first bad document
        (the rest is written).
        """
        lines = (
            {
                "_op_type": "index",
                "_id": one.id,
                "version": one.version,
                "version_type": "external_gte",
                "_source": one.body,
            }
            for one in entries
        )
        refused: list[Body] = []
        with self.faults():
            results = streaming_bulk(
                self.opened(patience),
                lines,
                index=generation.inlet,
                require_alias=True,
                chunk_size=_CHUNK,
                max_chunk_bytes=_CHUNK_BYTES,
                raise_on_error=False,
                yield_ok=False,
            )
            refused += [
                result["index"] for _, result in results if result["index"]["status"] != _NEWER_IS_HELD
            ]
        _check_refused(refused)

    def purge(self, query: Body) -> int:
        """Removes what is found in the index in use, but nothing that is written again meanwhile."""
        removed = 0
        while found := self._to_remove(query):
            with self.faults():
                client = self.opened(ADMIN_PATIENCE)
                done, _ = bulk(client, found, raise_on_error=False, stats_only=True, refresh=True)
            removed += done
            if not done:
                break
        return removed

    def _to_remove(self, query: Body) -> list[Body]:
        body: Body = {"query": query, "size": _SCAN, "seq_no_primary_term": True, "track_total_hits": False}
        with self.faults():
            client = self.opened(ADMIN_PATIENCE)
            client.indices.refresh(index=self.alias)
            hits = client.search(index=self.alias, body=body).body["hits"]["hits"]
        return [
            {
                "_op_type": "delete",
                "_index": hit["_index"],
                "_id": hit["_id"],
                "if_seq_no": hit["_seq_no"],
                "if_primary_term": hit["_primary_term"],
            }
            for hit in hits
        ]

    def show(self, generation: Generation) -> None:
        """Makes what was written findable."""
        with self.faults():
            self.opened(WRITE_PATIENCE).indices.refresh(index=generation.index)


def _check_refused(refused: Sequence[Body]) -> None:
    for one in refused:
        if one["status"] == _GONE:
            raise IndexGone(one["error"]["type"])
        if one["status"] != _BAD_DOCUMENT:
            raise SearchUnavailable(f"搜索服务没有收下全部记录（{one['status']} {one['error']['type']}）")
    if refused:
        raise DocumentRefused(f"搜索服务不收这条记录：{refused[0]['_id']}（{refused[0]['error']['type']}）")


def _checked(answer: Body) -> Body:
    status = answer.get("status", 200)
    if status == _GONE:
        raise IndexGone(str(answer["error"]["type"]))
    if "error" in answer:
        raise SearchUnavailable(f"搜索服务拒绝了请求（{status} {answer['error']['type']}）")
    return answer
