"""A change of stage today next to the build before, in turns A B A B: processor time of the whole request,
and the statements it sends. The build before is a tree of its commit, measured by this bench as it was then.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from _before import TREE, is_known, measured, tree_of

BENCH = Path(__file__).resolve()
BEFORE = "3fce28a"  # the last build that read a ledger afresh wherever it was asked for
THEN = "6f9ab6b"  # the last commit of this bench that imports from the places where that build has its code
COMPANIES, LEADS, MOVES = 1_000, 4_000, 120
GOAL = 0.5


def measure() -> dict[str, Any]:
    """Milliseconds and statements of each move of this process, the first left out."""
    import _common as common  # noqa: PLC0415 - which tree it measures is said by the environment
    from sqlalchemy import select  # noqa: PLC0415

    from app.core.storage.db import db  # noqa: PLC0415
    from app.core.values.clock import today  # noqa: PLC0415
    from app.promotion.leads.enums import LeadStage  # noqa: PLC0415
    from app.promotion.leads.models import Lead  # noqa: PLC0415

    with common.county() as app:
        user = common.people()
        common.fill_enterprises(COMPANIES)
        common.fill_leads(LEADS, COMPANIES)
        common.analyse()
        client = common.reader(app, user)
        at_start = select(Lead.public_id, Lead.version).where(
            Lead.stage == LeadStage.LEAD, Lead.confidential.is_(False)
        )
        spent: list[float] = []
        asked: list[int] = []

        def move(public_id: str, version: int) -> None:
            sent = {"to": "assessed", "effective_on": today().isoformat(), "version": str(version)}
            begun = time.process_time()
            answer = client.post(f"/leads/{public_id}/move", data=sent)
            spent.append((time.process_time() - begun) * 1000)
            assert answer.status_code == 303, answer.text[-2000:]

        for public_id, version in db.session.execute(at_start.limit(MOVES)).all():
            with common.queries_counted() as statements:
                common.separately(lambda row=(public_id, version): move(*row))
            asked.append(len(statements))
            common.separately(lambda: client.get("/account"))  # reads what the page says of the move
    return {"ms": spent[1:], "statements": statistics.median(asked[1:])}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--before", default=BEFORE, help="the commit of the build before")
    options.add_argument("--pairs", type=int, default=4)
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(measure()))
        return
    if not is_known(chosen.before) or not is_known(THEN):
        print(f"  这里没有提交 {chosen.before}，没有先前可比；用 --before 指出一个")
        return
    with tree_of(chosen.before) as before, tree_of(THEN) as then:
        bench = then / "bench" / BENCH.name
        pairs = [(measured(before, bench), measured(TREE, BENCH)) for _ in range(chosen.pairs)]
    told = [[statistics.median(run["ms"]) for run in pair] for pair in pairs]
    for number, (then, now) in enumerate(told, start=1):
        print(f"  第 {number} 对：先前 {then:.2f} 毫秒，今天 {now:.2f} 毫秒，{now / then:.2f}×")
    last_then, last_now = pairs[-1]
    print(f"  一次阶段变动的语句：先前 {last_then['statements']:g} 条，今天 {last_now['statements']:g} 条")
    ratio = statistics.median(now / then for then, now in told)
    verdict = "达到" if ratio <= GOAL else "没有达到"
    print(f"  {verdict}：一次阶段变动 ≤ {GOAL:g}× 先前的处理器时间，量得 {ratio:.2f}×（各对的中位）")


if __name__ == "__main__":
    main()
