"""One thing is called the same everywhere: its label stands on the column, where all who show it read it."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute
from wtforms.form import Form
from wtforms.validators import Length

import app as package
from app.core.records.setups import ListSetup, ListView
from app.core.storage.db import Base
from app.core.values.labels import label_of
from app.core.web.files import StoredFile
from app.core.web.forms import line_field
from app.delivery.projects.models import Project, ProjectEntry
from app.exchange.chain_files.rules import COLUMNS, ChainSheet
from app.exchange.imports.companies.enums import Column
from app.finding.finder.enums import Condition
from app.finding.saved_searches.models import SavedSearch
from app.finding.words.models import WordGroup, WordReading
from app.office.auditing.records import vocabulary
from app.office.auditing.words import ACTIONS
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.forms import clock_field
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember, StageSet
from app.promotion.leads.rules import TIMED, name_field
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit, VisitContact, VisitParticipant
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.forms import ChainForm, NodeForm
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeIndustry, NodeJudgement
from app.register.comments.models import Comment, CommentMention
from app.register.enterprises.models import Contact, ContactErasure, ContactPersonal, Enterprise
from app.register.tags.models import Tag, Tagging
from tests.house.furnishing import furnishings

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "app").rglob("*.py"))
HAN = re.compile("[一-鿿]")

# The models whose columns a form fills: a field that of its name, or of its name with _id or _code.
FILLS: dict[str, tuple[type[Any], ...]] = {
    "accounts.ArchivePersonForm": (Person,),
    "accounts.ArchiveUnitForm": (Unit,),
    "accounts.LeavingForm": (TeamMembership,),
    "accounts.MembershipForm": (TeamMembership,),
    "accounts.PersonForm": (Person,),
    "accounts.RolesForm": (User,),
    "accounts.SignInForm": (User,),
    "accounts.UnitForm": (Unit,),
    "accounts.UserForm": (User,),
    "attachments.AttachmentForm": (StoredFile,),
    "comments.CommentForm": (Comment,),
    "enterprises.AnswerForm": (ContactErasure,),
    "enterprises.CompanyField": (Lead,),
    "enterprises.ConfirmErasingForm": (ContactErasure,),
    "enterprises.ContactForm": (Contact, ContactPersonal),
    "enterprises.EnterpriseForm": (Enterprise,),
    "enterprises.ErasureForm": (ContactErasure,),
    "enterprises.RestoreForm": (Enterprise,),
    "leads.AccessForm": (Lead,),
    "leads.AgreementForm": (Agreement,),
    "leads.ArchiveLeadForm": (Lead,),
    "leads.AskReviewForm": (FairReview, Step),
    "leads.AssessmentForm": (Lead,),
    "leads.AssignForm": (Lead, LeadEntry),
    "leads.ConclusionForm": (Lead,),
    "leads.ConclusionOfReviewForm": (FairReview,),
    "leads.CorrectLeadForm": (Lead,),
    "leads.EditLeadForm": (Lead,),
    "leads.FirstTalkForm": (Lead,),
    "leads.MoveLeadForm": (Lead, LeadEntry),
    "leads.MoveManyForm": (Lead, LeadEntry),
    "leads.NewLeadForm": (Lead,),
    "leads.PaperReviewForm": (FairReview,),
    "leads.RegistrationDayForm": (Lead,),
    "leads.StageSetForm": (StageSet,),
    "leads.SummaryForm": (Lead,),
    "leads.VoidForm": (Lead,),
    "leads._StageSetForm": (StageSet,),
    "projects.CorrectProjectForm": (Project,),
    "projects.EditProjectForm": (Project,),
    "projects.MoveProjectForm": (Project, ProjectEntry),
    "records.ArchiveForm": (Visit,),  # of whatever can be archived
    "records.DatedForm": (StageSet,),  # of whatever the county sets by versions
    "records.ColumnsForm": (ListSetup,),
    "records.ViewForm": (ListView,),
    "saved_searches.SavedForm": (SavedSearch,),
    "steps.CloseForm": (Step,),
    "steps.MoveStepForm": (Step,),
    "steps.NextStepForm": (Step,),
    "steps.OutcomeForm": (Step,),
    "tags.OneTagForm": (Tagging,),
    "tags.TagForm": (Tag,),
    "tags.TagsForm": (Tagging,),
    "visits.EarlierForm": (Step,),
    "visits.EditVisitForm": (Visit,),
    "visits.TodoForm": (Step,),
    "visits.VisitForm": (Visit,),
    "visits._Told": (Visit,),
    "words.GroupForm": (WordGroup,),
    "words.ReadingForm": (WordReading,),
    **{form: models for each in furnishings() for form, models in each.fills.items()},
}
# Fields that fill a column of another name; a form named in FILLS alone may have them.
BY_ANOTHER_NAME: dict[str, InstrumentedAttribute[Any]] = {
    "accounts.ArchivePersonForm.reason": Person.archive_reason,
    "accounts.ArchiveUnitForm.reason": Unit.archive_reason,
    "accounts.RolesForm.roles": UserRole.role,
    "accounts.UserForm.roles": UserRole.role,
    "comments.CommentForm.people": CommentMention.person_id,
    "enterprises.AnswerForm.reason": ContactErasure.answer,
    "enterprises.EnterpriseForm.capital_text": Enterprise.capital,
    "leads.AccessForm.members": LeadMember.person_id,
    "leads.ArchiveLeadForm.reason": Lead.archive_reason,
    "leads.EditLeadForm.amount_text": Lead.amount,
    "leads.MoveLeadForm.to": Lead.stage,
    "leads.MoveManyForm.to": Lead.stage,
    "leads.NewLeadForm.amount_text": Lead.amount,
    "leads.NewLeadForm.members": LeadMember.person_id,
    "leads.VoidForm.counts": Lead.duplicate_of_id,
    "projects.MoveProjectForm.to": Project.stage,
    "records.ArchiveForm.reason": Visit.archive_reason,
    "tags.TagsForm.tags": Tagging.tag_id,
    "visits.EditVisitForm.contacts": VisitContact.contact_id,
    "visits.EditVisitForm.people": VisitParticipant.person_id,
    "visits.VisitForm.contacts": VisitContact.contact_id,
    "visits.VisitForm.people": VisitParticipant.person_id,
    "visits._Told.contacts": VisitContact.contact_id,
    "visits._Told.people": VisitParticipant.person_id,
    **{field: column for each in furnishings() for field, column in each.by_another_name.items()},
}
# What a page asks and no column keeps under that name, or keeps only as part of something else.
QUESTIONS = {
    *("accounts.ArchivePersonForm.successor", "accounts.ArchiveUnitForm.successor"),
    *("accounts.SignInForm.password", "enterprises.ConfirmErasingForm.contact_version"),
    "enterprises.ConfirmErasingForm.is_sure",
    *("enterprises.ContactForm.not_duplicate", "enterprises.EnterpriseForm.not_duplicate"),
    *("enterprises.EnterpriseForm.aliases", "enterprises.EnterpriseForm.former_names"),
    *("enterprises.RestoreForm.not_duplicate", "enterprises.RestoreForm.without_code"),
    *("attachments.AttachmentForm.file", "records.ViewForm.opens"),
    *("leads.AgreementForm.file", "leads.ArchiveLeadForm.steps", "leads.CorrectLeadForm.reason"),
    *("leads.NewLeadForm.next_on", "leads.NewLeadForm.next_what", "leads.NewLeadForm.not_duplicate"),
    *("leads.PaperReviewForm.file", "leads.RegistrationDayForm.reason", "leads.VoidForm.note"),
    *("projects.CorrectProjectForm.reason", "steps.CloseForm.then", "steps.CloseForm.then_due_on"),
    *(
        "visits.EarlierForm.state",
        "visits.EditVisitForm.others",
        "visits._Told.others",
        "visits.VisitForm.others",
    ),
    # A name and a time for each of the stages.
    *(f"leads.StageSetForm.{name_field(stage)}" for stage in LeadStage),
    *(f"leads.StageSetForm.{clock_field(stage)}" for stage in TIMED),
    *("visits.VisitForm.earlier", "visits.VisitForm.promises"),
    *("visits.VisitForm.next_what", "visits.VisitForm.next_due_on", "visits.VisitForm.next_owner"),
    *(question for each in furnishings() for question in each.questions),
}
# Forms that fill no column that has a label.
OF_NO_RECORD = {
    *(
        "accounts.BeginSecondStepForm",
        "accounts.CodeForm",
        "accounts.ConfirmSecondStepForm",
        "accounts.PasswordForm",
    ),
    *(
        "accounts.SecondStepForm",
        "records.ExportForm",
        "web.BaseForm",
        "web.VersionedForm",
        "settings.SettingForm",
    ),
    *("imports.DecisionForm", "imports.LayoutForm", "imports.SourceForm", "imports.UploadForm"),
    "imports.WriteForm",
}
IMPORTED: dict[Column, InstrumentedAttribute[Any]] = {
    Column.NAME: Enterprise.name,
    Column.CREDIT_CODE: Enterprise.credit_code,
    Column.REGION: Enterprise.region_code,
    Column.INDUSTRY: Enterprise.industry_code,
    Column.STATUS: Enterprise.status,
    Column.CAPITAL: Enterprise.capital,
    Column.ESTABLISHED_ON: Enterprise.established_on,
    Column.HEADCOUNT: Enterprise.headcount,
    Column.SCOPE: Enterprise.scope,
    Column.NOTES: Enterprise.notes,
    Column.ORIGIN: Enterprise.origin,
    Column.CONTACT_POST: Contact.post,
}
# What each table of a chain's file fills, and its columns that fill another one.
OF_CHAIN_FILES: dict[ChainSheet, Any] = {
    ChainSheet.CHAIN: Chain,
    ChainSheet.NODES: ChainNode,
    ChainSheet.SUPPLIES: ChainSupply,
    ChainSheet.JUDGEMENTS: NodeJudgement,
    ChainSheet.ANCHORS: ChainAnchor,
    ChainSheet.NEEDS: AnchorNeed,
}
ELSEWHERE_IN_CHAIN_FILES = {
    (ChainSheet.NODES, "industries"): NodeIndustry.industry_code,
    (ChainSheet.JUDGEMENTS, "by"): NodeJudgement.actor_id,
    (ChainSheet.ANCHORS, "credit_code"): Enterprise.credit_code,
    (ChainSheet.NEEDS, "credit_code"): Enterprise.credit_code,
    (ChainSheet.NEEDS, "starts_on"): ChainAnchor.starts_on,
}
LINK_BY_CODE = "代号"  # how a link is told in a row of another one
# Parts of a place or an amount, and people in the row of a company, told apart by whom and which.
NOT_ONE_COLUMN = {
    *(Column.PROVINCE, Column.CITY, Column.COUNTY, Column.INDUSTRY_NAME, Column.CAPITAL_UNIT),
    *(Column.ALIASES, Column.FORMER_NAMES, Column.CONTACT, Column.CONTACT_PHONE),
    *(Column.CONTACT_2, Column.CONTACT_POST_2, Column.CONTACT_PHONE_2),
}
NARROWED: dict[Condition, InstrumentedAttribute[Any]] = {
    Condition.STAGE: Lead.stage,
    Condition.REGION: Enterprise.region_code,
    Condition.INDUSTRY: Enterprise.industry_code,
    Condition.UNIT: Lead.unit_id,
    Condition.TEAM: Lead.team_id,
    Condition.OWNER: Lead.owner_id,
    Condition.STATUS: Enterprise.status,
}
OF_ALL_KINDS = {Condition.KIND, Condition.AMOUNT, Condition.DAY}
# What two people differ on that is no column: a decision, a row, a paper.
DIFFERENCES_OF_NO_COLUMN = {"归档", "删除", "这一行台账", "审查", "删除个人信息的申请"}
DECIDES = ("claim_whole", "decide")  # these take the label of their difference
# Dictionaries of words by names that columns happen to have as well.
WORDS_OF_NO_COLUMN = {"app/office/auditing/words.py"}
# Headings, conditions of lists and words beside a value of what no single column keeps: counts, spans of
# time, several columns in one, deeds, parts of a page.
HEADINGS_OF_NO_COLUMN = {
    *(
        "序号",
        "本月在岗",
        "行",
        "操作",
        "原来",
        "现在",
        "新的",
        "时间",
        "地址",
        "从",
        "到",
        "截至",
        "驻点组、单位",
        "支出不早于",
        "支出不晚于",
        "用谁的经费",
        "用途",
        "已支出",
        "余",
        "用了",
        "找环节",
        "缺口指数",
        "已确认的企业",
        "其中本地",
        "指标",
        "本月",
        "链长要看的",
        "怎么算的",
        "名次",
        "得分",
        "比上期",
        "考核项",
        "数",
        "哪一期",
        "哪一条",
        "计多少",
        "第一次接触",
        "用了几天",
        "算几个",
        "算多少",
        "队员",
        "在岗",
        "哪天所在的周",
        "见了谁",
        "有什么结果",
        "没走访",
        "拖期",
        "上次走访",
        "归档",
        "下一步",
    ),
    *(
        "在本阶段",
        "怎样了",
        "最近联系",
        "最近接触",
        "评分",
        "事项",
        "说明和依据",
        "录入",
        "更正",
        "记走访的人",
        "确认的人",
        "命中的词",
        "在哪里",
        "原文",
        "分",
        "判断",
        "在组",
    ),
    *(
        "名称",
        "名称或代码",
        "名称或环节",
        "企业",
        "企业或做什么",
        "企业或内容",
        "企业或环节",
        "金额不低于",
        "金额不高于",
        "登记不早于",
        "登记不晚于",
        "签约不早于",
        "签约不晚于",
        "日期不早于",
        "日期不晚于",
        "期限从",
        "期限到",
        "第一天不早于",
        "到哪一步",
        "去哪里，做什么",
        "结果",
        "下一次上门",
        "目标",
        "做到",
        "完成",
        "去之前要知道的",
        "第一天不晚于",
    ),
    *(
        "要凉的",
        "登记从",
        "谁",
        "动作",
        "对象",
        "对象类别",
        "做了什么",
        "改了哪些",
    ),
    *("期末存量", "本期进入", "本期流失", "金额", "项目", "日期", "人数", "今天", "近 7 天", "一天最多"),
    *("表里", "库里", "为什么", "为什么保留", "怎么办", "改什么", "问题和改法"),
    *("新增", "更新", "没有写入", "部分", "状况", "设置", "查什么", "您打开时"),
    *("核对", "缺少", "过时", "多余", "范围不对", "已重发", "种类", "编号", "原因", "更改时间"),
    *("版次", "状态"),
    "补记",
    *("登录时间", "最后使用", "设备", "多久不用会退出", "来自", "浏览器"),
}


# --- forms -----------------------------------------------------------------------------------------


def form_classes() -> Iterator[tuple[str, type[Form]]]:
    """Every form of the product, as `feature.Class`."""
    for module in pkgutil.walk_packages(package.__path__, "app."):
        importlib.import_module(module.name)
    waiting = list(Form.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        # One made for a file of an import while another test ran is none of the module's.
        is_declared = getattr(sys.modules[kind.__module__], kind.__name__, None) is kind
        if is_declared and kind.__module__.startswith("app."):
            yield f"{kind.__module__.split('.')[2]}.{kind.__name__}", kind


def labels_in(kind: type[Form]) -> dict[str, str]:
    """The labels of the fields of a form, as declared; hidden ones without a label are left out."""
    found = {}
    for name in dir(kind):
        field = getattr(kind, name)
        if hasattr(field, "field_class"):
            words = next(
                (each for each in (*field.args, field.kwargs.get("label")) if isinstance(each, str)), ""
            )
            if words or field.field_class.__name__ != "HiddenField":
                found[name] = words
    return found


def column_of(form: str, field: str) -> InstrumentedAttribute[Any] | None:
    """The column that a field fills."""
    if f"{form}.{field}" in BY_ANOTHER_NAME:
        return BY_ANOTHER_NAME[f"{form}.{field}"]
    for model in FILLS.get(form, ()):
        for name in (field, f"{field}_id", f"{field}_code"):
            column = model.__table__.c.get(name)
            if column is not None and "label" in column.info:
                found: InstrumentedAttribute[Any] = getattr(model, name)
                return found
    return None


def faults_of(form: str, labels: dict[str, str]) -> list[str]:
    """The fields that are called otherwise than their column, or of which nobody knows what they fill."""
    found = []
    for field, label in labels.items():
        key, column = f"{form}.{field}", column_of(form, field)
        if key in QUESTIONS or field == "idempotency_key":
            continue
        if column is None:
            found.append(f"{key}「{label}」 fills no known column: name it in the tables of this test")
        elif label != label_of(column):
            found.append(f"{key}「{label}」 is called「{label_of(column)}」")
    return found


def test_every_field_is_called_like_its_column(app: Flask) -> None:
    faults, seen = [], set()
    for form, kind in form_classes():
        seen.add(form)
        if form not in OF_NO_RECORD:
            faults += faults_of(form, labels_in(kind))
    assert not faults, "\n".join(faults)
    assert seen == OF_NO_RECORD | set(FILLS), "a form is in neither table, or is no more"


def test_a_question_stays_one(app: Flask) -> None:
    """What is named as a question is asked, so that the list does not outlive its forms."""
    asked = {f"{form}.{field}" for form, kind in form_classes() for field in labels_in(kind)}
    assert QUESTIONS | set(BY_ANOTHER_NAME) <= asked


def test_a_field_with_a_label_of_its_own_is_caught(app: Flask) -> None:
    class Planted(Form):
        content = line_field("投资内容", 10)
        introducer = line_field(label_of(Lead.introducer), 10)
        unheard_of = line_field("什么", 10)

    FILLS["planted.Planted"] = (Lead,)
    try:
        otherwise, unknown = faults_of("planted.Planted", labels_in(Planted))
    finally:
        del FILLS["planted.Planted"]
    assert otherwise == "planted.Planted.content「投资内容」 is called「建设内容」"
    assert "unheard_of" in unknown


# --- the audit page ----------------------------------------------------------------------------------


def unlabelled_columns() -> list[str]:
    """Audited columns that the audit page would name in code."""
    return [
        f"{mapper.local_table.name}.{column.name}"
        for mapper in Base.registry.mappers
        if mapper.class_.__audited__
        for column in mapper.local_table.c
        if not HAN.search(column.info.get("label", ""))
    ]


def test_every_audited_column_has_a_label(app: Flask) -> None:
    assert not unlabelled_columns()


def test_an_audited_column_without_a_label_is_caught(app: Flask) -> None:
    column = Base.metadata.tables["lead"].c["content"]
    kept = column.info.pop("label")
    try:
        assert unlabelled_columns() == ["lead.content"]
    finally:
        column.info["label"] = kept


def test_the_audit_page_reads_the_columns(app: Flask) -> None:
    for mapper in Base.registry.mappers:
        if mapper.class_.__audited__:
            for column in mapper.local_table.c:
                told = vocabulary().words_of(mapper.local_table.name, column.name)
                assert told == (column.info["label"], column.info["unit"])


def _recorded(tree: ast.AST) -> Iterator[tuple[str, str, list[str]]]:
    """(action, kind, fields) of the events that services write by hand."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.record", "audit.record_look"):
            words = [each.value if isinstance(each, ast.Constant) else "" for each in call.args[:2]]
            yield str(words[0]), str(words[1]), [each.arg for each in call.keywords if each.arg]


