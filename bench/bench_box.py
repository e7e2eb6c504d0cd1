"""The search page and the suggestions under the box, as the server makes them: rights, facets, hits read
again and marked, the whole page rendered. The embedded engine, SQLite.
"""

import argparse
import random
import time

import _common as common
from flask.testing import FlaskClient
from pypinyin import lazy_pinyin
from sqlalchemy import func, select

from app.core.index.reindexing import rebuild
from app.core.storage.db import db
from app.register.enterprises.models import Enterprise

GOALS = {"/search": 60, "/search/suggest": 30}
TIMES = 20
SEED = 11


def typed_for(name: str) -> dict[str, str]:
    """Ways to type one made-up name: place (2), brand (4), number, trade, legal form (4)."""
    core = name[2:-4]
    return {
        "全称": name,
        "简称": core,
        "品牌": core[:4],
        "两个词": f"{name[:2]} {core[:4]}",
        "拼音": "".join(lazy_pinyin(core[:4])),
        "首字母": "".join(each[0] for each in lazy_pinyin(core[:4])),
        "错一字": core[:1] + "琦" + core[2:],
        "行业词": core.lstrip("".join(set(core[:4]))).lstrip("0123456789"),
        "带条件": f"{core[:4]} 1亿以上",
    }


def typed(rows: int) -> dict[str, list[str]]:
    """TIMES queries of each kind, for companies picked by one seed."""
    dice, found = random.Random(SEED), dict[str, list[str]]()
    for _ in range(TIMES):
        name = db.session.scalars(select(Enterprise.name).where(Enterprise.id == dice.randint(1, rows))).one()
        for kind, text in typed_for(name).items():
            found.setdefault(kind, []).append(text)
    return found


def served(client: FlaskClient, path: str, text: str) -> float:
    """Milliseconds until the answer is whole; what is done after it has been sent keeps nobody waiting."""
    begun = time.perf_counter()

    def ask() -> float:
        answer = client.get(path, query_string={"q": text}, buffered=False)
        whole = answer.get_data()
        took = (time.perf_counter() - begun) * 1000
        assert answer.status_code == 200, f"{path} {text}: {answer.status_code}"
        assert "简易搜索".encode() not in whole, "the index did not answer"
        answer.close()
        return took

    return float(common.separately(ask))


def measure(rows: int) -> None:
    with common.county() as app:
        client = common.reader(app, common.people())
        common.fill_enterprises(rows)
        common.fill_leads(rows // 5, rows)
        common.analyse()
        rebuild()
        held = db.session.scalar(select(func.count(Enterprise.id)))
        queries = typed(rows)
        db.session.rollback()
        for path in GOALS:
            served(client, path, "苏州")  # tables are loaded, the index is open
        lines: list[list[object]] = []
        worst = dict.fromkeys(GOALS, 0.0)
        for kind, texts in queries.items():
            cells: list[object] = [kind]
            for path in GOALS:
                times = [served(client, path, text) for text in texts]
                slow = common.p95(times)
                worst[path] = max(worst[path], slow)
                cells += [sorted(times)[len(times) // 2], slow]
            lines.append(cells)
    head = ("", "结果页 中位", "p95", "联想 中位", "p95")
    common.table(f"搜索页和联想，{held:,} 家企业、{rows // 5:,} 条线索（毫秒，服务端）", head, lines)
    for path, goal in GOALS.items():
        print("  " + common.goal(worst[path] <= goal, f"{path} p95 ≤ {goal} 毫秒，最慢 {worst[path]:.0f}"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    for rows in options.parse_args().rows:
        measure(rows)


if __name__ == "__main__":
    main()
