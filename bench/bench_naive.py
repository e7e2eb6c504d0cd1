"""The product next to a naive Flask + SQLAlchemy app (naive_app.py) at 100,000 rows, in one run: one stage
change with everything it must do, the list's first page and page 1,000, a CSV import.
"""

import argparse
import gzip
import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import _common as common
import naive_app
from flask import Flask
from sqlalchemy import insert, select

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.exchange.imports.companies.target import COMPANIES
from app.exchange.imports.jobs import import_at_once
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead

TIMES = 40
START = datetime(2026, 1, 1)  # noqa: DTZ001 - a beginner's time has no zone
GOALS = {"一次阶段变动": 4.0, "列表第 1 页": 2.0, "列表第 1,000 页": 0.2}


def ms(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def middle(works: list[Callable[[], Any]], between: Callable[[], Any] = lambda: None) -> float:
    """The median of all but the first; `between` runs before each, outside the time."""
    works[0]()
    return statistics.median((between(), ms(work))[1] for work in works[1:])


@contextmanager
def naive(rows: int) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="bench-naive-") as folder:
        app = naive_app.create_app(f"sqlite:///{folder}/naive.sqlite3")
        with app.app_context():
            naive_app.db.create_all()
            companies = [{"id": n, "name": f"第{n}有限公司", "capital": n} for n in range(1, rows + 1)]
            projects = [
                {
                    "id": n,
                    "name": f"项目{n}",
                    "company_id": n,
                    "stage": "lead",
                    "stage_since": date(2026, 1, 1),
                    "amount": n,
                    "owner": f"干部{n % 100}",
                    "updated_at": START + timedelta(minutes=n * 7919 % 40_000),
                }
                for n in range(1, rows + 1)
            ]
            for model, values in ((naive_app.Company, companies), (naive_app.Project, projects)):
                naive_app.db.session.execute(insert(model), values)
            naive_app.db.session.commit()
            yield app
            naive_app.db.session.remove()
            naive_app.db.engine.dispose()


def naive_figures(rows: int, file: bytes | None) -> dict[str, float]:
    with naive(rows) as app:
        client = app.test_client()

        def move(number: int) -> None:
            answer = client.post(f"/projects/{number}/stage", data={"stage": "assessed"})
            assert answer.status_code == 302

        figures = {
            "一次阶段变动": middle([lambda n=n: move(n) for n in range(1, TIMES)]),  # type: ignore[misc]
            "列表第 1 页": middle([lambda: client.get("/projects").data] * 10),
            "列表第 1,000 页": middle([lambda: client.get("/projects?page=1000").data] * 10),
        }
        if file:
            sent = {"file": (io.BytesIO(file), "companies.csv")}
            figures["导入"] = ms(lambda: client.post("/import", data=sent))
        return figures


def product_figures(rows: int, file: Path | None) -> dict[str, float]:
    with common.county() as app:
        user = common.people()
        common.fill_enterprises(rows)
        common.fill_leads(rows, rows)
        common.analyse()
        client = common.reader(app, user)
        at_start = select(Lead.public_id, Lead.version).where(
            Lead.stage == LeadStage.LEAD, Lead.confidential.is_(False)
        )
        leads = db.session.execute(at_start.limit(TIMES)).all()

        def move(public_id: str, version: int) -> None:
            sent = {"to": "assessed", "effective_on": today().isoformat(), "version": str(version)}
            answer = common.separately(lambda: client.post(f"/leads/{public_id}/move", data=sent))
            assert answer.status_code == 303, answer.text[-2000:]

        def look(url: str) -> None:
            assert common.separately(lambda: client.get(url).status_code) == 200

        figures = {
            "一次阶段变动": middle(
                [lambda row=row: move(*row) for row in leads],  # type: ignore[misc]
                between=lambda: look("/account"),  # whoever moved a lead reads what the page says of it
            ),
            "列表第 1 页": middle([lambda: look("/leads")] * 10),
            "列表第 1,000 页": middle([lambda: look("/leads?page=1000")] * 10),
        }
        if file:
            with acting_as(SYSTEM):
                figures["导入"] = ms(
                    lambda: import_at_once(file, lambda _done, _total: db.session.commit(), COMPANIES)
                )
        return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    chosen = options.parse_args()
    file = common.DATA / "real_companies_50k.csv.gz"
    packed = file if file.is_file() else None
    plain = gzip.decompress(file.read_bytes()) if packed else None
    theirs, ours = naive_figures(chosen.rows, plain), product_figures(chosen.rows, packed)
    lines = [(name, theirs[name], ours[name], common.against(ours[name], theirs[name])) for name in theirs]
    common.table(
        f"与朴素应用比，各 {chosen.rows:,} 行，SQLite（毫秒）", ("", "朴素", "本系统", "倍数"), lines
    )
    for name, most in GOALS.items():
        ratio = ours[name] / theirs[name]
        print("  " + common.goal(ratio <= most, f"{name} ≤ {most:g}×，量得 {ratio:.2f}×"))
    if packed:
        speed = theirs["导入"] / ours["导入"]
        print(
            "  "
            + common.goal(
                speed >= 1, f"导入行/秒 ≥ 1×，量得 {speed:.2f}×（朴素应用不查重、不审计、不入索引）"
            )
        )
    else:
        print("  没有 real_companies_50k.csv.gz：用 SHARED_DATA 指出参考数据所在的文件夹，导入一行跳过")


if __name__ == "__main__":
    main()
