"""How well companies are placed on nodes of chains, against placements made by machine (TEST ONLY files).

What is given, and why. The truth was made from products with at least a tenth of revenue that contain a
keyword of a node, and from the Shenwan industry. Products with their shares would be the truth told twice, so
no share is ever given. Of each company the judge gets its legal and its short name, the name and the code of
its industry (with the GB/T code whose name is nearest, as a register would have one), and its products:

  unordered    all of them by the alphabet, side lines and what is only named in the scope among them: what a
               register knows. This is the measure that the goal is held to.
  ranked       the same, the main one first, as scopes begin with the main business. The order is that of the
               shares, so it is nearer to how the truth was made: read it as what an order is worth.
  hidden       no products, for the library neither: name and industry alone.
  no_industry  products unordered, no industry and no code: the industry is half of the truth too, since whole
               Shenwan industries were put on nodes. What stands here owes nothing to that.

Companies that belong on no node stand in the library as all others. Keyword search has the same texts, with
and without the name of the industry; industry code means four or three digits shared with the node.

Weights and cut are found over chains that do not hold what they are tried on: each chain left out, then each
two; the companies are the same in all of them. How signals are made was chosen among some thirty ways while
looking at these ten chains left out in turn, so new chains may do a little worse. The first tables have the
weights and the cut of the product, which saw all ten. `SHARED_DATA` says where the files lie, `--pairs 0`
leaves out the pairs.
"""

import argparse
import csv
import gzip
import itertools
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import _common as common  # puts the tree on the path, so it comes first

from search.placing import CUT, Firm, Judge, Node, learn
from search.placing.judging import BASE, WEIGHTS

# Weights are found over the first three.
KINDS = ("unordered", "ranked", "hidden", "no_industry")
FITTED = KINDS[:3]
PRECISION, RECALL, PER_SECOND = 0.75, 0.70, 2_000
FILES = {
    "chains": "chains/chains.json",
    "truth": "chains/chain_companies.csv",
    "companies": "ckg/listed_companies.csv",
    "products": "ckg/company_products.csv.gz",
    "codes": "gbt4754_2017.csv",
}
SCOPES = "real_companies_50k.csv.gz"
CUTS = range(10, 100, 10)
# What a code's name shares with that of an industry, from which on it is taken for the same.
_NEAR = 0.4
_GRAIN = 0.02
_STEPS, _RIDGE = 12, 1.0
_EMPTY = re.compile("制造|加工|生产|服务|其他|及|、|业|Ⅱ|Ⅲ")

Placed = tuple[str, str]  # company, node
Scores = dict[Placed, float]


@dataclass(frozen=True, slots=True)
class Given:
    nodes: tuple[Node, ...]
    truth: frozenset[Placed]
    # By kind and stock code.
    companies: Mapping[str, Mapping[str, Firm]]


# --- what is given ----------------------------------------------------------------------------------


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    text = path.read_bytes()
    text = gzip.decompress(text) if path.suffix == ".gz" else text
    yield from csv.DictReader(text.decode().splitlines())


def read_given(data: Path) -> Given:
    paths = {name: data / file for name, file in FILES.items()}
    names = {row["code"]: row["name"] for row in rows_of(paths["codes"])}
    chains = json.loads(paths["chains"].read_text(encoding="utf-8"))
    nodes = tuple(
        Node(
            key=node["id"],
            chain=chain["id"],
            name=node["name"],
            keywords=tuple(node["keywords"]),
            codes=tuple(node["gbt4754"]),
            industries=tuple(names[code] for code in node["gbt4754"]),
        )
        for chain in chains
        for node in chain["nodes"]
    )
    listed = {row["stock_code"]: row for row in rows_of(paths["companies"])}
    products = defaultdict[str, list[tuple[float, str]]](list)
    for row in rows_of(paths["products"]):
        if row["is_accounting_noise"] == "0":
            products[row["stock_code"]].append((-float(row["weight"]), row["product"]))
    truth = frozenset((row["stock_code"], row["node_id"]) for row in rows_of(paths["truth"]))
    nearest = _nearest_codes(names, {row["sw_l3"] for row in listed.values()})
    companies = {
        kind: {
            stock: _company(row, nearest[row["sw_l3"]], products[stock], kind)
            for stock, row in listed.items()
        }
        for kind in KINDS
    }
    return Given(nodes, truth, companies)


def _company(
    row: dict[str, str], codes: tuple[str, ...], products: list[tuple[float, str]], kind: str
) -> Firm:
    ordered = sorted(products, key=lambda one: one if kind == "ranked" else (0.0, one[1]))
    told = bool(row["sw_code"]) and kind != "no_industry"
    return Firm(
        name=row["full_name"],
        aliases=(row["short_name"],),
        products=() if kind == "hidden" else tuple(product for _weight, product in ordered),
        codes=(f"SW{row['sw_code']}", *codes) if told else (),
        industry=row["sw_l3"].rstrip("ⅡⅢ") if told else "",
        ranked=kind == "ranked",
    )


