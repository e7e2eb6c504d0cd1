"""How often a file is gone through: sorting its rows out costs most of reading them."""

import pytest
from sqlalchemy import select

from app.core.storage.db import db
from app.exchange.imports import asides, reading, targets
from app.register.enterprises.models import Enterprise
from app.register.reference import catalogue
from tests.factories.accounts import acting, make_user
from tests.factories.imports import at_once as shell_import
from tests.factories.imports import checked, csv_file

HEADINGS = ("序号", "企业名称", "所在地区", "成立日期")
ROWS = (
    ("1", "澜川新材料有限公司", "江苏省苏州市", "2016-09-02"),
    ("合计", "", "", ""),
    ("2", "景榕机械有限公司", "同上", "2099-01-01"),
    ("3", "盈阡食品有限公司", "〃", "同 上"),
)


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


@pytest.fixture
def passes(monkeypatch):
    """How many rows were sorted out, and how often the file was opened to read its rows."""
    found = {"sorted": 0, "passes": 0}
    sort, read = asides.why_aside, reading.file_rows

    def sorted_out(*given):
        found["sorted"] += 1
        return sort(*given)

    def rows(folder):
        found["passes"] += 1
        return read(folder)

    monkeypatch.setattr(asides, "why_aside", sorted_out)
    monkeypatch.setattr(reading, "file_rows", rows)
    return found


def at_once(tmp_path):
    file = tmp_path / "企业.csv"
    file.write_bytes(csv_file(*ROWS, headings=HEADINGS))
    return shell_import(file)


def test_each_row_of_a_file_is_sorted_out_once(passes, tmp_path):
    at_once(tmp_path)
    assert passes["sorted"] == len(ROWS)


def test_a_file_is_read_for_its_headings_its_survey_the_writing_and_what_is_told_of_it(passes, tmp_path):
    at_once(tmp_path)
    assert passes["passes"] == 4


def test_the_same_as_above_is_looked_for_once(monkeypatch, tmp_path):
    looked, fill = [], asides._with_dittos
    monkeypatch.setattr(asides, "_with_dittos", lambda *given: looked.append(given[0]) or fill(*given))
    at_once(tmp_path)
    rows_that_say_so, later_passes = 2, 2
    assert len(looked) == len(ROWS) + rows_that_say_so * later_passes


def test_a_dry_run_sorts_each_row_out_once_too(passes):
    checked(csv_file(*ROWS, headings=HEADINGS))
    assert passes == {"sorted": len(ROWS), "passes": 4}


def test_what_is_the_same_as_above_is_filled_past_what_is_no_company(tmp_path):
    batch, counts = at_once(tmp_path)
    regions = db.session.scalars(select(Enterprise.region_code).order_by(Enterprise.id)).all()
    assert (batch.skipped_count, counts["created"]) == (1, 3)
    assert regions == [regions[0]] * 3


def test_an_import_asks_for_the_readings_of_no_place(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "_places_known", {})

    def never(*_given):
        raise AssertionError("nobody picks a place")

    monkeypatch.setattr(catalogue, "_catalogue_of", never)
    assert at_once(tmp_path)[1]["created"] == 3


def test_the_example_of_the_template_is_nothing_in_every_pass(tmp_path):
    example = ("", "示例：苏州澜川新材料有限公司", "江苏省苏州市", "2016-09-02")
    file = tmp_path / "企业.csv"
    file.write_bytes(csv_file(example, *ROWS, headings=HEADINGS))
    batch, counts = shell_import(file)
    assert (batch.skipped_count, batch.rows_read, counts["created"]) == (1, 4, 3)
    assert targets.EXAMPLE not in "".join(db.session.scalars(select(Enterprise.name)))
