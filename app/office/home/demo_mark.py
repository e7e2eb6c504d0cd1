"""Whether this installation holds the invented county: a small file beside the data, shown on every page."""

from pathlib import Path

from flask import current_app

WORDS = "演示数据，人名和数字都是虚构的"
UNFINISHED, COMPLETE = "unfinished", "complete"
NONE = ""


def _path() -> Path:
    return Path(current_app.config["INSTANCE_PATH"]) / "demo-county"


def _database() -> str:
    """Which database is meant: the folder may later serve another one, with real data."""
    name: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return name.rpartition("/")[2].partition("?")[0]


def write(state: str) -> None:
    """Marks the database of this installation as the demo county."""
    _path().write_text(f"{state} {_database()}\n", encoding="utf-8")


def read() -> str:
    """UNFINISHED, COMPLETE, or NONE when there is no mark or it means another database."""
    try:
        state, _space, database = _path().read_text(encoding="utf-8").strip().partition(" ")
    except FileNotFoundError:
        return NONE
    return state if database == _database() else NONE
