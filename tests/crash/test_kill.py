"""The whole product is killed while people log visits and an import is being written: nothing acknowledged is
lost, nothing is there twice, the next start is clean and the index catches up.
"""

import http.client
import io
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from app.core.access.auth import acting_as
from app.core.index import relay
from app.core.storage import audit
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.work import jobs
from app.exchange.imports import services as imports
from app.exchange.imports.companies.target import COMPANIES
from app.exchange.imports.models import ImportBatch
from app.factory import create_app
from app.promotion.steps.models import Step
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.register.accounts import session as browsing
from app.register.accounts.enums import Role
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import actor_of, make_user
from tests.factories.enterprises import make_enterprise
from tests.services import databases
from tests.services.product import Installation, Product, running_product

# Thirty by `make drill`.
KILLS = int(os.environ.get("KILLS", "3"))
CLIENTS = 4
IMPORTED = 2000
ACKNOWLEDGED_FIRST = 8  # visits saved in each round before the blow
PATIENCE = 60  # seconds for anything to happen
COMPANY = "苏州澄明储能科技有限公司"


@dataclass(slots=True)
class Desk:
    """What the clients share: where the product is now, what it acknowledged, when to stop."""

    cookie: str
    csrf: str
    url: str = ""
    acknowledged: dict[str, str] = field(default_factory=dict)
    ambiguous: int = 0  # requests cut off with the client not knowing what became of them
    stop: threading.Event = field(default_factory=threading.Event)

    def visit(self, key: str) -> dict[str, str]:
        return {
            "csrf_token": self.csrf,
            "idempotency_key": key,
            "kind": VisitKind.OUTBOUND.value,
            "held_on": today().isoformat(),
            "enterprise": COMPANY,
            "summary": f"谈厂房 {key}",
            "next_what": f"送方案 {key}",
            "next_due_on": today().isoformat(),
        }


def log_visits(desk: Desk) -> None:
    """One person at work: writes visits down, and sends one again until it is acknowledged."""
    while not desk.stop.is_set():
        key = secrets.token_urlsafe(12)
        while key not in desk.acknowledged:
            location = sent(desk, key)
            if location:
                desk.acknowledged[key] = location
            else:
                time.sleep(0.1)