def test_what_services_record_by_hand_has_words(app: Flask) -> None:
    bare = []
    for path in CODE:
        for action, kind, fields in _recorded(ast.parse(path.read_text(encoding="utf-8"))):
            verb = action.rpartition(".")[2]
            if action and action not in ACTIONS and verb not in ("create", "update", "delete", "print"):
                bare.append(action)
            bare += [
                f"{kind}.{field}"
                for field in fields
                if kind and vocabulary().words_of(kind, field)[0] == field
            ]
    assert not bare


# --- conflicts ---------------------------------------------------------------------------------------


def free_words(tree: ast.Module) -> Iterator[str]:
    """Labels of differences that are written down beside the columns: in a Clash, in the words of a decision,
    or in a table of words.
    """
    for node in ast.walk(tree):
        for label in _labels_of_differences(node):
            if isinstance(label, ast.Constant) and label.value not in DIFFERENCES_OF_NO_COLUMN:
                yield str(label.value)
    assigned = [
        each.value for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign) and each.value
    ]
    for value in assigned:
        for table in ast.walk(value):
            if isinstance(table, ast.Dict):
                yield from _words_beside_columns(table)


def _labels_of_differences(node: ast.AST) -> list[ast.expr]:
    if not isinstance(node, ast.Call):
        return []
    if ast.unparse(node.func) == "Clash":
        return [*node.args[:1], *(each.value for each in node.keywords if each.arg == "label")]
    decides = ast.unparse(node.func).rpartition(".")[2] in DECIDES
    return [each.value for each in node.keywords if decides and each.arg == "label"]


