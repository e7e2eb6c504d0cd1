"""A kind of row that the engine never heard of: a file in, a dry run, decisions, the writing, the undo."""

import io
import json

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.errors import NotFound, RuleBroken
from app.exchange.imports import keeping, services, undoing
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.enums import Decision
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.targets import TARGETS, target_of
from app.exchange.imports.vocabulary import Vocabulary
from app.register.tags.enums import TagColor
from app.register.tags.models import Tag
from tests.factories.accounts import acting, make_user, sign_in
from tests.factories.imports import at_once, checked, commit_only, csv_file, write, written, xlsx_file
from tests.imports.tags_as_rows import TAGS

pytestmark = pytest.mark.both_databases
HEADINGS = ("标签", "用于", "颜色")
KEY, TOP, LATE = ("重点", "企业", "棕"), ("链主", "企业", "青"), ("逾期", "线索", "")


@pytest.fixture(autouse=True)
def tags_can_be_imported(monkeypatch):
    monkeypatch.setattr(TARGETS, "_entries", {**TARGETS._entries, TAGS.code: TAGS})


@pytest.fixture
def officer(session):
    with acting(make_user()) as actor:
        yield actor


def tags_file(*rows):
    return csv_file(*rows, headings=HEADINGS)


def tags():
    """Name -> kind, colour, whether it is there."""
    db.session.expire_all()
    return {row.name: (row.kind, row.color, not row.is_archived) for row in db.session.scalars(select(Tag))}


def counts(batch):
    told = (
        batch.new_count,
        batch.update_count,
        batch.unchanged_count,
        batch.duplicate_count,
        batch.error_count,
    )
    return (*told, batch.skipped_count)


# --- end to end ---


@pytest.mark.usefixtures("officer")
def test_a_dry_run_says_what_each_row_would_be_and_writes_nothing():
    rows = (KEY, TOP, KEY, ("", "企业", ""), ("重点", "工厂", ""), ("合计", "2个", ""), ("共2个", "", ""))
    batch = checked(tags_file(*rows), "标签.csv", TAGS)
    assert (batch.kind, batch.rows_read) == ("tags", 7)
    assert counts(batch) == (2, 0, 0, 1, 2, 2)
    assert tags() == {}
    kept = {row.number: row for row in db.session.scalars(select(ImportRow))}
    assert kept[4].reason == "和本表第 2 行相同"
    assert keeping.problem_of(kept[6], TAGS) == "用于：没有「工厂」这一类"
    assert batch.asides == [[7, "是合计"], [8, "是个数"]]


@pytest.mark.usefixtures("officer")
def test_what_is_written_is_there_with_its_run_in_the_ledger_and_again_changes_nothing():
    batch = written(tags_file(KEY, TOP, LATE), "标签.csv", TAGS)
    assert tags() == {
        "重点": ("enterprise", TagColor.BROWN, True),
        "链主": ("enterprise", TagColor.TEAL, True),
        "逾期": ("lead", TagColor.BLUE, True),
    }
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "tag.create")).all()
    assert {(event.run_id, event.summary) for event in events} == {(batch.writing.id, batch.writing.mark)}
    assert counts(checked(tags_file(KEY, TOP), "标签.csv", TAGS)) == (0, 0, 2, 0, 0, 0)


@pytest.mark.usefixtures("officer")
def test_an_undo_takes_away_what_came_gives_back_what_changed_and_keeps_what_was_touched():
    written(tags_file(KEY), "一.csv", TAGS)
    batch = written(tags_file(("重点", "企业", "紫"), TOP, LATE), "二.csv", TAGS)
    assert tags()["重点"] == ("enterprise", TagColor.VIOLET, True)
    db.session.scalars(select(Tag).where(Tag.name == "逾期")).one().color = TagColor.ROSE
    db.session.commit()
    plan = undoing.survey(batch)
    assert (plan.archive, plan.restore, [(one.name, one.why) for one in plan.kept]) == (
        1,
        1,
        [("逾期", "后来改过")],
    )
    assert undoing.undo(batch, commit_only) == {"archived": 1, "restored": 1, "kept": 1}
    assert tags() == {
        "重点": ("enterprise", TagColor.BROWN, True),
        "链主": ("enterprise", TagColor.TEAL, False),
        "逾期": ("lead", TagColor.ROSE, True),
    }
    again = db.session.get_one(ImportBatch, batch.id)
    assert undoing.undo(again, commit_only) == {"archived": 1, "restored": 1, "kept": 1}


@pytest.mark.usefixtures("officer")
def test_a_suspected_row_is_updated_or_made_anew_as_somebody_decides():
    written(tags_file(KEY), "一.csv", TAGS)
    namesakes = tags_file(("重点", "线索", "紫"), ("重点", "项目", "青"), ("重点", "走访", ""))
    batch = checked(namesakes, "二.csv", TAGS)
    assert counts(batch)[3] == 3
    services.decide(batch, Decision.UPDATE, 2)
    services.decide(batch, Decision.CREATE, 3)
    told = write(batch)
    assert (told["created"], told["updated"], told["suspected"]) == (1, 1, 1)
    rows = db.session.execute(select(Tag.kind, Tag.color).order_by(Tag.id)).all()
    assert [tuple(row) for row in rows] == [("enterprise", TagColor.VIOLET), ("project", TagColor.TEAL)]


