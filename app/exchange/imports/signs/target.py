"""Signs as a kind of row that can be imported: the value by which the engine knows them."""

from collections.abc import Mapping

from app.exchange.imports.signs import queries, undoing
from app.exchange.imports.signs.columns import VOCABULARY
from app.exchange.imports.signs.enums import SignColumn
from app.exchange.imports.signs.rules import judge, read_row, seen
from app.exchange.imports.signs.writing import SignWriter, in_words_of
from app.exchange.imports.targets import Judges, Meaning, Reads, Sample, Shows, TakesBack, Target
from app.register.signs.enums import SignKind

_KINDS = tuple(kind.label for kind in SignKind)
_TEMPLATE: Mapping[str, Sample] = {
    SignColumn.COMPANY: Sample(
        32, "示例：苏州澜川新材料有限公司", "必填。写营业执照上的全称，库里要有这家企业"
    ),
    SignColumn.CREDIT_CODE: Sample(22, "", "18 位，按文本填写。有几家企业同名时要写"),
    SignColumn.KIND: Sample(12, "融资", "必填。从下拉里选", _KINDS),
    SignColumn.HAPPENED_ON: Sample(14, "2026-03-02", "必填。2026-03-02、2026/3/2、2026年3月2日 都可以"),
    SignColumn.WHAT: Sample(44, "完成 B 轮融资，用于二期厂房", "必填。一句话，最多 200 字"),
    SignColumn.AMOUNT: Sample(14, "12000", "单位万元；也可以写 1.2亿。没有就空着"),
    SignColumn.SOURCE: Sample(20, "公司公告", "必填。从哪里知道的，最多 200 字"),
    SignColumn.SOURCE_URL: Sample(30, "", "网页地址，以 http:// 或 https:// 开头，没有就空着"),
}
_SHOWN = (SignColumn.COMPANY, SignColumn.KIND, SignColumn.HAPPENED_ON, SignColumn.WHAT)

SIGNS = Target(
    code="signs",
    vocabulary=VOCABULARY,
    meanings=tuple(Meaning(column.value, column.label, is_shown=column in _SHOWN) for column in SignColumn),
    template=_TEMPLATE,
    reads=Reads(row=read_row),
    judges=Judges(look_up=queries.look_up, judge=judge, seen=seen),
    writes=SignWriter,
    takes_back=TakesBack(touched=undoing.touched, assess=undoing.assess, undo=undoing.undo),
    shows=Shows(
        named=queries.named,
        in_words=in_words_of,
        page="signs.detail",
        home="signs.index",
        home_label="看扩张迹象",
        home_icon="trending-up",
        known_by="企业、类别、发生日期和内容相同",
        told_apart_by="归档状态不同",
        beside=((SignColumn.HAPPENED_ON,), (SignColumn.KIND,), (SignColumn.WHAT,)),
    ),
)
