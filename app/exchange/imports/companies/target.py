"""Companies as a kind of row that can be imported: the value by which the engine knows them."""

from collections.abc import Mapping, Sequence

from app.core.access.auth import Actor
from app.exchange.imports.columns import Layout
from app.exchange.imports.companies import people, queries, undoing
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.folding import CompanyFolds, FoldedCompany, fold
from app.exchange.imports.companies.rules import ACCEPT_CODES, read_row
from app.exchange.imports.companies.traces import touched_ids
from app.exchange.imports.companies.updates import FoundCompanies
from app.exchange.imports.companies.verdicts import Seen, judge
from app.exchange.imports.companies.writing import CompanyWriter, said_of
from app.exchange.imports.targets import Judges, Meaning, Reads, Sample, Shows, Switch, TakesBack, Target
from app.register.accounts.enums import Permission
from app.register.enterprises.enums import EnterpriseStatus
from app.register.placements import jobs as placements

_STATUS = tuple(status.label for status in EnterpriseStatus)
_TEMPLATE: Mapping[str, Sample] = {
    Column.NAME: Sample(32, "示例：苏州澜川新材料有限公司", "必填。写营业执照上的全称"),
    Column.CREDIT_CODE: Sample(22, "", "18 位，按文本填写；变成 9.13E+17 的请重新抄写"),
    Column.REGION: Sample(22, "江苏省苏州市吴中区", "6 位代码或全称；认不出的也导入，原文进备注"),
    Column.INDUSTRY: Sample(22, "C3985", "国标行业代码 C3985 或名称；写别的也导入，原文进备注"),
    Column.STATUS: Sample(10, "存续", "从下拉里选", _STATUS),
    Column.CAPITAL: Sample(14, "3500", "单位万元；也可以写 3.5亿、约2000、面议"),
    Column.ESTABLISHED_ON: Sample(14, "2016-09-02", "2016-09-02、2016/9/2、2016年9月2日 都可以"),
    Column.HEADCOUNT: Sample(8, "120", "整数"),
    Column.SCOPE: Sample(40, "光伏胶膜研发、生产、销售", "最多 5000 字"),
    Column.ORIGIN: Sample(16, "商会推荐", "谁介绍的，最多 60 字"),
    Column.ALIASES: Sample(16, "澜川", "几个名称用顿号隔开"),
    Column.FORMER_NAMES: Sample(24, "", "几个名称用顿号隔开"),
    Column.CONTACT: Sample(12, "贺晓冬", "几个人用顿号隔开，或另写在「第 2 位联系人」各列"),
    Column.CONTACT_POST: Sample(12, "总经理", "几个人的职务按同样的次序用顿号隔开"),
    Column.CONTACT_PHONE: Sample(16, "13812346021", "手机或带区号的座机，几个人的按同样的次序用顿号隔开"),
    Column.NOTES: Sample(24, "", "最多 2000 字。涉密信息不得录入"),
}
_SHOWN = (Column.NAME, Column.CREDIT_CODE, Column.CAPITAL, Column.ESTABLISHED_ON, Column.STATUS)


def _look_up(companies: Sequence[FoldedCompany], lock: bool) -> FoundCompanies:
    return queries.look_up([one.keys for one in companies if one.keys], lock=lock)


def _seen(folds: CompanyFolds) -> Seen:
    return Seen(folds.name_codes)


def _remark(layout: Layout) -> str:
    has_contacts = Column.CONTACT in layout.places
    return "已登记的联系人不会改：职务不同的会列出来，电话不比对" if has_contacts else ""


def _may_restore(actor: Actor) -> bool:
    return actor.may(Permission.ENTERPRISES_ARCHIVE)


COMPANIES = Target(
    code="enterprises",
    vocabulary=VOCABULARY,
    meanings=tuple(
        Meaning(column.value, column.label, is_shown=column in _SHOWN, is_personal=column in people.COLUMNS)
        for column in Column
    ),
    template=_TEMPLATE,
    switches=(
        Switch(
            ACCEPT_CODES,
            "信用代码校验不对也写入，并标「代码无误」",
            "实际登记中有极少数信用代码最后一位不符合规则",
        ),
    ),
    reads=Reads(row=read_row, book=queries.codebook, fold=CompanyFolds.of, join=fold),
    judges=Judges(look_up=_look_up, judge=judge, seen=_seen),
    writes=CompanyWriter,
    takes_back=TakesBack(touched=touched_ids, assess=undoing.assess, undo=undoing.undo),
    shows=Shows(
        named=queries.named,
        in_words=said_of,
        page="enterprises.detail",
        home="enterprises.index",
        home_label="看企业库",
        home_icon="building",
        known_by="信用代码或名称相同",
        told_apart_by="信用代码不同",
        beside=((Column.CREDIT_CODE,), (Column.REGION, Column.CITY), (Column.CAPITAL,)),
        remark=_remark,
        archived=queries.archived_among,
        may_restore=_may_restore,
    ),
    follows=placements.ask,
)
