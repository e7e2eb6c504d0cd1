import io
import json
import re
import shutil
from datetime import timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.web import budgets, files
from app.core.work.jobs import JobState
from app.exchange.imports import services, undoing
from app.exchange.imports.companies import undoing as companies_undoing
from app.exchange.imports.companies.traces import traces
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.queries import job_of
from app.register.accounts.enums import Role
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import make_user, sign_in
from tests.factories.enterprises import a_credit_code
from tests.factories.imports import company_rows, csv_file, xlsx_file

pytestmark = pytest.mark.both_databases
NEAR = (("苏州澜川新材料有限公司", "", "1", "", ""), ("澜川新材料（苏州）有限公司", "", "2", "", ""))


@pytest.fixture(autouse=True)
def signed_in(session, client):
    user = make_user()
    assert sign_in(client, user).status_code == 303
    return user


def upload(client, content, name="企业.csv"):
    """Sends a file; the dry run is done when the answer comes. The path of the import."""
    answer = client.submit("/imports", {"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def names():
    return set(db.session.scalars(select(Enterprise.name)))


def test_a_file_is_tried_shown_and_written_as_the_button_says(client):
    page = upload(client, xlsx_file(*company_rows(3), ("", "", 5, "", ""), above=1), "台账.xlsx")
    shown = client.get(page).text
    assert "现在还没有写入任何数据" in shown
    assert "写入 3 行，不写 1 行" in shown
    assert "没有企业名称。补上，或删除这行" in shown
    assert names() == set()
    client.submit(page, action=f"{page}/write")
    result = client.get(page).text
    assert re.search("已新增.*?3", result, re.DOTALL)
    assert len(names()) == 3
    assert client.get(f"{page}/problems.xlsx").data.startswith(b"PK")


@pytest.mark.usefixtures("signed_in")
def test_who_has_uploaded_enough_for_today_reads_it_beside_the_field(client, monkeypatch):
    monkeypatch.setattr(budgets, "amount_of", lambda budget, _roles: int(budget is not files.UPLOADS))
    answer = client.submit("/imports", {"file": (io.BytesIO(csv_file(*company_rows(1))), "企业.csv")})
    assert answer.status_code == 422
    assert re.search("field-error.*?上传文件到了上限：每天最多 0 个", answer.text, re.DOTALL)


def test_a_loose_industry_is_told_before_and_after_the_writing(client):
    rows = [("青岚澜川能源有限公司", "新能源")]
    page = upload(client, csv_file(*rows, headings=("企业名称", "行业")))
    sentence = "没有认出行业「新能源」，公司照常导入，行业先空着，原文写进备注"
    shown = client.get(f"{page}?rows=doubtful").text
    assert sentence in shown
    assert "写入 1 行，不写 0 行" in shown
    client.submit(page, action=f"{page}/write")
    result = client.get(page).text
    assert sentence in result
    assert "下载请核对的 1 行" in result


def test_the_history_lists_the_import_with_its_numbers(client):
    page = upload(client, csv_file(*company_rows(2)))
    client.submit(page, action=f"{page}/write")
    assert "企业.csv" in client.get("/imports").text


def test_deciding_changes_what_the_button_promises(client):
    page = upload(client, csv_file(*NEAR))
    assert "写入 1 行，不写 1 行" in client.get(page).text
    client.submit(f"{page}?rows=duplicate", {"decision": "create", "number": "3"}, f"{page}/decide")
    assert "写入 2 行，不写 0 行" in client.get(page).text
    client.submit(page, action=f"{page}/write")
    assert names() == {row[0] for row in NEAR}


SAME = "安徽双码新材料有限公司"
CODE, OTHER, THIRD = "91330100799655058B", "914403001922038216", a_credit_code(1)


def test_namesakes_are_told_apart_by_code_and_the_one_to_update_is_chosen(client):
    headings = ("企业名称", "统一社会信用代码", "备注")
    page = upload(client, csv_file((SAME, CODE, ""), (SAME, OTHER, ""), headings=headings))
    client.submit(page, action=f"{page}/write")
    again = upload(client, csv_file((SAME, "", "补充"), headings=headings), "补充.csv")
    shown = client.get(again).text
    for words in ("库里有 2 家同名企业", CODE, OTHER, "更新这一家"):
        assert words in shown
    meant = db.session.scalar(select(Enterprise).where(Enterprise.live_code == OTHER))
    chosen = {"number": "2", "decision": "update", "chosen": meant.public_id}
    client.submit(again, chosen, action=f"{again}/decide")
    client.submit(again, action=f"{again}/write")
    assert db.session.scalars(select(Enterprise.notes).order_by(Enterprise.id)).all() == ["", "补充"]


def test_a_namesake_with_another_code_shows_both_and_offers_no_update(client):
    page = upload(client, csv_file((SAME, CODE, "", "", "")))
    client.submit(page, action=f"{page}/write")
    again = upload(client, csv_file((SAME, THIRD, "", "", "")), "二.csv")
    shown = client.get(again).text
    row = re.search(r'<tr id="row-2">.*?</tr>', shown, re.DOTALL)[0]
    assert (CODE in row, THIRD in row, 'value="create"' in row, 'value="update"' in row) == (
        True,
        True,
        True,
        False,
    )
    refused = client.submit(again, {"number": "2", "decision": "update"}, action=f"{again}/decide")
    assert (refused.status_code, "是两家企业" in refused.text) == (422, True)
    told = client.get(
        client.submit(again, {"decision": "update", "number": ""}, action=f"{again}/decide").location
    )
    assert "1 行不能一起更新" in told.text


def test_a_company_in_the_archive_is_offered_to_be_brought_back(client):
    page = upload(client, csv_file((SAME, CODE, "", "", "")))
    client.submit(page, action=f"{page}/write")
    old = db.session.scalar(select(Enterprise))
    client.submit(f"/enterprises/{old.public_id}/archive", {"reason": "重复登记"})
    again = upload(client, csv_file((SAME, CODE, "500", "", "")), "二.csv")
    shown = client.get(again).text
    assert ("归档原因：重复登记" in shown, "恢复并更新" in shown) == (True, True)
    client.submit(again, {"number": "2", "decision": "update"}, action=f"{again}/decide")
    client.submit(again, action=f"{again}/write")
    db.session.expire_all()
    assert (old.is_archived, old.live_code, old.capital) == (False, CODE, 5_000_000)


def test_columns_that_mean_nothing_are_named_beside_the_dry_run(client):
    page = upload(client, "序号,企业名称,法定代表人\n1,苏州澜川新材料有限公司,贺晓冬\n".encode())
    assert "没有用到的列：序号、法定代表人" in client.get(page).text
    assert "没有用到的列" not in client.get(upload(client, csv_file(*company_rows(1)))).text


def test_a_file_that_brings_nothing_new_has_no_button(client):
    content = csv_file(*company_rows(2))
    page = upload(client, content)
    client.submit(page, action=f"{page}/write")
    again = client.get(upload(client, content)).text
    assert "这 2 行库里都已经有了，内容也一样，不用写入" in again
    assert "写入 0 行" not in again


def test_rows_that_only_have_errors_leave_nothing_to_press(client):
    shown = client.get(upload(client, csv_file(("", "", "5", "", "")))).text
    assert "没有要写入的行：已有且没有变化 0，疑似重复待定 0，有错 1" in shown


def test_people_of_a_company_come_in_and_no_page_of_the_import_says_who_they_are(client):
    headings = ("企业名称", "联系人", "职务", "联系电话")
    rows = (
        ("苏州澜川新材料有限公司", "贺晓冬", "总经理", "13712345678 13912346022"),
        ("无锡景榕机电有限公司", "安然", "", "1381234"),
    )
    page = upload(client, csv_file(*rows, ("常州盈阡有限公司", "安然", "", "137000000"), headings=headings))
    shown = "".join(client.get(f"{page}?rows={tab}").text for tab in ("error", "doubtful", "new"))
    assert "写了 2 个电话，只记第一个" in shown
    assert "第 1 位联系人的电话读不出来" in shown
    for personal in ("贺晓冬", "安然", "13712345678", "13912346022", "137000000"):
        assert personal not in shown
    client.submit(page, action=f"{page}/write")
    company = db.session.scalar(select(Enterprise).where(Enterprise.name == rows[0][0]))
    seen = client.get(f"/enterprises/{company.public_id}").text
    assert "贺晓冬" in seen
    assert "137****5678" in seen


def live_names():
    return set(db.session.scalars(select(Enterprise.name).where(Enterprise.archived_at.is_(None))))


def test_an_import_is_taken_back_from_its_page(client):
    page = upload(client, csv_file(*company_rows(3)))
    client.submit(page, action=f"{page}/write")
    kept = db.session.scalar(select(Enterprise).where(Enterprise.batch_row == 2))
    client.submit(f"/enterprises/{kept.public_id}/edit", {"scope": "手工改过"})
    assert f"{page}/undo" in client.get(page).text
    asked = client.get(f"{page}/undo").text
    assert "撤销 2 家" in asked
    assert re.search(f"{kept.name}.*?导入后已被使用或改动，保留不动（企业信息改过）", asked, re.DOTALL)
    assert len(live_names()) == 3, "looking changes nothing"
    assert client.submit(f"{page}/undo").location == page
    assert live_names() == {kept.name}
    assert "已撤销：归档 2 家，恢复原值 0 家，保留 1 家" in client.get(page).text
    assert "已撤销" in client.get("/imports").text
    assert "没有可以撤销的企业" in client.get(f"{page}/undo").text


def test_an_undo_sent_twice_or_before_the_writing_is_refused(client):
    page = upload(client, csv_file(*company_rows(1)))
    assert client.get(f"{page}/undo").location == page
    token = re.search('name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    assert client.post(f"{page}/undo", data={"csrf_token": token}).status_code == 422
    client.submit(page, action=f"{page}/write")
    client.submit(f"{page}/undo")
    done = client.get(page).text
    assert "已撤销：归档 1 家，恢复原值 0 家，保留 0 家" in done
    events = db.session.scalar(select(func.count()).where(AuditEvent.action == "enterprise.update"))
    assert client.post(f"{page}/undo", data={"csrf_token": token}).status_code == 303
    assert "已撤销：归档 1 家，恢复原值 0 家，保留 0 家" in client.get(page).text
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "enterprise.update")) == events


def test_after_the_window_the_page_says_so(client, monkeypatch):
    page = upload(client, csv_file(*company_rows(1)))
    client.submit(page, action=f"{page}/write")
    monkeypatch.setattr(undoing, "WINDOW", timedelta(0))
    assert "撤销这次导入" not in client.get(page).text
    asked = client.get(f"{page}/undo").text
    assert "天内才能整批撤销" in asked
    assert "撤销 1 家" not in asked


def test_somebody_elses_import_cannot_be_taken_back(app, client):
    page = upload(client, csv_file(*company_rows(1)))
    client.submit(page, action=f"{page}/write")
    other = app.test_client()
    sign_in(other, make_user())
    token = re.search('name="csrf_token" value="([^"]+)"', other.get("/imports").text)[1]
    assert other.get(f"{page}/undo").status_code == 404
    assert other.post(f"{page}/undo", data={"csrf_token": token}).status_code == 404
    assert len(live_names()) == 1


def test_an_import_that_nobody_is_named_for_is_taken_back_by_the_head_alone(app, client):
    page = upload(client, csv_file(*company_rows(1)))
    client.submit(page, action=f"{page}/write")
    db.session.scalar(select(ImportBatch)).owner_id = None
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/imports").text)[1]
    for answer in (client.get(f"{page}/undo"), client.post(f"{page}/undo", data={"csrf_token": token})):
        assert answer.status_code == 404
    assert len(live_names()) == 1
    head = app.test_client()
    sign_in(head, make_user(Role.BUREAU_HEAD))
    assert "撤销这次导入" in head.get(page).text
    head.submit(f"{page}/undo")
    assert live_names() == set()
    assert "看保留的" in head.get(page).text


def test_asking_for_an_undo_keeps_nobody_from_writing(client, monkeypatch, other_writer):
    page = upload(client, csv_file(*company_rows(2)))
    client.submit(page, action=f"{page}/write")
    could = []

    def look(*rest, lock=False):
        found = traces(*rest, lock=lock)
        if not lock:
            could.append(other_writer())
        return found

    monkeypatch.setattr(companies_undoing, "traces", look)
    client.submit(f"{page}/undo")
    assert live_names() == set()
    assert set(could) == {True}


def test_an_undo_that_stopped_stands_in_the_history_as_half_done(client):
    page = upload(client, csv_file(*company_rows(2)))
    client.submit(page, action=f"{page}/write")
    assert "撤销" not in client.get("/imports").text
    client.submit(f"{page}/undo")
    batch = db.session.scalar(select(ImportBatch))
    job = job_of(batch)
    job.state, job.message = JobState.CANCELLED, "已按您的要求停下，之前写入的保留"
    batch.written = {name: count for name, count in batch.written.items() if name != "undone"}
    assert "撤销没有做完" in client.get("/imports").text
    shown = client.get(page).text
    assert "撤销没有做完：已按您的要求停下" in shown
    assert "接着撤销" in shown
    job.state = JobState.RUNNING
    assert "正在撤销" in client.get("/imports").text


def test_a_file_removed_by_age_leaves_a_page_that_says_so(client):
    page = upload(client, csv_file(*company_rows(2), ("", "", "5", "", "")))
    batch = db.session.scalar(select(ImportBatch))
    token = re.search('name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    shutil.rmtree(services.folder_of(batch))
    shown = client.get(page)
    assert (shown.status_code, "上传的文件只保留 30 天" in shown.text) == (200, True)
    assert "写入 2 行" not in shown.text
    for action, fields in (("write", {"promised": "2"}), ("columns", {"name": "0", "unit": "wan"})):
        answer = client.post(f"{page}/{action}", data={**fields, "csrf_token": token})
        assert (answer.status_code, "已经删除" in answer.text) == (422, True), action
    assert client.get(f"{page}/problems.xlsx").status_code == 404


def test_a_promise_that_no_longer_holds_is_not_kept(client):
    page = upload(client, csv_file(*NEAR))
    answer = client.submit(page, {"promised": "2"}, f"{page}/write")
    assert (answer.status_code, names()) == (422, set())
    assert "现在要写入的是 1 行" in answer.text


def test_a_file_without_known_headings_asks_for_the_columns(client):
    page = upload(client, "甲,乙\n苏州澜川新材料有限公司,x\n".encode())
    assert client.get(page).location.endswith("/columns")
    assert "没有认出哪一列是企业名称" in client.get(f"{page}/columns").text
    client.submit(f"{page}/columns", {"name": "0"})
    assert "写入 1 行，不写 0 行" in client.get(page).text


def test_another_unit_reads_the_capital_anew(client):
    page = upload(client, csv_file(("苏州澜川新材料有限公司", "", "580000000", "", "")))
    assert "像是「元」" in client.get(page).text
    client.submit(f"{page}/columns", {"unit": "yuan"})
    client.submit(page, action=f"{page}/write")
    assert db.session.scalar(select(Enterprise.capital)) == 580_000_000


def test_a_written_import_cannot_be_changed_or_written_again(client):
    page = upload(client, csv_file(*company_rows(1)))
    changing, writing = f"{page}/columns", f"{page}/write"
    open_form = client.get(changing)
    token = re.search('name="csrf_token" value="([^"]+)"', open_form.text)[1]
    assert client.submit(page, action=writing).status_code == 303
    for action, fields in (
        (changing, {"name": "0", "unit": "wan"}),
        (f"{page}/decide", {"decision": "skip"}),
        (writing, {"promised": "1"}),
        (f"{page}/retry", {}),
        (f"{page}/stop", {}),
    ):
        answer = client.post(action, data={**fields, "csrf_token": token})
        assert answer.status_code == 422, action


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "空文件"),
        (b"x", "a.pdf", "不是能导入的格式"),
        (b"x", "a.xlsx", "扩展名对不上"),
        (b"x", "", "请选一个文件"),
        (b"x" * (21 * 1024 * 1024), "a.csv", "最大 20 MB"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused_at_once(client, content, name, words):
    answer = client.submit("/imports", {"file": (io.BytesIO(content), name)})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.scalar(select(ImportBatch.id)) is None


def test_a_file_that_cannot_be_read_says_so_on_its_page(client):
    page = upload(client, xlsx_file(*company_rows(1))[:2000], "坏.xlsx")
    shown = client.get(page)
    assert shown.status_code == 200
    assert "文件打不开，可能已损坏" in shown.text


@pytest.mark.parametrize(
    "tail", ["?page=abc", "?page=0", "?rows=<x>", "/columns", "/problems.xlsx", "?page=99"]
)
def test_odd_addresses_are_answered_without_an_error(client, tail):
    page = upload(client, csv_file(*company_rows(1)))
    assert client.get(page + tail).status_code < 500


@pytest.mark.parametrize("public_id", ["0" * 16, "x", "%00", "1"])
def test_an_unknown_import_is_not_found(client, public_id):
    assert client.get(f"/imports/{public_id}").status_code == 404


def test_somebody_elses_import_does_not_exist_but_the_head_sees_it(app, client):
    page = upload(client, csv_file(*company_rows(1)))
    other, head = app.test_client(), app.test_client()
    sign_in(other, make_user())
    sign_in(head, make_user(Role.BUREAU_HEAD))
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/problems.xlsx").status_code == 404
    assert "企业.csv" not in other.get("/imports").text
    assert head.get(page).status_code == 200


@pytest.mark.parametrize("role", [Role.LEADER, Role.RESIDENT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_not_import_is_told_so(app, session, role):
    visitor = app.test_client()
    sign_in(visitor, make_user(role))
    assert visitor.get("/imports").status_code == 403


def test_the_template_is_a_workbook(client):
    assert client.get("/imports/template.xlsx").data.startswith(b"PK")


# --- who takes what ---


def by_command(app, tmp_path, content, name="企业.csv", *words):
    path = tmp_path / name
    path.write_bytes(content)
    return app.test_cli_runner().invoke(args=["import", "enterprises", str(path), *words])


def test_an_import_by_command_is_for_the_head_alone(app, client, session, tmp_path):
    by_command(app, tmp_path, csv_file(*company_rows(1), ("", "", 5, "", "")))
    public_id = session.scalar(select(ImportBatch.public_id))
    session.commit()
    head = app.test_client()
    sign_in(head, make_user(Role.BUREAU_HEAD))
    for tail in ("", "/columns", "/problems.xlsx", "/undo", "/progress"):
        assert client.get(f"/imports/{public_id}{tail}").status_code == 404
    assert "企业.csv" not in client.get("/imports").text
    assert "企业.csv" in head.get("/imports").text
    assert head.get(f"/imports/{public_id}/problems.xlsx").data.startswith(b"PK")


def test_who_took_the_workbook_of_an_import_stands_in_the_ledger(client, session, signed_in):
    page = upload(client, csv_file(*company_rows(1), ("", "", 5, "", "")))
    user_id = signed_in.id
    assert client.get(f"{page}/problems.xlsx").status_code == 200
    taken = session.scalars(select(AuditEvent).where(AuditEvent.action == "import_batch.downloaded")).one()
    assert (taken.actor_user_id, taken.subject_id) == (user_id, page.rsplit("/", 1)[1])


# --- where the table stands ---


def two_sheets():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name, company in (("在谈", "苏州澜川新材料有限公司"), ("签约", "宁波恒岳电器有限公司")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["名录", "单位：亿元"])
            sheet.write_row(1, 0, ["企业名称", "注册资本"])
            sheet.write_row(2, 0, [company, 3.5])
            sheet.write_row(3, 0, ["合计", 3.5])
    return target.getvalue()


def test_the_other_sheets_are_named_and_one_of_them_can_be_read_instead(client):
    page = upload(client, two_sheets(), "台账.xlsx")
    shown = client.get(page).text
    assert "读的是工作表「在谈」，没有读「签约」4 行" in shown
    assert "注册资本按 亿元 读：第 1 行写着单位 亿元" in shown
    columns = client.get(f"{page}/columns").text
    assert "签约（4 行）" in columns
    answer = client.submit(f"{page}/columns", {"sheet": "签约", "heading_row": ""}, action=f"{page}/source")
    assert answer.status_code == 303, answer.text
    shown = client.get(page).text
    assert "宁波恒岳电器有限公司" in shown
    assert "没有读「在谈」4 行" in shown


def test_a_row_without_headings_is_refused_beside_the_field(client):
    page = upload(client, two_sheets(), "台账.xlsx")
    answer = client.submit(f"{page}/columns", {"sheet": "在谈", "heading_row": "40"}, action=f"{page}/source")
    assert (answer.status_code, "第 40 行是空的" in answer.text) == (422, True)
    assert "苏州澜川新材料有限公司" in client.get(page).text


def test_rows_that_are_no_company_are_named_and_counted(client):
    page = upload(client, two_sheets(), "台账.xlsx")
    shown = client.get(page).text
    assert "写入 1 行，不写 1 行" in shown
    assert "第 4 行是合计，没有当作企业" in client.get(f"{page}?rows=aside").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{page}/problems.xlsx").data))
    assert book.get_sheet_by_name("没有当作企业").to_python() == [
        ["企业名称", "注册资本（亿元）", "怎么读的"],
        ["合计", "3.5", "第 4 行是合计，没有当作企业"],
    ]
    client.submit(page, action=f"{page}/write")
    assert names() == {"苏州澜川新材料有限公司"}
    assert "第 4 行是合计，没有当作企业" in client.get(f"{page}?rows=aside").text


def test_a_heading_over_two_rows_says_both(client):
    rows = ("序号,企业名称,联系人,", ",,姓名,电话", "1,苏州澜川新材料有限公司,张三,13812346021")
    page = upload(client, "\n".join(rows).encode())
    assert "表头在第 1 到 2 行" in client.get(page).text


def test_the_command_takes_a_sheet_a_row_and_a_separator(app, session, tmp_path):
    session.commit()
    done = by_command(app, tmp_path, two_sheets(), "台账.xlsx", "--sheet", "签约", "--heading-row", "2")
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["sheet"], told["sheets"], told["skipped"]) == ("签约", {"在谈": 4, "签约": 4}, 1)
    assert "第 4 行是合计，没有当作企业" in done.stderr
    assert "没有读「在谈」4 行" in done.stderr
    text = "名录;甲,乙\n企业名称;备注\n苏州澜川新材料有限公司;丙\n".encode()
    done = by_command(app, tmp_path, text, "名录.txt", "--separator", ";", "--json")
    assert json.loads(done.stdout)["created"] == 1
    done = by_command(app, tmp_path, two_sheets(), "台账.xlsx", "--sheet", "没有")
    assert (done.exit_code, "没有叫「没有」的工作表。文件里有「在谈」、「签约」" in done.stderr) == (1, True)
    assert session.get_one(Enterprise, 1).capital == 350_000_000