def _words_beside_columns(table: ast.Dict) -> Iterator[str]:
    columns = {column.name for each in Base.metadata.tables.values() for column in each.c}
    for key, word in zip(table.keys, table.values, strict=True):
        named = isinstance(key, ast.Constant) and key.value in columns
        if named and isinstance(word, ast.Constant) and HAN.search(str(word.value)):
            yield str(word.value)


def test_conflicts_read_the_columns(app: Flask) -> None:
    found = {}
    for path in CODE:
        name = str(path.relative_to(ROOT))
        words = list(free_words(ast.parse(path.read_text(encoding="utf-8"))))
        if words and name not in WORDS_OF_NO_COLUMN:
            found[name] = words
    assert not found


@pytest.mark.parametrize(
    "planted",
    [
        'LABELS = {"content": "投资内容"}',
        'Clash("投资内容", theirs, mine)',
        'claim_whole(lead, seen, "到研判", label="投资内容")',
    ],
)
def test_a_difference_with_words_of_its_own_is_caught(planted: str, app: Flask) -> None:
    assert list(free_words(ast.parse(planted)))


# --- lists -------------------------------------------------------------------------------------------

_WRITTEN = (
    re.compile(r'\b(?:sort_|sorted_)?th\((?:"[a-z_]+", )?"([^"]+)"'),
    re.compile(r'data-label="([^"{]+)"'),
    re.compile(r'\bq_\w+\("\w+", "([^"]+)"'),
    re.compile(r'\bHeading\("([^"]+)"'),
    re.compile(r'\b(?:key|name)="\w+",\s*label="([^"]+)"'),
    re.compile(r'\b(?:days|amounts)\([\w.]+, "([^"]+)"'),
    re.compile(r'\b(?:days|amounts)\([\w.]+, "[^"]+", "([^"]+)"'),
    re.compile(r'\blit\(\s*"\w+",\s*"([^"]+)"'),
    re.compile(r'\blabel: str = "([^"]+)"'),
)


