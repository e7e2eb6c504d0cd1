"""Who could fill a node: what is found of companies that are known to belong there, and how long it takes.

Back-test. The known companies of each chain (TEST ONLY files, as in bench_placing, which says what is given
of each) are hidden; all listed companies are ranked for each node, a chain's list is the best of its nodes'.
Recall at 50 and at 200 of the known ones, beside keyword search and industry-code match over the same texts.
A list of 50 cannot hold more than 50 of some two hundred: the most there is to find stands beside. The goal
is held to companies with their products. Without products (hidden) half of the truth is the name of an
industry of another classification, which no register holds and no document of the index: it is shown for what
it is.

Speed. Invented companies in an index, the nodes of the ten chains asked for in turn, the first that the
index finds and then weighed by the judge, with and without a province; beside one reading of all companies in
Python that looks for the same words and codes.

`--sizes 10000,100000,1000000` companies, `--engines tantivy,elasticsearch`, `--sizes ''` for the back-test
alone.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from heapq import nlargest
from pathlib import Path
from statistics import fmean

import _common as common  # puts the tree on the path, so it comes first
import bench_placing as placing
import search_county as county
import search_work as work
from bench_placing import Given, Scores
from search_speed import Times, times

from search.factory import open_backend
from search.interface import Document, OneOf, Query, SearchBackend, Wanted
from search.placing import LOOKED_AT, Candidate, Firm, Judge, Node, learn, ranked, wanted_by
from tests.services.elasticsearch import own_node

DEPTHS = (50, 200)
AHEAD, LONGEST, OF_SCAN = 1.5, 500.0, 1 / 50
PROVINCE = "32"
SCANNED = 5  # nodes: one reading of a million companies takes seconds
LEARNED_FROM = 20_000
OURS = "检索后判断"
ENGINES = {"tantivy": "内置引擎", "elasticsearch": "Elasticsearch"}

Lists = Mapping[str, Sequence[str]]  # of stock codes by chain, the best first


# --- back-test ----------------------------------------------------------------------------------------


def with_sections(given: Given) -> dict[str, Node]:
    """The nodes with codes as companies have them: C3841."""
    full = {row["code"]: row["full_code"] for row in placing.rows_of(common.DATA / placing.FILES["codes"])}
    return {node.key: replace(node, codes=tuple(full[code] for code in node.codes)) for node in given.nodes}


def registered(company: Firm, sections: Mapping[str, str]) -> Firm:
    """With the one code that a register knows."""
    return replace(company, codes=tuple(sections[code] for code in company.codes if code in sections)[:1])


def by_index(given: Given, kind: str) -> Scores:
    """As the product ranks: the index finds, the judge weighs."""
    sections = {
        row["code"]: row["full_code"] for row in placing.rows_of(common.DATA / placing.FILES["codes"])
    }
    firms = {stock: registered(one, sections) for stock, one in given.companies[kind].items()}
    nodes = with_sections(given)
    judge = Judge(nodes.values(), learn(firms.values(), nodes.values()))
    with tempfile.TemporaryDirectory(prefix="bench-candidates-") as folder:
        backend = open_backend(f"tantivy://{folder}/index", writer=True)
        backend.apply([_document(stock, firm) for stock, firm in firms.items()], [])
        found = {key: candidates(backend, judge, node, firms.__getitem__) for key, node in nodes.items()}
        backend.close()
    return {(one.key, key): one.score for key, them in found.items() for one in them if one.score}


def _document(stock: str, firm: Firm) -> Document:
    return Document(
        kind="enterprise",
        id=stock,
        title=firm.name,
        names=firm.aliases,
        text="；".join(firm.products),
        access=("all",),
        industry=firm.codes[0] if firm.codes else "",
    )


def candidates(
    backend: SearchBackend, judge: Judge, node: Node, firm_of: Callable[[str], Firm], *where: OneOf
) -> list[Candidate]:
    asked = Query("", county.HELD, wanted=wanted_by(node, judge.library), where=where, limit=LOOKED_AT)
    hits = backend.search(asked).hits
    return ranked(judge, node.key, [(hit.id, firm_of(hit.id)) for hit in hits])


def lists_of(scores: Scores, given: Given) -> Lists:
    chain_of = {node.key: node.chain for node in given.nodes}
    best = defaultdict[str, dict[str, float]](dict)
    for (stock, key), points in scores.items():
        of_chain = best[chain_of[key]]
        of_chain[stock] = max(points, of_chain.get(stock, 0.0))
    return {
        chain: sorted(points, key=lambda stock: (-points[stock], stock)) for chain, points in best.items()
    }


def known_of(given: Given) -> dict[str, set[str]]:
    chain_of = {node.key: node.chain for node in given.nodes}
    known = defaultdict[str, set[str]](set)
    for stock, key in given.truth:
        known[chain_of[key]].add(stock)
    return known


def recall(lists: Lists, known: Mapping[str, set[str]], depth: int) -> float:
    """Of the known companies of a chain, how many stand among the first; the mean of all chains."""
    return fmean(len(them & set(lists.get(chain, ())[:depth])) / len(them) for chain, them in known.items())


def tell_back_test(given: Given) -> None:
    known = known_of(given)
    most = {depth: fmean(min(depth, len(them)) / len(them) for them in known.values()) for depth in DEPTHS}
    for kind in ("unordered", "hidden"):
        found = {OURS: lists_of(by_index(given, kind), given)}
        found |= {name: lists_of(rival(given, kind), given) for name, rival in placing.RIVALS.items()}
        recalls = {
            name: {depth: recall(lists, known, depth) for depth in DEPTHS} for name, lists in found.items()
        }
        rows = [(name, *(f"{share[depth]:.3f}" for depth in DEPTHS)) for name, share in recalls.items()]
        head = ("", *(f"前 {depth} 家（至多 {most[depth]:.3f}）" for depth in DEPTHS))
        common.table(f"{kind}：找回已知企业的比例，{len(known)} 条链平均", head, rows)
        for depth in DEPTHS:
            ratio = recalls[OURS][depth] / max(recalls[name][depth] for name in placing.RIVALS)
            said = f"{kind}：前 {depth} 家是两者较好的 {ratio:.2f}×"
            is_goal = (kind, depth) == ("unordered", DEPTHS[0])
            print(common.goal(ratio >= AHEAD, f"{said}，要 ≥ {AHEAD}×") if is_goal else said)


# --- speed --------------------------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def firm_of(public_id: str) -> Firm:
    """Made once: the product reads them from its database, in three statements for all."""
    return _firm(county.company(county.number_of(public_id)))


def _firm(one: county.Company) -> Firm:
    return Firm(one.name.full, one.others, one.scope, (), one.tags, (one.industry,))


def timed(work_of: Callable[[Node], object], nodes: Sequence[Node]) -> Times:
    """Milliseconds for each node, after a round that warms."""
    for node in nodes:
        work_of(node)
    waits = []
    for node in (*nodes, *nodes):
        begun = time.perf_counter()
        work_of(node)
        waits.append((time.perf_counter() - begun) * 1000)
    return times(waits)


def scanned(texts: Sequence[tuple[str, str]], wanted: Wanted) -> list[tuple[float, int]]:
    """The same words and codes, looked for in each company."""

    def points(text: str, code: str) -> float:
        said = sum(weight for word, weight in wanted.words if word in text)
        return said + sum(weight for start, weight in wanted.industries if code.startswith(start))

    return nlargest(LOOKED_AT, ((points(*one), number) for number, one in enumerate(texts)))


def _ways(backend: SearchBackend, judge: Judge) -> dict[str, Callable[[Node], object]]:
    there = OneOf("region", (PROVINCE,))

    def found(node: Node) -> object:
        wanted = wanted_by(node, judge.library)
        return backend.search(Query("", county.HELD, wanted=wanted, limit=LOOKED_AT))

    return {
        "只检索": found,
        OURS: lambda node: candidates(backend, judge, node, firm_of),
        f"{OURS}，限一省": lambda node: candidates(backend, judge, node, firm_of, there),
    }


def tell_speed(nodes: Sequence[Node], count: int, addresses: Mapping[str, str]) -> None:
    sample = range(0, count, max(1, count // LEARNED_FROM))
    judge = Judge(nodes, learn((_firm(county.company(number)) for number in sample), nodes))
    texts = [(f"{one.name.full} {one.scope}", one.industry) for one in map(county.company, range(count))]
    begun = time.perf_counter()
    for node in nodes[:SCANNED]:
        scanned(texts, wanted_by(node, judge.library))
    scan = (time.perf_counter() - begun) * 1000 / SCANNED
    rows: list[tuple[object, ...]] = []
    for name, address in addresses.items():
        work.rebuilt(address, count)
        backend = open_backend(address)
        for way, work_of in _ways(backend, judge).items():
            waits = timed(work_of, nodes)
            rows.append((f"{name}，{way}", waits.p50, waits.p95, f"{waits.p50 / scan:.4f}×"))
            if way == OURS:
                said = f"{name} {count:,} 家：p95 ≤ {LONGEST:g} 毫秒，量得 {waits.p95:.0f}"
                rows.append((common.goal(waits.p95 <= LONGEST, said), "", "", ""))
            if way == "只检索":
                said = f"{name} {count:,} 家：≤ 逐家读的 1/{1 / OF_SCAN:g}，量得 1/{scan / waits.p50:.0f}"
                rows.append((common.goal(waits.p50 <= OF_SCAN * scan, said), "", "", ""))
        backend.close()
    common.table(
        f"一个环节的候选，{count:,} 家企业，{len(nodes)} 个环节（毫秒）",
        ("", "p50", "p95", "是逐家读的"),
        [("逐家读一遍（Python）", scan, "", ""), *rows],
    )


def main(typed: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--sizes", default="10000,100000")
    options.add_argument("--engines", default="tantivy")
    asked = options.parse_args(typed)
    missing = [file for file in placing.FILES.values() if not (common.DATA / file).exists()]
    if missing:
        print(f"没有 {'、'.join(missing)}，没有量")
        return
    given = placing.read_given(common.DATA)
    tell_back_test(given)
    nodes = list(with_sections(given).values())
    engines, sizes = asked.engines.split(","), [int(size) for size in asked.sizes.split(",") if size]
    with ExitStack() as stack:
        node = (
            stack.enter_context(own_node(measured=True)).url if "elasticsearch" in engines and sizes else ""
        )
        for count, address in _addresses(sizes, engines, node, stack):
            tell_speed(nodes, count, address)


def _addresses(
    sizes: Sequence[int], engines: Sequence[str], node: str, stack: ExitStack
) -> Iterator[tuple[int, dict[str, str]]]:
    for count in sizes:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-candidates-")))
        known = {"tantivy": f"tantivy://{folder / 'index'}", "elasticsearch": f"{node}/candidates-{count}"}
        yield count, {ENGINES[engine]: known[engine] for engine in engines}


if __name__ == "__main__":
    main()
