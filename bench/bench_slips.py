"""Whole legal names with one slip: is the company that was meant first? Over names that no golden query was
made from: the invented companies of the demonstration, and real ones where their file is at hand.

`SHARED_DATA` says where the files lie, `--seed 7` makes other slips, `--misses 10` shows what went wrong.
"""

import argparse
import csv
import gzip
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import _common as common  # puts the tree on the path, so it comes first

from search.factory import open_backend, start_rebuild
from search.interface import Document, Query, SearchBackend
from search.language.names import split_region, without_legal_form
from search.language.text import fold, squash

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("SHARED_DATA", ROOT / "../shared/data"))
FILES = {"虚构": "demo/companies_synth_50k.csv.gz", "真实": "real_companies_50k.csv.gz"}
PER_KIND, TOP = 300, 10
GOAL = 0.97
_HELD = ("all",)
_BATCH = 1_000
# Common in names, so that a slip often makes another word of it.
_WRONG = "华新金中天大东方海信达安泰和德利兴隆宏源丰瑞盛康宝龙江山平正通联合成亿佳美光明星云河石田林木火土水"


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    typed: str
    meant: str


def names_of(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["name"] for row in csv.DictReader(file) if row["name"]))


def index(names: Sequence[str], url: str) -> SearchBackend:
    with start_rebuild(url, fresh=True) as filled:
        for start in range(0, len(names), _BATCH):
            batch = enumerate(names[start : start + _BATCH], start)
            filled.add(
                Document("enterprise", str(number), name, access=_HELD, version=1) for number, name in batch
            )
        filled.finish()
    return open_backend(url)


def _in_core(name: str, chance: random.Random) -> int | None:
    """A place behind region and before legal form."""
    squashed = squash(fold(name))
    if squashed != name:
        return None
    base = without_legal_form(name)
    first = len(split_region(base)[0])
    return chance.randrange(first, len(base)) if len(base) - first >= 2 else None


def _anywhere(name: str, chance: random.Random) -> int | None:
    return chance.randrange(len(name)) if squash(fold(name)) == name else None


def _wrong(name: str, place: int, chance: random.Random) -> str:
    return name[:place] + chance.choice([one for one in _WRONG if one != name[place]]) + name[place + 1 :]


def _missing(name: str, place: int, _chance: random.Random) -> str:
    return name[:place] + name[place + 1 :]


_Place = Callable[[str, random.Random], int | None]
_Slip = Callable[[str, int, random.Random], str]
KINDS: dict[str, tuple[_Place, _Slip]] = {
    "名里错一字": (_in_core, _wrong),
    "名里少一字": (_in_core, _missing),
    "任一处错一字": (_anywhere, _wrong),
    "任一处少一字": (_anywhere, _missing),
}


def slips(names: Sequence[str], seed: int) -> Iterator[Asked]:
    """Of each kind as many as wanted, none of which is itself a name."""
    known, chance = set(names), random.Random(seed)
    for kind, (place_in, slip) in KINDS.items():
        found = 0
        while found < PER_KIND:
            name = chance.choice(names)
            place = place_in(name, chance)
            typed = slip(name, place, chance) if place is not None else name
            if typed not in known:
                found += 1
                yield Asked(kind, typed, name)


def rank(backend: SearchBackend, names: Sequence[str], asked: Asked) -> tuple[float, float, list[str], float]:
    """One by the place of what was meant, whether it is there, what is; seconds."""
    begun = time.perf_counter()
    page = backend.search(Query(asked.typed, _HELD, limit=TOP))
    waited = time.perf_counter() - begun
    shown = [names[int(hit.id)] for hit in page.hits]
    place = shown.index(asked.meant) + 1 if asked.meant in shown else 0
    return (1 / place if place else 0.0), float(place > 0), shown, waited


def measure(title: str, names: Sequence[str], seed: int, misses: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-slips-") as folder:
        backend = index(names, f"tantivy://{folder}/index")
        told: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
        bad: list[tuple[str, ...]] = []
        for asked in slips(names, seed):
            place, there, shown, waited = rank(backend, names, asked)
            told[asked.kind].append((place, there, waited))
            if place < 1:
                bad.append((asked.kind, asked.typed, asked.meant, f"{place:.2f}", " ".join(shown[:2])))
        backend.close()
    rows = []
    for kind, all_told in told.items():
        mrr, recall = (fmean(one[what] for one in all_told) for what in (0, 1))
        waits = [one[2] * 1000 for one in all_told]
        rows.append((kind, len(all_told), f"{mrr:.3f}", f"{recall:.3f}", f"{common.p95(waits):.0f}"))
    common.table(
        f"全称有一处写错，{title}的 {len(names):,} 家",
        ("问法", "问数", "MRR@10", "recall@10", "p95 毫秒"),
        rows,
    )
    for kind, _count, mrr, _recall, _wait in rows:
        print("  " + common.goal(float(mrr) >= GOAL, f"{title}，{kind}：MRR ≥ {GOAL}，量得 {mrr}"))
    if misses:
        common.table("没排第一的", ("问法", "输入", "要找", "MRR", "先出来的"), bad[:misses])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--misses", type=int, default=0)
    given = options.parse_args()
    for title, file in FILES.items():
        path = SHARED / file
        if path.exists():
            measure(title, names_of(path), given.seed, given.misses)
        else:
            print(f"{title}：没有 {file}，没有量")


if __name__ == "__main__":
    main()