def written_headings(text: str) -> set[str]:
    """Headings and conditions that a template or a view of a list writes down itself."""
    return {word for pattern in _WRITTEN for word in pattern.findall(text) if HAN.search(word)}


def test_lists_read_the_columns(app: Flask) -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *CODE]
    written = {path: written_headings(path.read_text(encoding="utf-8")) for path in pages}
    found = {str(path): words - HEADINGS_OF_NO_COLUMN for path, words in written.items()}
    assert not {name: words for name, words in found.items() if words}
    assert set().union(*written.values()) == HEADINGS_OF_NO_COLUMN, "a heading is no more"


@pytest.mark.parametrize(
    "planted",
    [
        '{{ th("投资内容", width="wide") }}',
        '{{ sort_th("投资内容", "content", sort) }}',
        '<td data-label="投资内容">',
        '{{ q_text("q", "投资内容") }}',
        'sheets.Heading("投资内容", short=True)',
        'Column(key="content", label="投资内容", cell=_content)',
        'days(Lead.content, "投资内容", "到")',
        'amounts(Lead.content, "投资内容", "到")',
        'lit("content", "投资内容", _content)',
        'label: str = "投资内容"',
        'AnyOf(name="stage", label="投资内容", members=Stage)',
    ],
)
def test_a_heading_with_words_of_its_own_is_caught(planted: str) -> None:
    assert written_headings(planted) - HEADINGS_OF_NO_COLUMN == {"投资内容"}