@pytest.mark.usefixtures("officer")
def test_of_a_workbook_the_sheet_is_read_that_speaks_in_the_words_of_the_kind(tmp_path):
    book = tmp_path / "标签和企业.xlsx"
    book.write_bytes(xlsx_file(KEY, TOP, headings=HEADINGS, above=2, sheets=("企业名录", "标签")))
    batch, told = at_once(book, TAGS)
    assert (services.layout_of(batch).sheet, told["created"]) == ("标签", 2)
    assert set(tags()) == {"重点", "链主"}


# --- pages and commands ---


def test_the_pages_ask_what_the_rows_are_and_speak_of_them_in_their_words(session, client):
    sign_in(client, make_user())
    start = client.get("/imports").text
    assert "导入什么" in start and "下载标签模板" in start and "下载企业模板" in start
    sent = {
        "file": (io.BytesIO(tags_file(KEY, ("", "企业", ""), ("合计", "", ""))), "标签.csv"),
        "kind": "tags",
    }
    page = client.submit("/imports", sent).location
    shown = client.get(page).text
    for words in ("库里没有的标签", "用处和名称相同", "不是标签", "标签写 1 到 12 个字"):
        assert words in shown
    assert "企业名称" not in shown
    columns = client.get(f"{page}/columns").text
    assert "喊出来" in columns and "的单位" not in columns
    chosen = {"name": "0", "kind": "1", "color": "2", "shout": "y"}
    client.submit(f"{page}/columns", chosen, f"{page}/columns")
    client.submit(page, action=f"{page}/write")
    assert set(tags()) == {"重点！"}
    result = client.get(page).text
    assert "看标签" in result and "撤销这次导入" in result
    undo = client.get(f"{page}/undo").text
    assert "撤销 1 个" in undo and "归档的标签还能逐个恢复" in undo
    client.submit(f"{page}/undo", action=f"{page}/undo")
    assert "已撤销：归档 1 个，恢复原值 0 个，保留 0 个" in client.get(page).text


def test_without_the_column_that_a_kind_needs_its_columns_are_asked_for(session, client):
    sign_in(client, make_user())
    file = csv_file(("重点", "企业"), headings=("标签", "给谁"))
    page = client.submit("/imports", {"file": (io.BytesIO(file), "标签.csv"), "kind": "tags"}).location
    columns = client.get(page, follow_redirects=True).text
    assert "没有认出哪一列是用于" in columns
    refused = client.submit(f"{page}/columns", {"name": "0", "kind": "-1", "color": "-1"}, f"{page}/columns")
    assert (refused.status_code, "选一列作为用于" in refused.text) == (422, True)


def test_each_kind_has_a_template_of_its_own_that_can_be_sent_as_it_is(session, client):
    sign_in(client, make_user())
    answer = client.get("/imports/template.xlsx?kind=tags")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.get_sheet_by_name("标签").to_python()[0] == ["标签", "用于", "颜色"]
    with acting(make_user()), pytest.raises(RuleBroken, match="下面没有标签"):
        checked(answer.data, "模板.xlsx", TAGS)
    assert client.get("/imports/template.xlsx?kind=none").status_code == 404


def test_each_kind_has_a_command_of_its_own(app, session, tmp_path):
    file = tmp_path / "标签.csv"
    file.write_bytes(tags_file(KEY, ("合计", "1", "")))
    done = app.test_cli_runner().invoke(args=["import", "tags", str(file), "--json"])
    told = json.loads(done.stdout)
    assert (told["created"], told["skipped"], set(tags())) == (1, 1, {"重点"})
    unknown = app.test_cli_runner().invoke(args=["import", "nothing", str(file)])
    assert unknown.exit_code == 2


# --- the seam itself ---


@pytest.mark.usefixtures("officer")
def test_a_batch_of_a_kind_that_there_is_no_longer_is_not_found(monkeypatch):
    batch = checked(tags_file(KEY), "标签.csv", TAGS)
    assert target_of(batch) is TAGS
    monkeypatch.delitem(TARGETS._entries, "tags")
    with pytest.raises(NotFound):
        target_of(batch)


@pytest.mark.parametrize("words", [VOCABULARY, TAGS.vocabulary])
def test_the_words_of_a_kind_reach_the_reading_process_unchanged(words):
    assert Vocabulary.from_json(json.loads(json.dumps(words.to_json()))) == words


def test_every_column_of_a_kind_can_be_met_in_a_file_and_every_word_means_one():
    for target in TARGETS.values():
        codes = set(target.labels)
        assert set(target.vocabulary.meanings.values()) == codes
        assert {target.naming, *target.vocabulary.required} | set(target.template) <= codes
