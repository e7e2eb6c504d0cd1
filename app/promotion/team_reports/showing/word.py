"""A report as a Word document: a template filled in, the county's own or the one made here.

What stands in a template is a name in two curly brackets, and rows that repeat; nothing is called and nothing
computed there (`faults_of`), so that a template is words and never a program.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.core.web.documents import WordDocument
from app.promotion.team_reports.enums import ReportColumn, ReportFigure
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.showing.rows import ReportHeading, ReportLine, figures_of
from app.promotion.team_reports.showing.workbooks import moment

ROWS, LATE, FIGURES = "各行", "补记", "各项指标"
LISTS = {
    ROWS: frozenset({"序号", *(column.label for column in ReportColumn)}),
    LATE: frozenset({"期间", "内容"}),
    FIGURES: frozenset({"指标", "数", "单位"}),
}
SINGLE = (
    *("标题", "种类", "驻点组", "期间", "第一天", "最后一天", "填报单位", "填报人", "填报时间"),
    *("报送期限", "数据截至", "文字说明", "没有新情况的原因"),
    *(figure.label for figure in ReportFigure),
)
_LARGEST = 20 * 1024 * 1024  # bytes of all parts of a template, unpacked
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For)


def as_document(
    report: TeamReport,
    headings: Sequence[ReportHeading],
    every: Sequence[ReportLine],
    template: bytes | None = None,
) -> bytes:
    """The report in a template; `every` holds the cells of all columns in order, whichever are shown."""
    if template is None or faults_of(template):  # of an older vocabulary: never filled in half
        template = default_template(headings)
    made = DocxTemplate(io.BytesIO(template))
    made.render(_told(report, every), ImmutableSandboxedEnvironment(), autoescape=True)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _told(report: TeamReport, lines: Sequence[ReportLine]) -> dict[str, Any]:
    figures = figures_of(report)
    return {
        "标题": report.name,
        "种类": report.kind.label,
        "驻点组": report.team.name,
        "期间": report.period.words,
        "第一天": report.first_day.isoformat(),
        "最后一天": report.last_day.isoformat(),
        "填报单位": report.team.name,
        "填报人": report.author.name,
        "填报时间": moment(report.sent_at),
        "报送期限": moment(report.due_at),
        "数据截至": moment(report.drawn_at),
        "文字说明": report.summary or "无",
        "没有新情况的原因": report.silent_reason,
        **{label: f"{number} {unit}" for label, number, unit in figures},
        ROWS: [_row(number, line) for number, line in enumerate(lines, start=1)],
        LATE: [{"期间": period, "内容": words} for _key, period, words in report.late],
        FIGURES: [{"指标": label, "数": number, "单位": unit} for label, number, unit in figures],
    }


def _row(number: int, line: ReportLine) -> dict[str, Any]:
    cells = zip(ReportColumn, line.words, strict=True)
    return {"序号": number, **{column.label: words for column, words in cells}}


# --- what a template may say ---------------------------------------------------------------------------


def faults_of(template: bytes) -> list[str]:
    """Why a document cannot be a template, in sentences; none when it can."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                return ["文件里的内容太大，去掉图片再传"]
        xml = _placeholders(template)
        tree = ImmutableSandboxedEnvironment().parse(xml)
    except TemplateSyntaxError as error:
        return [f"占位符没有写对：{error.message}。写成 {{{{ 填报人 }}}}，花括号用半角，每一对都要写全"]
    except Exception:  # noqa: BLE001 - whatever the packages say of a file of strangers
        return ["打不开这个文件，请在 Word 或 WPS 里另存为 .docx 再传"]
    return list(dict.fromkeys(_faults(tree)))


def _placeholders(template: bytes) -> str:
    made = DocxTemplate(io.BytesIO(template))
    made.init_docx()
    parts = [made.get_xml()]
    for uri in (made.HEADER_URI, made.FOOTER_URI):
        parts += [made.get_part_xml(part) for _key, part in made.get_headers_footers(uri)]
    return "\n".join(made.patch_xml(part) for part in parts)


def _faults(tree: nodes.Template) -> Iterator[str]:
    loops: dict[str, str] = {}
    for node in _all(tree):
        if not isinstance(node, _PLAIN):
            yield "只能写名称和重复的行，不能写计算、条件和函数"
        elif isinstance(node, nodes.For):
            yield from _faults_of_loop(node, loops)
    for node in _all(tree):
        yield from _faults_of_name(node, loops)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


def _faults_of_loop(node: nodes.For, loops: dict[str, str]) -> Iterator[str]:
    inside = any(isinstance(one, nodes.For) for body in node.body for one in _all(body))
    of = node.iter.name if isinstance(node.iter, nodes.Name) else ""
    if inside:
        yield "重复的行里不能再套重复的行"
    if of not in LISTS or not isinstance(node.target, nodes.Name):
        yield f"能重复的只有 {'、'.join(LISTS)}，写成 {{%tr for 行 in {ROWS} %}}"
        return
    loops[node.target.name] = of


def _faults_of_name(node: nodes.Node, loops: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, nodes.Getattr):
        of = loops.get(node.node.name, "") if isinstance(node.node, nodes.Name) else ""
        if node.attr not in LISTS.get(of, ()):
            yield f"没有「{node.attr}」这一项"
    elif isinstance(node, nodes.Name) and node.name not in {*SINGLE, *LISTS, *loops}:
        yield f"没有「{node.name}」这一项"


# --- the one made here -----------------------------------------------------------------------------------


def default_template(headings: Sequence[ReportHeading]) -> bytes:
    """A4 across: title, who and when, the numbers, the table in the county's columns, the words."""
    made = WordDocument()
    made.title("{{ 标题 }}")
    made.text("填报单位：{{ 填报单位 }}　　填报人：{{ 填报人 }}　　填报时间：{{ 填报时间 }}　　单位：万元")
    made.text("；".join(f"{figure.label} {{{{ {figure.label} }}}}" for figure in ReportFigure))
    made.table(_table(headings))
    made.text("文字说明：{{ 文字说明 }}")
    made.text("{{ 没有新情况的原因 }}")
    made.text("{%p for 条 in 补记 %}")
    made.text("补记（{{ 条.期间 }}）：{{ 条.内容 }}")
    made.text("{%p endfor %}")
    return made.packed()


def _table(headings: Sequence[ReportHeading]) -> list[list[str]]:
    empty = [""] * len(headings)
    return [
        ["序号", *(f"{one.label}（{one.unit}）" if one.unit else one.label for one in headings)],
        [f"{{%tr for 行 in {ROWS} %}}", *empty],
        ["{{ 行.序号 }}", *(f"{{{{ 行.{one.column.label} }}}}" for one in headings)],
        ["{%tr endfor %}", *empty],
    ]