# --- imports and search ------------------------------------------------------------------------------


def test_every_import_column_is_called_like_what_it_fills(app: Flask) -> None:
    assert {each: each.label for each in IMPORTED} == {each: label_of(IMPORTED[each]) for each in IMPORTED}
    assert set(IMPORTED) | NOT_ONE_COLUMN == set(Column)


def filled_by_chain_file(sheet: ChainSheet, name: str) -> InstrumentedAttribute[Any]:
    elsewhere = ELSEWHERE_IN_CHAIN_FILES.get((sheet, name))
    own = getattr(OF_CHAIN_FILES[sheet], f"{name}_id", None) or getattr(OF_CHAIN_FILES[sheet], name, None)
    found: InstrumentedAttribute[Any] = own if elsewhere is None else elsewhere
    return found


def chain_file_faults() -> list[str]:
    """Columns of a chain's file that are called otherwise than what they fill, or hold more or less of it."""
    found = []
    for sheet, columns in COLUMNS.items():
        for name, column in columns.items():
            filled = filled_by_chain_file(sheet, name)
            is_link = filled.property.columns[0].references(ChainNode.__table__.c.id)
            label = label_of(filled) + (LINK_BY_CODE if is_link else "")
            if column.label != label:
                found.append(f"{sheet}.{name}「{column.label}」 is called「{label}」")
            kept = ChainNode.code if is_link else filled
            if (longest := longest_of(kept)) not in (None, column.longest) and not column.choices:
                found.append(f"{sheet}.{name} holds {column.longest}, not {longest}")
    return found


