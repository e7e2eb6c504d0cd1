"""The search at its own boundary, on both engines, over invented companies: what is found, how fast next to
LIKE, FTS5 trigram, Elasticsearch's standard analyser and tantivy itself, whether both engines agree, how fast
an index is built, how large it is, and how all of that grows.

`--sizes 10000,100000` companies, `--engines tantivy` for one, `--misses 5` shows the worst of each kind.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import _common as common  # puts the tree on the path, so it comes first
import search_county as county
import search_golden as golden
import search_speed as speed
import search_work as work
from elasticsearch import Elasticsearch
from search_rivals import UNCACHED, Like, Ours, Raw, Rival, Standard, Table, Trigram, index_size
from search_speed import Times

from app.core.index import reindexing
from search.elastic import client as elastic
from search.factory import open_backend
from search.interface import Query, SearchBackend
from tests.services.elasticsearch import own_node, remove_indexes

TANTIVY, ELASTIC = "内置引擎", "Elasticsearch"
LIKE, TRIGRAM, STANDARD, RAW = "LIKE", "FTS5 三元组", "ES 标准分词", "tantivy 裸查"
ENGINES = {"tantivy": TANTIVY, "elasticsearch": ELASTIC}
MEAN_GOAL, PRECISE_SAME, ALIKE_SAME = 0.98, 0.99, 0.95
BUILD_GOAL, SIZE_GOAL, MEMORY_GOAL, CROWD_GOAL = 5_000, 1.5, 600, 2.0
SHORT_KINDS = ("简称", "两字字号")
CROWD_SECONDS = 12
# Filling a county's database takes longer than the rebuild that is measured.
DATABASE_ROWS = 100_000
# What the standard analyser cannot be asked for is compared with our own Elasticsearch.
_LEAST_FOUND = 0.5

Kinds = dict[str, list[golden.Golden]]
Found = dict[str, list[list[int]]]
Timed = dict[str, dict[str, Times]]


@dataclass(slots=True)
class Seen:
    """What was measured at one size, for the table of growth."""

    count: int
    table: int = 0
    speeds: dict[str, Times] = field(default_factory=dict)
    built: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


class Measurement:
    """One size: the companies in a table, the truth, an index on each engine, the rivals."""

    def __init__(self, count: int, addresses: Mapping[str, str], folder: Path, node: str) -> None:
        self.count, self.addresses, self.folder, self.node = count, addresses, folder, node
        self.seen = Seen(count)
        self.backends: dict[str, SearchBackend] = {}
        self.rivals: dict[str, Rival] = {}

    def prepare(self) -> Kinds:
        """Fills the table; on the way, the truth."""
        truth = golden.Truth(golden.queries(self.count))
        self.table = Table(self.folder / "table.sqlite3")
        self.table.fill(self._companies(truth))
        self.seen.table = self.table.size()
        kinds: Kinds = {kind: [] for kind in golden.KINDS}
        for one in truth.golden():
            kinds[one.asked.kind].append(one)
        return kinds

    def _companies(self, truth: golden.Truth | None = None) -> Iterator[county.Company]:
        for number in range(self.count):
            one = county.company(number)
            if truth:
                truth.look_at(one)
            yield one

    def build(self) -> None:
        rows = []
        for name, address in self.addresses.items():
            report = work.rebuilt(address, self.count)
            if name == ELASTIC:
                Elasticsearch(self.node).indices.put_settings(index=_indexes(address), settings=UNCACHED)
            backend = self.backends[name] = open_backend(address)
            if backend.size() != self.count:
                raise RuntimeError(f"{name}: {backend.size()} of {self.count} companies are in the index")
            rate, size = self.count / report["seconds"], self._size_of(name, address)
            self.seen.built[name], self.seen.sizes[name] = rate, size
            bare = self.count / (report["seconds"] - report["making"])
            rows.append(
                (
                    name,
                    round(rate),
                    round(bare),
                    size / self.count,
                    size / self.seen.table,
                    report["pss"] / 2**20,
                )
            )
        common.table(
            f"建索引，{self.count:,} 家（一行数据在表里 {self.seen.table / self.count:.0f} 字节）",
            ("引擎", "条/秒", "不计造数据 条/秒", "字节/条", "是数据表的", "内存 PSS MB"),
            [(*row[:4], f"{row[4]:.2f}×", row[5]) for row in rows],
        )
        for name, rate, bare, _, ratio, memory in rows:
            tell(
                bare >= BUILD_GOAL,
                f"{name} 建索引 ≥ {BUILD_GOAL:,} 条/秒，量得 {rate:,}（不计造数据 {bare:,}）",
            )
            tell(ratio <= SIZE_GOAL, f"{name} 索引 ≤ 数据表的 {SIZE_GOAL}×，量得 {ratio:.2f}×")
            tell(memory <= MEMORY_GOAL, f"{name} 建索引进程 PSS ≤ {MEMORY_GOAL} MB，量得 {memory:.0f}")

    def _size_of(self, name: str, address: str) -> int:
        if name == TANTIVY:
            return sum(path.stat().st_size for path in (self.folder / "index").rglob("*") if path.is_file())
        return index_size(Elasticsearch(self.node), _indexes(address))

    def gather(self) -> None:
        """The rivals, and our engines as two of them."""
        self.rivals = {name: Ours(backend) for name, backend in self.backends.items()}
        trigram = Trigram(self.table)
        self.rivals[LIKE] = Like(self.table)
        trigram.build()
        self.rivals[TRIGRAM] = trigram
        sizes = [(TRIGRAM, self.table.size() - self.seen.table)]
        if TANTIVY in self.backends:
            self.rivals[RAW] = Raw(self.folder / "index")
        if self.node:
            standard = Standard(self.node)
            standard.build(self._companies())
            self.rivals[STANDARD] = standard
            sizes.append((STANDARD, standard.size()))
        common.table(
            "对照的索引有多大",
            ("", "字节/条", "是数据表的"),
            [(name, size / self.count, common.against(size, self.seen.table)) for name, size in sizes],
        )

    def close(self) -> None:
        for backend in self.backends.values():
            backend.close()
        self.table.connection.close()
        if self.node:
            Standard(self.node).remove()
            remove_indexes(self.node, "bench")


def _indexes(address: str) -> str:
    return f"{address.rpartition('/')[2]}.*"


def tell(met: bool, words: str) -> None:
    print("  " + common.goal(met, words))


# --- what is found --------------------------------------------------------------------------------


def ask_all(rival: Rival, kinds: Kinds) -> Found:
    return {kind: [rival.top(speed.query_of(one)) for one in of_kind] for kind, of_kind in kinds.items()}


def relevance(name: str, kinds: Kinds, found: Found) -> float:
    """Prints the means of every kind; returns the mean MRR of all kinds."""
    verdicts = {
        kind: [golden.judge(one, answer) for one, answer in zip(of_kind, found[kind], strict=True)]
        for kind, of_kind in kinds.items()
    }
    means = {
        kind: tuple(fmean(getattr(one, what) for one in told) for what in ("rank", "recall", "meant"))
        for kind, told in verdicts.items()
    }
    whole = tuple(fmean(mean[place] for mean in means.values()) for place in range(3))
    common.table(
        f"找得到吗，{name}",
        ("问法", "问数", "MRR@10", "recall@10", "只认原意 MRR", "目标"),
        [
            (kind, len(kinds[kind]), *(f"{value:.3f}" for value in mean), f"{golden.KINDS[kind].goal:.2f}")
            for kind, mean in means.items()
        ]
        + [("平均", "", *(f"{value:.3f}" for value in whole), f"{MEAN_GOAL:.2f}")],
    )
    tell(
        min(whole[:2]) >= MEAN_GOAL,
        f"平均 MRR 和 recall ≥ {MEAN_GOAL}，量得 {whole[0]:.3f} 和 {whole[1]:.3f}",
    )
    for kind, mean in means.items():
        _tell_kind(kind, min(mean[:2]))
    return whole[0]


def _tell_kind(kind: str, least: float) -> None:
    wanted = golden.KINDS[kind]
    if least < wanted.goal:
        floor = (
            f"，底线 {wanted.floor:.2f} {'达到' if least >= wanted.floor else '没有达到'}"
            if wanted.floor
            else ""
        )
        tell(False, f"{kind} ≥ {wanted.goal:.2f}，量得 {least:.3f}{floor}")


def permitted(name: str, found: Found) -> None:
    """Nobody may ever be shown what is not theirs."""
    hidden = {
        number
        for answers in found.values()
        for answer in answers
        for number in answer
        if not county.is_seen(county.company(number))
    }
    tell(not hidden, f"{name} 从不给出无权看的，量得 {len(hidden)} 家")


def worst(name: str, kinds: Kinds, found: Found, backend: SearchBackend, shown: int) -> None:
    rows = []
    for kind, of_kind in kinds.items():
        judged = [
            (golden.judge(one, answer), one, answer) for one, answer in zip(of_kind, found[kind], strict=True)
        ]
        bad = [one for one in judged if one[0].rank < 1 or one[0].recall < 1]
        bad.sort(key=lambda one: one[0].rank + one[0].recall)
        rows += [_told(kind, *one, backend) for one in bad[:shown]]
    common.table(f"没找好的，{name}", ("问法", "输入", "要找", "MRR recall", "为什么"), rows)


def _told(
    kind: str, verdict: golden.Verdict, one: golden.Golden, found: Sequence[int], backend: SearchBackend
) -> tuple[str, ...]:
    meant = county.company(one.asked.meant).name.full
    return (
        kind,
        one.asked.text,
        meant,
        f"{verdict.rank:.2f} {verdict.recall:.2f}",
        _reason(one, found, backend),
    )


def _reason(one: golden.Golden, found: Sequence[int], backend: SearchBackend) -> str:
    if not found:
        return "一条也没有"
    query = Query(one.asked.text, county.HELD, where=one.asked.where, limit=200)
    page = backend.search(query)
    numbers = [county.number_of(hit.id) for hit in page.hits]
    places = [place for place, number in enumerate(numbers, 1) if one.asked.is_right(county.company(number))]
    sort = "相近的" if page.hits[0].alike else "同名的" if page.hits[0].exact else "含有的"
    first = county.company(numbers[0]).names[0]
    right = f"对的有 {one.right} 家，排在 {places[:3]}" if places else f"对的 {one.right} 家不在前 200"
    return f"共 {page.total} 条{sort}，{right}，第一条 {first}"


def agreement(kinds: Kinds, found: Mapping[str, Found]) -> None:
    """Whether both engines give the same ten in the same order."""
    first, second = found.values()
    rows, same = [], {True: list[bool](), False: list[bool]()}
    for kind in kinds:
        equal = [one == other for one, other in zip(first[kind], second[kind], strict=True)]
        same[golden.KINDS[kind].is_alike] += equal
        if not all(equal):
            rows.append((kind, len(equal), f"{fmean(equal):.3f}"))
    common.table("两个引擎的前 10 条不全相同的问法", ("问法", "问数", "相同"), rows)
    tell(
        fmean(same[False]) >= PRECISE_SAME,
        f"问得准的前 10 条相同 ≥ {PRECISE_SAME}，量得 {fmean(same[False]):.4f}",
    )
    tell(
        fmean(same[True]) >= ALIKE_SAME, f"有错字的前 10 条相同 ≥ {ALIKE_SAME}，量得 {fmean(same[True]):.4f}"
    )


# --- how fast -------------------------------------------------------------------------------------


def told_times(title: str, timed: Timed, rivals: Sequence[str]) -> None:
    common.table(
        f"{title}，p50/p95 毫秒",
        ("", *rivals),
        [(kind, *(str(times.get(name, "—")) for name in rivals)) for kind, times in timed.items()],
    )


def ratios(timed: Timed, standard_finds: Mapping[str, float]) -> None:
    """Our p95 as a share of LIKE's and of Elasticsearch's; the goals of every kind."""
    ours = [name for name in (TANTIVY, ELASTIC) if name in next(iter(timed.values()))]
    for name in ours:
        rows = []
        for kind, times in timed.items():
            rival = _rival(kind, times, name, standard_finds)
            over_like, over_rival = (
                times[name].p95 / times[one].p95 if one else 0.0 for one in (LIKE, rival)
            )
            rows.append((kind, f"{over_like:.4f}×", rival or "—", f"{over_rival:.2f}×" if rival else "—"))
            _tell_speed(name, kind, over_like, over_rival)
        common.table(f"{name} 的 p95 是对手的几倍", ("", "LIKE", "Elasticsearch", "倍"), rows)


def _rival(kind: str, times: Mapping[str, Times], name: str, standard_finds: Mapping[str, float]) -> str:
    if STANDARD in times and standard_finds.get(kind, 1.0) >= _LEAST_FOUND:
        return STANDARD
    return ELASTIC if ELASTIC in times and name != ELASTIC else ""


def _tell_speed(name: str, kind: str, over_like: float, over_rival: float) -> None:
    """The goals are meant for a million; at smaller sizes LIKE is too quick to be a measure."""
    if kind in SHORT_KINDS:
        tell(over_like <= 0.01, f"{name}，{kind}：p95 ≤ LIKE 的 1%，量得 {over_like:.2%}")
        if name == TANTIVY and over_rival:
            tell(over_rival <= 0.25, f"{name}，{kind}：p95 ≤ Elasticsearch 的 0.25×，量得 {over_rival:.2f}×")
    limit = 1.0 if kind in speed.OPERATIONS else 2.0
    if over_rival > limit:
        tell(False, f"{name}，{kind}：p95 ≤ Elasticsearch 的 {limit:.0f}×，量得 {over_rival:.2f}×")


def crowds(addresses: Mapping[str, str], count: int) -> None:
    rows, met = [], []
    for name, address in addresses.items():
        alone = speed.times(work.crowd(address, count, 1, writing=False, seconds=CROWD_SECONDS))
        many = speed.times(work.crowd(address, count, work.READERS, writing=True, seconds=CROWD_SECONDS))
        rows.append(
            (
                name,
                str(alone),
                str(many),
                *(common.against(*pair) for pair in ((many.p50, alone.p50), (many.p95, alone.p95))),
            )
        )
        met.append((name, many.p95 / alone.p95))
    common.table(
        f"{work.READERS} 人看、一人写（每秒约 4 次各 20 条），p50/p95 毫秒",
        ("", "一人看", "都在", "p50", "p95"),
        rows,
    )
    for name, ratio in met:
        tell(ratio <= CROWD_GOAL, f"{name}：都在时 p95 ≤ 一人时的 {CROWD_GOAL:.0f}×，量得 {ratio:.2f}×")


# --- in what order --------------------------------------------------------------------------------


def measure(one: Measurement, misses: int) -> Seen:
    print(f"\n=== {one.count:,} 家企业（快慢的目标是为 1,000,000 家定的）")
    kinds = one.prepare()
    one.build()
    one.gather()
    found = {name: ask_all(Ours(backend), kinds) for name, backend in one.backends.items()}
    for name, backend in one.backends.items():
        relevance(name, kinds, found[name])
        permitted(name, found[name])
        if misses:
            worst(name, kinds, found[name], backend, misses)
    if len(found) == 2:
        agreement(kinds, found)
    time_all(one, kinds)
    crowds(one.addresses, one.count)
    one.close()
    return one.seen


def time_all(one: Measurement, kinds: Kinds) -> None:
    # By now both engines have answered every query once; the standard analyser has not.
    standard = one.rivals.get(STANDARD)
    finds = _share_found(standard, kinds) if standard else {}
    names = [name for name in (TANTIVY, ELASTIC, STANDARD, RAW, TRIGRAM, LIKE) if name in one.rivals]
    timed = speed.by_kind(one.rivals, kinds)
    told_times(f"每种问法，{one.count:,} 家", timed, names)
    ratios(timed, finds)
    one.seen.speeds = {name: timed[SHORT_KINDS[0]][name] for name in names}
    of_words = speed.of_common_words(one.rivals)
    told_times(f"常见词，{one.count:,} 家", of_words, names)
    ratios(of_words, {})


def _share_found(rival: Rival, kinds: Kinds) -> dict[str, float]:
    answers = ask_all(rival, kinds)
    return {
        kind: fmean(
            golden.judge(one, answer).recall for one, answer in zip(of_kind, answers[kind], strict=True)
        )
        for kind, of_kind in kinds.items()
    }


def from_database(sizes: Sequence[int], addresses: Mapping[str, str]) -> None:
    """The whole way of `flask search rebuild`: rows to documents to tokens to an index."""
    rows: list[tuple[str, ...]] = []
    for count in sizes:
        with common.county() as app:
            common.people()
            common.fill_enterprises(count)
            for name, address in addresses.items():
                app.config["SEARCH_URL"] = address
                begun = time.perf_counter()
                reindexing.rebuild(fresh=True)
                rate = count / (time.perf_counter() - begun)
                rows.append((name, f"{count:,}", f"{rate:,.0f}"))
                if count == max(sizes):
                    tell(rate >= BUILD_GOAL, f"{name} 从数据库重建 ≥ {BUILD_GOAL:,} 条/秒，量得 {rate:,.0f}")
    common.table("从数据库重建（SQLite）", ("引擎", "家数", "条/秒"), rows)


def growth(seen: Sequence[Seen]) -> None:
    if len(seen) < 2:
        return
    rows = []
    for name in seen[0].speeds:
        values = [one.speeds[name].p95 for one in seen]
        rows.append(
            (
                f"简称 p95 毫秒，{name}",
                *(f"{value:.2f}" for value in values),
                common.against(values[-1], values[0]),
            )
        )
    for name in seen[0].built:
        rates = [one.built[name] for one in seen]
        rows.append(
            (
                f"建索引 条/秒，{name}",
                *(f"{rate:,.0f}" for rate in rates),
                common.against(rates[-1], rates[0]),
            )
        )
    for name in seen[0].sizes:
        shares = [one.sizes[name] / one.count for one in seen]
        rows.append(
            (f"字节/条，{name}", *(f"{share:.0f}" for share in shares), common.against(shares[-1], shares[0]))
        )
    common.table("随规模增长", ("", *(f"{one.count:,}" for one in seen), "末比首"), rows)


def run(sizes: Sequence[int], engines: Sequence[str], misses: int) -> None:
    seen = []
    with ExitStack() as stack:
        node = stack.enter_context(own_node(measured=True)).url if "elasticsearch" in engines else ""
        for count in sizes:
            with tempfile.TemporaryDirectory(prefix="bench-search-") as name:
                folder = Path(name)
                known = {"tantivy": f"tantivy://{folder / 'index'}", "elasticsearch": f"{node}/bench"}
                addresses = {ENGINES[engine]: known[engine] for engine in engines}
                seen.append(measure(Measurement(count, addresses, folder, node), misses))
        with tempfile.TemporaryDirectory(prefix="bench-search-") as name:
            known = {"tantivy": f"tantivy://{name}/index", "elasticsearch": f"{node}/county"}
            filled = [min(size, DATABASE_ROWS) for size in sizes]
            from_database(sorted(set(filled)), {ENGINES[engine]: known[engine] for engine in engines})
    growth(seen)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="10000")
    options.add_argument("--engines", default=",".join(ENGINES))
    options.add_argument("--misses", type=int, default=0)
    given = options.parse_args()
    # A rival that is busy may keep a search waiting for longer than a reader of pages would wait.
    elastic.READ_PATIENCE = 60.0
    run([int(size) for size in given.sizes.split(",")], given.engines.split(","), given.misses)


if __name__ == "__main__":
    main()
