"""A report on paper, as a workbook and as a Word document says what its page says."""

import io

import docx
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.promotion.team_reports import showing
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.showing.word import default_template, faults_of
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.factories.team_reports import a_sent_report
from tests.factories.visits import a_visit

Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def report(county: County) -> TeamReport:
    contact = make_contact(county.enterprise, "贺晓冬", "13812346021")
    lead = a_lead(county, county.resident, name="R&D 中心 <一期>", fixed_amount=260_000_000)
    a_visit(county, lead=lead, contacts=[contact], summary="=1+1 谈用电容量")
    return a_sent_report(county)


def template(*paragraphs: str) -> bytes:
    made, target = docx.Document(), io.BytesIO()
    for words in paragraphs:
        made.add_paragraph(words)
    made.save(target)
    return target.getvalue()


def words_of(document: bytes) -> str:
    made = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_the_workbook_has_the_heads_and_real_figures(
    client: FlaskClient, county: County, report: TeamReport
) -> None:
    answer = sign_in(client, county.head).get(f"/team_reports/{report.public_id}/workbook")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_name("周报").to_python(skip_empty_area=False)
    assert "填报单位" in rows[1][0] and "填报人" in rows[1][0] and "单位：万元" in rows[2][0]
    assert rows[4][:4] == ["序号", "项目名称", "投资方", "固定资产投资（万元）"]
    assert rows[5][1] == "R&D 中心 <一期>" and rows[5][3] == 26000
    assert "138****6021" in rows[5] and not any("13812346021" in str(cell) for cell in rows[5])
    assert any("=1+1" in str(cell) for cell in rows[5])


def test_the_document_loses_no_sign_and_says_what_the_page_says(
    client: FlaskClient, county: County, report: TeamReport
) -> None:
    answer = sign_in(client, county.head).get(f"/team_reports/{report.public_id}/document")
    words = words_of(answer.data)
    assert "R&D 中心 <一期>" in words and report.name in words and "138****6021" in words
    assert "26,000" in words and "{{" not in words and "{%" not in words


def test_the_paper_has_who_reports_and_when(client: FlaskClient, county: County, report: TeamReport) -> None:
    page = sign_in(client, county.head).get(f"/team_reports/{report.public_id}/print").text
    assert "填报单位" in page and "单位：万元" in page and "R&amp;D 中心" in page


def test_none_of_them_tells_what_became_confidential(
    client: FlaskClient, county: County, report: TeamReport
) -> None:
    lead = report.rows[0].lead
    assert lead is not None
    lead.confidential = True
    db.session.commit()
    me, at = sign_in(client, county.head), f"/team_reports/{report.public_id}"
    assert "R&amp;D" not in me.get(f"{at}/print").text
    assert "R&D" not in words_of(me.get(f"{at}/document").data)
    assert b"R&amp;D" not in me.get(f"{at}/workbook").data


def test_a_template_of_the_county_is_filled_in(report: TeamReport) -> None:
    own = template(
        "{{ 驻点组 }}：{{ 外出拜访 }}",
        "{%p for 行 in 各行 %}",
        "{{ 行.总投资 }}{{ 行.投资方 }}",
        "{%p endfor %}",
    )
    assert faults_of(own) == []
    made = showing.as_document(report, [], showing.whole_lines_of(report, set()), own)
    words = words_of(made)
    assert f"{report.team.name}：1 次" in words and "26,000" in words


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("{{ 填报人员 }}", "没有「填报人员」这一项"),
        ("{% for 行 in 各行 %}{{ 行.总投资额 }}{% endfor %}", "没有「总投资额」这一项"),
        ("{{ 标题.__class__ }}", "没有「__class__」这一项"),
        ("{{ 标题() }}", "不能写计算"),
        ("{{ 标题 | upper }}", "不能写计算"),
        ("{% if 标题 %}有{% endif %}", "不能写计算"),
        ("{% for 行 in 标题 %}{% endfor %}", "能重复的只有"),
        ("{% for 行 in 各行 %}{% for 条 in 各行 %}{% endfor %}{% endfor %}", "不能再套"),
        ("{{ 标题", "没有写对"),
    ],
)
def test_a_template_that_says_what_nobody_knows_is_told_so(words: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(template(words)))


def test_what_is_no_document_is_told_so() -> None:
    assert "打不开" in faults_of(b"PK\x03\x04 no document")[0]


def test_the_template_made_here_has_no_fault(report: TeamReport) -> None:
    assert faults_of(default_template(showing.headings_of(report))) == []


def test_the_county_sets_its_own_template_and_goes_back(
    client: FlaskClient, county: County, report: TeamReport
) -> None:
    me, at = sign_in(client, county.head), f"/team_reports/{report.public_id}/document"
    wrong = {"file": (io.BytesIO(template("{{ 填报人员 }}")), "县模板.docx"), "note": ""}
    refused = me.submit("/report_template", wrong)
    assert refused.status_code == 422 and "没有「填报人员」这一项" in refused.text
    own = {"file": (io.BytesIO(template("青岚县 {{ 填报人 }}")), "县模板.docx"), "note": "新版"}
    assert me.submit("/report_template", own).status_code == 303
    assert words_of(me.get(at).data).startswith("青岚县")
    assert "县模板.docx" in me.get("/report_template").text
    me.submit("/report_template", {}, "/report_template/shipped")
    assert report.name in words_of(me.get(at).data)
    assert sign_in(client, county.officer).get("/report_template").status_code == 403
    assert words_of(sign_in(client, county.head).get("/report_template/shipped").data).startswith(
        "{{ 标题 }}"
    )


def test_another_kind_of_file_is_no_template(client: FlaskClient, county: County) -> None:
    paper = {"file": (io.BytesIO(b"%PDF-1.7"), "模板.pdf"), "note": ""}
    refused = sign_in(client, county.head).submit("/report_template", paper)
    assert refused.status_code == 422 and ".docx" in refused.text