def longest_of(column: InstrumentedAttribute[Any]) -> int | None:
    """How many characters a column takes, by its form where the table sets no bound."""
    told: Any = {Chain.note: ChainForm.note, NodeIndustry.industry_code: NodeForm.industries}.get(column)
    if told is not None:
        return next(int(each.max) for each in told.args[1] if isinstance(each, Length))
    kind = column.property.columns[0].type
    return kind.length if isinstance(kind, String) else None


def test_every_column_of_a_chains_file_is_called_like_what_it_fills_and_holds_as_much(app: Flask) -> None:
    assert not chain_file_faults()


@pytest.mark.parametrize(
    ("sheet", "name", "changed", "fault"),
    [
        (ChainSheet.NODES, "products", {"label": "产物"}, "nodes.products「产物」 is called「产品」"),
        (
            ChainSheet.NODES,
            "parent",
            {"label": "上级环节"},
            "nodes.parent「上级环节」 is called「上级环节代号」",
        ),
        (ChainSheet.CHAIN, "note", {"longest": 200}, "chain.note holds 200, not 2000"),
        (ChainSheet.SUPPLIES, "buyer", {"longest": 60}, "supplies.buyer holds 60, not 30"),
    ],
)
def test_a_column_of_a_chains_file_with_words_or_bounds_of_its_own_is_caught(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sheet: ChainSheet, name: str, changed: Any, fault: str
) -> None:
    monkeypatch.setitem(cast(Any, COLUMNS[sheet]), name, COLUMNS[sheet][name]._replace(**changed))
    assert chain_file_faults() == [fault]


def test_every_condition_of_the_search_is_called_like_what_it_narrows(app: Flask) -> None:
    assert {each: each.label for each in NARROWED} == {each: label_of(NARROWED[each]) for each in NARROWED}
    assert set(NARROWED) | OF_ALL_KINDS == set(Condition)
    assert label_of(Lead.stage) == label_of(Project.stage)
