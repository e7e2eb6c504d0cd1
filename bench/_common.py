"""What the measurements share: a throw-away county on either engine, made-up rows, timing, plain tables."""

import gc
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# The build that is measured: this one, or another tree of the same project.
ROOT = Path(os.environ.get("BENCH_TREE") or Path(__file__).resolve().parents[1])
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402 - the tree must be importable first
from flask.sessions import SecureCookieSessionInterface  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from itsdangerous import URLSafeTimedSerializer  # noqa: E402
from sqlalchemy import Connection, Table, event, insert, select, text  # noqa: E402

from app.core.records.history import Cause, Entry, EntryKind, effective, standing  # noqa: E402
from app.core.storage.db import Base, db  # noqa: E402
from app.core.values.ids import new_public_id  # noqa: E402
from app.core.web import budgets  # noqa: E402
from app.factory import create_app  # noqa: E402
from app.promotion.leads import projection  # noqa: E402
from app.promotion.leads.enums import PATH, LeadSource, LeadStage  # noqa: E402
from app.promotion.leads.models import Lead, LeadEntry, LeadReach, LeadSpan  # noqa: E402
from app.promotion.leads.queries import stages_on  # noqa: E402
from app.register.accounts import session as browsing  # noqa: E402
from app.register.accounts.enums import Role, UnitKind  # noqa: E402
from app.register.accounts.models import Person, Unit, User, UserRole  # noqa: E402
from app.register.enterprises.models import Enterprise  # noqa: E402
from app.register.enterprises.rules import core_key, name_key  # noqa: E402
from config import Config, _own_secret  # noqa: E402
from tests.services.postgres import binaries, running_server  # noqa: E402

SECRET = "a secret that only measurements know, long enough"
DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2026, 6, 30)
UNITS, PEOPLE = 20, 100
CHUNK = 10_000
Row = dict[str, Any]


# --- counties -------------------------------------------------------------------------------------


# One reader of a measurement asks more in a minute than anybody may.
budgets.amount_of = lambda _budget, _roles: 1_000_000_000


def settings(folder: Path, database_url: str) -> Config:
    return Config(
        mode="testing",
        database_url=database_url,
        search_url=f"tantivy://{folder / 'index'}",
        secret_key=SECRET,
        instance_path=folder,
    )


@contextmanager
def county(database_url: str = "", folder: Path | None = None) -> Iterator[Flask]:
    """A migrated, empty county in a folder of its own, inside an application context."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = folder or Path(name)
        app = create_app(settings(home, database_url or f"sqlite:///{home / 'county.sqlite3'}"))
        with app.app_context():
            upgrade()
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def postgres_url() -> Iterator[str | None]:
    """A fresh database on a server of our own; None where no server is installed."""
    if binaries() is None:
        print("PostgreSQL：没有安装服务器，跳过")
        yield None
        return
    with running_server() as server:
        yield server.url(server.create())


def engines(sqlite: Callable[[], None], postgres: Callable[[str], None]) -> None:
    """Runs one measurement on SQLite, then on PostgreSQL where there is one."""
    sqlite()
    with postgres_url() as url:
        if url:
            postgres(url)


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


@contextmanager
def bare_connection() -> Iterator[Connection]:
    """A connection past every hook, for made-up rows; foreign keys are not looked at."""
    with db.engine.connect() as connection:
        look, look_away = (
            ("SET session_replication_role = origin", "SET session_replication_role = replica")
            if connection.dialect.name == "postgresql"
            else ("PRAGMA foreign_keys=ON", "PRAGMA foreign_keys=OFF")
        )
        # On the driver's own connection: SQLite takes the pragma only outside a transaction.
        bare: Any = connection.connection.driver_connection
        bare.execute(look_away)
        yield connection
        connection.commit()
        bare.execute(look)
        bare.commit()


def put(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(table_of(model)), rows[start : start + CHUNK])


def analyse() -> None:
    """What a database does by itself in its first quiet night."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("ANALYZE"))
            connection.commit()


# --- made-up rows ---------------------------------------------------------------------------------


def people() -> User:
    """Units, people and one user, the bureau's head; ids of units and people count from 1."""
    bureau = Unit(name="招商局", kind=UnitKind.BUREAU)
    db.session.add(bureau)
    db.session.flush()
    others = [
        Unit(name=f"第{n}单位", kind=UnitKind.TOWNSHIP if n % 2 else UnitKind.RESIDENT_TEAM)
        for n in range(2, UNITS + 1)
    ]
    db.session.add_all(others)
    db.session.flush()
    db.session.add_all([Person(name=f"干部{n}", unit_id=n % UNITS + 1) for n in range(PEOPLE)])
    db.session.flush()
    user = User(login="head", person_id=1, password_hash="none", must_change_password=False)
    user.grants = [UserRole(role=Role.BUREAU_HEAD)]
    db.session.add(user)
    db.session.commit()
    return user