def sent(desk: Desk, key: str) -> str:
    """Where the answer leads; nothing when the product did not answer."""
    address = urlsplit(desk.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    headers = {
        "Cookie": f"session={desk.cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": desk.url,
    }
    try:
        connection.connect()
    except OSError:
        return ""  # down: nothing was sent
    try:
        connection.request("POST", "/visits/new", urlencode(desk.visit(key)), headers)
        answer = connection.getresponse()
        words = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        desk.ambiguous += 1
        return ""
    finally:
        connection.close()
    assert answer.status in (303, 503), f"{answer.status}: {words[:2000]}"
    return answer.headers["Location"] if answer.status == 303 else ""


@contextmanager
def people_at_work(desk: Desk) -> Iterator[None]:
    threads = [threading.Thread(target=log_visits, args=(desk,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        desk.stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def kill(product: Product) -> None:
    """No process of the product is asked: the workers die with their groups."""
    for process in product.processes.values():
        os.killpg(process.pid, signal.SIGKILL)
    for process in product.processes.values():
        process.wait(PATIENCE)


def wait_for(what: str, met: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not met():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.fixture
def installation(sqlite_template: Path, tmp_path: Path) -> Installation:
    databases.sqlite_copy(sqlite_template, tmp_path)
    (tmp_path / "secret_key").write_text(databases.SECRET, encoding="utf-8")
    return Installation(tmp_path)


@pytest.fixture
def beside(installation: Installation) -> Iterator[Flask]:
    """The app over the same database, for preparing and looking."""
    url = f"sqlite:///{installation.instance / 'county.sqlite3'}"
    app = create_app(databases.testing_config(installation.instance, url))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def desk(beside: Flask) -> Desk:
    """A signed-in officer; the county has the company, and an import waits to be written."""
    with beside.app_context():
        user = make_user([Role.BUREAU_HEAD])
        with acting_as(actor_of(user)):
            make_enterprise(COMPANY)
            db.session.commit()
            _import_waiting_to_be_written(beside)
        token = browsing.begin(user.id, "127.0.0.1", "tests")
        db.session.commit()
    secret = secrets.token_hex(20)
    client = beside.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["csrf_token"] = token, True, secret
    kept = client.get_cookie("session")
    assert kept is not None
    csrf = URLSafeTimedSerializer(databases.SECRET, salt="wtf-csrf-token").dumps(secret)
    return Desk(kept.value, str(csrf))


def _import_waiting_to_be_written(app: Flask) -> None:
    rows = "".join(f"南通第{number}精密机械有限公司\n" for number in range(IMPORTED))
    batch = imports.start(io.BytesIO(f"企业名称\n{rows}".encode()), "企业.csv", COMPANIES)
    check = imports.ask_for_check(batch)
    db.session.commit()
    jobs.run(check.id)
    written, left = imports.will_write(batch)
    assert (written, left) == (IMPORTED, 0)
    imports.ask_for_writing(batch, written)
    db.session.commit()


def counts(statement: object) -> dict[str, int]:
    return {str(name): int(count) for name, count in db.session.execute(statement).all()}  # type: ignore[call-overload]


def is_imported(app: Flask) -> bool:
    with app.app_context():
        batch = db.session.scalars(select(ImportBatch)).one()
        job = db.session.get_one(jobs.Job, batch.write_job_id)
        assert job.state is not jobs.JobState.FAILED, job.message
        return job.state is jobs.JobState.DONE


def nothing_waits(app: Flask) -> bool:
    with app.app_context():
        waiting = relay.waiting_count()
    assert waiting["parked"] == 0
    return waiting["pending"] == waiting["claimed"] == 0


def test_killed_at_work_the_product_loses_nothing_and_doubles_nothing(
    installation: Installation, beside: Flask, desk: Desk
) -> None:
    with people_at_work(desk):
        for _ in range(KILLS):
            with running_product(installation) as product:
                desk.url = product.url
                enough = len(desk.acknowledged) + ACKNOWLEDGED_FIRST
                wait_for("visits to be saved", lambda enough=enough: len(desk.acknowledged) >= enough)
                kill(product)
        with running_product(installation) as product:
            desk.url = product.url
            enough = len(desk.acknowledged) + ACKNOWLEDGED_FIRST
            wait_for("visits to be saved again", lambda: len(desk.acknowledged) >= enough)
            desk.stop.set()
            wait_for("the import", lambda: is_imported(beside))
            wait_for("the index", lambda: nothing_waits(beside))
            assert all(process.poll() is None for process in product.processes.values())
    # The blow did fall into work: otherwise the test would prove nothing.
    assert desk.ambiguous > 0
    with beside.app_context():
        check_visits(desk)
        check_import()
        assert audit.verify().broken_at is None
    check_index(installation)


def check_visits(desk: Desk) -> None:
    visits = counts(select(Visit.summary, func.count()).group_by(Visit.summary))
    steps = counts(select(Step.what, func.count()).group_by(Step.what))
    kept = dict(iter(db.session.execute(select(Visit.summary, Visit.public_id))))
    assert set(visits.values()) == {1}
    assert set(visits) == {f"谈厂房 {key}" for key in desk.acknowledged}
    assert steps == {f"送方案 {key}": 1 for key in desk.acknowledged}
    for key, location in desk.acknowledged.items():
        assert location.endswith(f"/visits/{kept[f'谈厂房 {key}']}")
    of_visits = select(audit.AuditEvent.subject_id, func.count()).where(
        audit.AuditEvent.action == "visit.create"
    )
    assert set(counts(of_visits.group_by(audit.AuditEvent.subject_id)).values()) == {1}


def check_import() -> None:
    imported = select(Enterprise.name, func.count()).where(Enterprise.name != COMPANY)
    found = counts(imported.group_by(Enterprise.name))
    assert len(found) == IMPORTED
    assert set(found.values()) == {1}


def check_index(installation: Installation) -> None:
    checked = installation.flask("search", "check", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