def _nearest_codes(names: Mapping[str, str], industries: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each industry the GB/T code whose name shares most of its pairs of characters, by their weight."""

    def pairs(text: str) -> frozenset[str]:
        return frozenset(map("".join, itertools.pairwise(_EMPTY.sub("", text))))

    codes = {code: pairs(name) for code, name in names.items() if len(code) >= 3}
    common_in = Counter(pair for found in codes.values() for pair in found)

    def weigh(found: Iterable[str]) -> float:
        return sum(math.log(len(codes) / (1 + common_in[pair])) for pair in found)

    def likeness(code: str, wanted: frozenset[str]) -> float:
        return 2 * weigh(codes[code] & wanted) / (weigh(codes[code]) + weigh(wanted))

    nearest = {}
    for industry in industries:
        wanted = pairs(industry)
        alike = [(likeness(code, wanted), code) for code, found in codes.items() if found & wanted]
        near, code = max(alike, default=(0.0, ""))
        nearest[industry] = (code,) if near >= _NEAR else ()
    return nearest


# --- the three that are measured --------------------------------------------------------------------


def judged(given: Given, kind: str) -> Scores:
    companies = given.companies[kind]
    judge = Judge(given.nodes, learn(companies.values(), given.nodes))
    return {
        (stock, one.node): one.score
        for stock, company in companies.items()
        for one in judge.propose(company, cut=1.0)
    }


def by_code(given: Given, kind: str) -> Scores:
    def shared(company: Firm, node: Node) -> float:
        digits = [
            d for d in (4, 3) for a in company.codes for b in node.codes if a[:d] == b[:d] and len(a) >= d
        ]
        return {4: 100.0, 3: 50.0}[max(digits)] if digits else 0.0

    return _scored(given, kind, shared)


def by_keywords(*, industry: bool) -> Callable[[Given, str], Scores]:
    def search(given: Given, kind: str) -> Scores:
        def contained(company: Firm, node: Node) -> float:
            texts = (company.name, *company.aliases, *company.products, company.industry if industry else "")
            text = "|".join(texts).lower()
            return 100.0 * any(word.lower() in text for word in node.keywords)

        return _scored(given, kind, contained)

    return search


def _scored(given: Given, kind: str, score: Callable[[Firm, Node], float]) -> Scores:
    found = {
        (stock, node.key): score(company, node)
        for stock, company in given.companies[kind].items()
        for node in given.nodes
    }
    return {placed: points for placed, points in found.items() if points}


RIVALS = {
    "关键词（名称、产品）": by_keywords(industry=False),
    "关键词（加行业名）": by_keywords(industry=True),
    "行业代码": by_code,
}


# --- measures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quality:
    precision: float
    recall: float
    proposed: int

    def __str__(self) -> str:
        return f"{self.precision:.3f} / {self.recall:.3f}"


def quality(found: Iterable[Placed], truth: frozenset[Placed]) -> Quality:
    proposed = set(found)
    right = len(proposed & truth)
    return Quality(right / max(1, len(proposed)), right / max(1, len(truth)), len(proposed))


def above(scores: Scores, cut: float) -> Iterator[Placed]:
    return (placed for placed, points in scores.items() if points >= cut)


def of_chain(placed: Iterable[Placed], chains: Iterable[str], given: Given) -> frozenset[Placed]:
    keys = {node.key for node in given.nodes if node.chain in set(chains)}
    return frozenset(one for one in placed if one[1] in keys)


def at_recall(scores: Scores, truth: frozenset[Placed], recall: float) -> float | None:
    """The precision where that much is found, if it ever is."""
    right = 0
    for count, placed in enumerate(sorted(scores, key=lambda one: (-scores[one], one)), 1):
        right += placed in truth
        if right >= recall * len(truth):
            return right / count
    return None


# --- weights and cut, found without the chains they are tried on ---------------------------------------

Signals = dict[Placed, tuple[float, ...]]
Table = Counter[tuple[tuple[float, ...], bool]]


def signals_of(given: Given, kind: str) -> Signals:
    companies = given.companies[kind]
    judge = Judge(given.nodes, learn(companies.values(), given.nodes))
    found: Signals = {}
    for stock, company in companies.items():
        for number, signals in judge.signals(company, {}).items():
            values = dict.fromkeys(WEIGHTS, 0.0) | {one.name: one.value for one in signals}
            rounded = tuple(round(value / _GRAIN) * _GRAIN for value in values.values())
            if any(rounded):
                found[stock, judge.nodes[number].key] = rounded
    return found


def fit(table: Table) -> list[float]:
    """Logistic regression with weights that are never below nothing; the first is that of no signal."""
    rows = [((1.0, *values), right, times) for (values, right), times in table.items()]
    size = len(rows[0][0])
    weights = [-3.0] + [1.0] * (size - 1)
    for _step in range(_STEPS):
        slope = [0.0] + [_RIDGE * weight for weight in weights[1:]]
        bend = [[_RIDGE * (i == j > 0) for j in range(size)] for i in range(size)]
        for values, right, times in rows:
            odds = sum(map(float.__mul__, weights, values))
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
            off, spread = times * (chance - right), times * chance * (1 - chance)
            there = [at for at in range(size) if values[at]]
            for i in there:
                slope[i] += off * values[i]
                for j in there:
                    bend[i][j] += spread * values[i] * values[j]
        free = [at for at in range(size) if at == 0 or weights[at] > 0 or slope[at] < 0]
        step = _solve([[bend[i][j] for j in free] for i in free], [slope[at] for at in free])
        for at, move in zip(free, step, strict=True):
            weights[at] = weights[at] - move if at == 0 else max(0.0, weights[at] - move)
    return weights


def _solve(matrix: list[list[float]], wanted: list[float]) -> list[float]:
    rows = [[*row, value] for row, value in zip(matrix, wanted, strict=True)]
    for at, row in enumerate(rows):
        for other in rows:
            if other is not row:
                times = other[at] / row[at]
                other[:] = [a - times * b for a, b in zip(other, row, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def scored(signals: Signals, weights: Sequence[float]) -> Scores:
    return {
        placed: 100 / (1 + math.exp(-weights[0] - sum(map(float.__mul__, weights[1:], values))))
        for placed, values in signals.items()
    }


def best_cut(scores: Scores, truth: frozenset[Placed]) -> float:
    """The lowest from which on what is proposed is right as often as wanted."""
    right, best = 0, 100.0
    for count, placed in enumerate(sorted(scores, key=lambda one: (-scores[one], one)), 1):
        right += placed in truth
        if right >= PRECISION * count:
            best = scores[placed]
    return best


@dataclass(frozen=True, slots=True)
class LeftOut:
    chains: tuple[str, ...]
    cut: float
    weights: list[float]
    scores: Scores  # of what was left out, products unordered
    found: Mapping[str, frozenset[Placed]]  # by kind


def leave_out(
    given: Given, signals: Mapping[str, Signals], size: int, limit: int | None
) -> Iterator[LeftOut]:
    chain_of = {node.key: node.chain for node in given.nodes}
    chains = sorted(set(chain_of.values()))
    tables = {chain: Table() for chain in chains}
    for kind in FITTED:
        for placed, values in signals[kind].items():
            tables[chain_of[placed[1]]][values, placed in given.truth] += 1
    for out in itertools.islice(itertools.combinations(chains, size), limit):
        inside = [chain for chain in chains if chain not in out]
        weights = fit(sum((tables[chain] for chain in inside), Table()))
        scores = {kind: scored(found, weights) for kind, found in signals.items()}
        known = of_chain(scores["unordered"], inside, given)
        learned = {placed: scores["unordered"][placed] for placed in known}
        cut = best_cut(learned, of_chain(given.truth, inside, given))
        tried = {kind: of_chain(above(found, cut), out, given) for kind, found in scores.items()}
        unseen = of_chain(scores["unordered"], out, given)
        yield LeftOut(out, cut, weights, {placed: scores["unordered"][placed] for placed in unseen}, tried)


# --- what is printed --------------------------------------------------------------------------------


def tell_as_it_is(given: Given, kind: str) -> None:
    """The weights and the cut of the product, beside its rivals."""
    mine = judged(given, kind)
    placed = {"判断": frozenset(above(mine, CUT))}
    placed |= {name: frozenset(rival(given, kind)) for name, rival in RIVALS.items()}
    chains = sorted({node.chain for node in given.nodes})
    rows: list[tuple[object, ...]] = []
    for chain in (*chains, "合计"):
        these = chains if chain == "合计" else [chain]
        truth = of_chain(given.truth, these, given)
        rows.append(
            (chain, len(truth), *(quality(of_chain(p, these, given), truth) for p in placed.values()))
        )
    common.table(f"{kind}：查准 / 查全，取 {CUT:g} 分以上", ("链", "应有", *placed), rows)
    steps = [(cut, quality(above(mine, cut), given.truth)) for cut in CUTS]
    common.table(
        f"{kind}：取不同分数以上",
        ("分", "提出", "查准", "查全"),
        [(cut, q.proposed, f"{q.precision:.3f}", f"{q.recall:.3f}") for cut, q in steps],
    )
    own = quality(placed["判断"], given.truth)
    print(common.goal(own.precision >= PRECISION, f"{kind}：查准 ≥ {PRECISION}，量得 {own.precision:.3f}"))
    print(common.goal(own.recall >= RECALL, f"{kind}：查全 ≥ {RECALL}，量得 {own.recall:.3f}"))
    for name in RIVALS:
        rival = quality(placed[name], given.truth)
        if not rival.proposed:
            continue
        there = at_recall(mine, given.truth, rival.recall)
        same = "达不到" if there is None else f"{there:.3f}"
        better = own.precision > rival.precision and own.recall > rival.recall
        said = f"{kind}：两样都好于{name} {rival}；查全与它相同时，查准 {same}"
        print(common.goal(better, said))


def tell_left_out(given: Given, pairs: int | None) -> None:
    signals = {kind: signals_of(given, kind) for kind in KINDS}
    for size, limit in ((1, None), (2, pairs)):
        runs = list(leave_out(given, signals, size, limit))
        if not runs:
            continue
        rows: list[tuple[object, ...]] = []
        for run in runs if size == 1 else []:
            truth = of_chain(given.truth, run.chains, given)
            rows.append(
                (run.chains[0], f"{run.cut:.0f}", *(quality(run.found[kind], truth) for kind in KINDS))
            )
        rows.append(
            ("合计", _middle([run.cut for run in runs]), *(_pooled(runs, kind, given) for kind in KINDS))
        )
        common.table(
            f"权重与分数线都在别的链上求得，每次留出 {size} 条链（{len(runs)} 次）：查准 / 查全",
            ("链", "分数线", *KINDS),
            rows,
        )
        _tell_weights(runs)
        if size == 1:
            unseen = {placed: points for run in runs for placed, points in run.scores.items()}
            cut = best_cut(unseen, given.truth)
            recall = quality(above(unseen, cut), given.truth).recall
            print(f"留出的链合起来，{cut:.1f} 分以上查准 {PRECISION}、查全 {recall:.3f}；所用分数线 {CUT:g}")


def _middle(numbers: Sequence[float]) -> str:
    return f"{min(numbers):.0f}-{max(numbers):.0f}"


def _pooled(runs: Sequence[LeftOut], kind: str, given: Given) -> Quality:
    """Over all runs, a chain as often as it was left out."""
    truths = [of_chain(given.truth, run.chains, given) for run in runs]
    right = sum(len(run.found[kind] & truth) for run, truth in zip(runs, truths, strict=True))
    proposed = sum(len(run.found[kind]) for run in runs)
    return Quality(right / max(1, proposed), right / max(1, sum(map(len, truths))), proposed)


def _tell_weights(runs: Sequence[LeftOut]) -> None:
    """How far they move when chains are left out, beside those of the product."""
    rows = []
    for at, (name, kept) in enumerate({"base": BASE, **WEIGHTS}.items()):
        found = [run.weights[at] for run in runs]
        rows.append((name, kept, f"{min(found):.1f}", f"{max(found):.1f}"))
    common.table("权重", ("名", "所用", "最小", "最大"), rows)


def tell_speed(given: Given, data: Path) -> None:
    kinds = {"上市公司，产品": list(given.companies["unordered"].values())}
    if (data / SCOPES).exists():
        rows = itertools.islice(rows_of(data / SCOPES), 0, None, 5)
        kinds["真实企业，经营范围"] = [Firm(row["name"], scope=row["business_scope"]) for row in rows]
    told = []
    for name, companies in kinds.items():
        begun = time.process_time()
        library = learn(companies, given.nodes)
        learned = time.process_time()
        judge = Judge(given.nodes, library)
        for company in companies:
            judge.propose(company)
        done = time.process_time()
        told.append(
            (name, len(companies), len(companies) / (learned - begun), len(companies) / (done - learned))
        )
    common.table(
        f"每秒企业数（一个核，{len(given.nodes)} 个环节）",
        ("企业", "家", "学习", "判断"),
        [(name, count, f"{first:,.0f}", f"{second:,.0f}") for name, count, first, second in told],
    )
    for name, _count, _first, second in told:
        print(common.goal(second >= PER_SECOND, f"{name}：每秒 ≥ {PER_SECOND:,} 家，量得 {second:,.0f}"))


def main(typed: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--pairs", type=int, default=None, help="how many pairs of chains are left out")
    asked = options.parse_args(typed)
    missing = [file for file in FILES.values() if not (common.DATA / file).exists()]
    if missing:
        print(f"没有 {'、'.join(missing)}，没有量")
        return
    given = read_given(common.DATA)
    for kind in KINDS:
        tell_as_it_is(given, kind)
    tell_left_out(given, asked.pairs)
    tell_speed(given, common.DATA)


if __name__ == "__main__":
    main()