_PLACES = [
    "苏州",
    "杭州",
    "宁波",
    "合肥",
    "武汉",
    "长沙",
    "深圳",
    "东莞",
    "佛山",
    "成都",
    "青岛",
    "无锡",
    "常州",
    "嘉兴",
    "芜湖",
    "南通",
]
_WORDS = [
    "澄明",
    "恒远",
    "博瑞",
    "天澜",
    "云启",
    "鸿泰",
    "金砺",
    "中科",
    "瑞丰",
    "新禾",
    "华璟",
    "晶拓",
    "蓝岸",
    "众合",
    "宏图",
    "凯信",
]
_TRADES = [
    "电子",
    "材料",
    "光电",
    "机械",
    "医药",
    "食品",
    "新能源",
    "化工",
    "智能装备",
    "精密制造",
    "纺织",
    "环保",
    "半导体",
    "汽车零部件",
]


def enterprise_rows(count: int, *, first: int = 1) -> Iterator[Row]:
    chance = random.Random(7)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(first, first + count):
        place, trade = chance.choice(_PLACES), chance.choice(_TRADES)
        name = f"{place}{chance.choice(_WORDS)}{chance.choice(_WORDS)}{number % 997}{trade}有限公司"
        yield {
            "id": number,
            "public_id": new_public_id(),
            "version": 1,
            "created_at": made,
            "updated_at": made + timedelta(seconds=chance.randrange(10_000_000)),
            "name": name,
            "name_key": name_key(name),
            "core_key": core_key(name),
            "capital": chance.randrange(1, 100_000) * 10_000,
            "established_on": FIRST_DAY - timedelta(days=chance.randrange(6000)),
            "region_code": "320500",
            "industry_code": chance.choice(("3841", "3985", "2710", "1411")),
            "scope": f"{trade}产品的研发、生产和销售；技术服务、技术咨询。",
        }


_STATION = [LeadStage.ON_HOLD, LeadStage.LOST]


def _ledger(chance: random.Random, first_id: int, registered: date) -> list[Entry]:
    """A believable ledger: 1 to 8 moves, 4.5 on average, one holder and one sum, now and then another."""
    known = datetime(registered.year, registered.month, registered.day, 4, tzinfo=UTC)
    holder: dict[str, Any] = {"unit_id": chance.randint(1, UNITS), "owner_id": chance.randint(1, PEOPLE)}
    entries = [
        Entry(first_id, EntryKind.MOVE, registered, known, stage=LeadStage.LEAD),
        Entry(first_id + 1, EntryKind.ASSIGN, registered, known, **holder),
        Entry(first_id + 2, EntryKind.AMOUNT, registered, known, amount=chance.randint(1, 9000) * 1_000_000),
    ]
    day = registered
    for place in range(1, chance.randint(1, 8)):
        day += timedelta(days=chance.randint(1, 60))
        stage = chance.choice(_STATION) if chance.random() < 0.08 else PATH[place]
        at = known + (day - registered)
        entries.append(Entry(first_id + len(entries), EntryKind.MOVE, day, at, stage=stage))
    if chance.random() < 0.2:
        holder = {"unit_id": chance.randint(1, UNITS), "owner_id": chance.randint(1, PEOPLE)}
        at = known + (day - registered)
        entries.append(Entry(first_id + len(entries), EntryKind.ASSIGN, day, at, **holder))
    return entries


def _lead_row(number: int, enterprises: int, registered: date, entries: list[Entry]) -> Row:
    stands = standing(effective(entries))
    assert stands is not None
    held = {name: getattr(stands.holding, name) for name in ("unit_id", "team_id", "owner_id", "amount")}
    now = {"stage": stands.stage, "stage_since": stands.since, **held}
    made = entries[0].recorded_at
    return now | {
        "id": number,
        "public_id": new_public_id(),
        "version": 1,
        "created_at": made,
        "updated_at": entries[-1].recorded_at + timedelta(seconds=number % 86_400),
        "number": f"XS-{registered.year}-{number:07d}",
        "name": f"{_WORDS[number % len(_WORDS)]}{_TRADES[number % len(_TRADES)]}项目{number}",
        "enterprise_id": number % enterprises + 1,
        "registered_on": registered,
        "source": tuple(LeadSource)[number % len(LeadSource)],
        "industry_code": ("3841", "3985", "2710", "1411")[number % 4],
        "author_id": number % PEOPLE + 1,
        "confidential": number % 50 == 0,
        "amount_text": "",
    }


def _entry_rows(lead_id: int, entries: list[Entry], stage_set: int) -> list[Row]:
    names = ("id", "kind", "effective_on", "recorded_at", "stage", "unit_id", "team_id", "owner_id", "amount")
    return [
        {name: getattr(entry, name) for name in names}
        | {"lead_id": lead_id, "voids": None, "stage_set_id": stage_set, "cause": Cause.BY_HAND}
        for entry in entries
    ]


def fill_leads(count: int, enterprises: int) -> tuple[int, int]:
    """Leads with ledger and projections; returns (ledger rows, of them moves)."""
    chance = random.Random(11)
    stage_set = stages_on().id
    db.session.rollback()
    next_id, moves = 1, 0
    with bare_connection() as connection:
        for start in range(1, count + 1, CHUNK):
            rows: dict[type[Base], list[Row]] = {Lead: [], LeadEntry: [], LeadSpan: [], LeadReach: []}
            for number in range(start, min(start + CHUNK, count + 1)):
                registered = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days))
                entries = _ledger(chance, next_id, registered)
                next_id += len(entries)
                moves += sum(entry.kind is EntryKind.MOVE for entry in entries)
                row = _lead_row(number, enterprises, registered, entries)
                lead: Any = SimpleNamespace(**row)
                counted = effective(entries)
                rows[Lead].append(row)
                rows[LeadEntry] += _entry_rows(number, entries, stage_set)
                rows[LeadSpan] += projection.span_rows(lead, counted)
                rows[LeadReach] += projection.reach_rows(lead, counted)
            for model, values in rows.items():
                put(connection, model, values)
        _count_on(connection)
    return next_id - 1, moves


def _count_on(connection: Connection) -> None:
    """PostgreSQL's sequences do not see ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for name in ("lead", "lead_entry", "enterprise"):
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
        )


def fill_enterprises(count: int) -> None:
    with bare_connection() as connection:
        put(connection, Enterprise, list(enterprise_rows(count)))
        _count_on(connection)


# --- timing and telling ---------------------------------------------------------------------------


def timed(work: Callable[[], Any], times: int = 5) -> list[float]:
    """Milliseconds of each run, after one that warms up."""
    work()
    gc.collect()
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def median_ms(work: Callable[[], Any], times: int = 5) -> float:
    return statistics.median(timed(work, times))


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1) + 0.499))]


def against(measured: float, other: float) -> str:
    """`3.2×`: how many times the other."""
    return f"{measured / other:.2f}×" if other else "—"


def goal(met: bool, words: str) -> str:
    return f"{'达到' if met else '没有达到'}：{words}"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table; wide characters count two."""
    lines = [[_cell(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(head))]
    print(f"\n{title}")
    for number, line in enumerate(lines):
        print(
            "  "
            + "  ".join(
                _padded(cell, width, place)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    sys.stdout.flush()


def _cell(value: object) -> str:
    return (
        f"{value:,.1f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _width(words: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in words)


def _padded(words: str, width: int, place: int) -> str:
    space = " " * (width - _width(words))
    return words + space if place == 0 else space + words


# --- asking pages ---------------------------------------------------------------------------------


def reader(app: Flask, user: User) -> FlaskClient:
    """A client that is signed in as this user; forms are taken without their CSRF token."""
    app.config["WTF_CSRF_ENABLED"] = False
    token = browsing.begin(user.id, "127.0.0.1", "bench")
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def separately(work: Callable[[], Any]) -> Any:
    """As a request of its own: nothing of the measurement's session leaks into it."""
    db.session.remove()
    return Context().run(work)


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# --- the running product --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Browser:
    """What one signed-in person's browser holds: a cookie, the token of its forms, who they are."""

    cookie: str
    csrf: str
    person_id: str


@contextmanager
def prepared(folder: Path, database_url: str, fill: Callable[[], None]) -> Iterator[list[Browser]]:
    """A county of an installation that is about to be started: filled, and with a browser per person."""
    config = replace(settings(folder, database_url), mode="development", secret_key=_own_secret(folder))
    app = create_app(config)
    with app.app_context():
        upgrade()
        people()
        fill()
        analyse()
        browsers = [
            _browser(app, person) for person in db.session.scalars(select(Person).order_by(Person.id))
        ]
        # A transaction left open keeps the one lock for writing: the product that is started now waits for it
        # in vain, and ends.
        db.session.remove()
        yield browsers
        db.engine.dispose()


def _browser(app: Flask, person: Person) -> Browser:
    user = db.session.scalar(select(User).where(User.person_id == person.id))
    if user is None:
        user = User(
            login=f"user{person.id}", person_id=person.id, password_hash="none", must_change_password=False
        )
        user.grants = [UserRole(role=Role.OFFICER)]
        db.session.add(user)
        db.session.flush()
    token = browsing.begin(user.id, "127.0.0.1", "bench")
    db.session.commit()
    raw = hashlib.sha1(token.encode()).hexdigest()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    csrf = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    return Browser(f"session={cookie}", str(csrf), person.public_id)
