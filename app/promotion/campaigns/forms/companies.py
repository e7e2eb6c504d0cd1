"""What is typed about the companies of a campaign."""

from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    ChoicesField,
    PersonField,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.core.web.tables import list_file_field
from app.promotion.campaigns.enums import CampaignResult, MarkKind
from app.promotion.campaigns.models import CampaignIntroducer, CampaignMark, CampaignTarget, RouteStop
from app.register.enterprises.forms import CompanyField

_SELF = [("", "我自己")]
_PERSON, _NAME = label_of(CampaignIntroducer.person_id), label_of(CampaignIntroducer.name)
_SHARE = label_of(CampaignIntroducer.share)


class AddCompanyForm(CompanyField, BaseForm):
    """One company joins."""

    owner = PersonField(label_of(CampaignTarget.owner_id), [Optional()], choices=_SELF)


class PasteForm(BaseForm):
    """Many companies join, a line each, as copied from a table."""

    names = text_field(
        "企业名称或信用代码，一行一家",
        12_000,
        required="贴上企业，一行一家",
        hint="从 Excel 里复制一列贴过来；库里没有的先登记或导入",
        rows=12,
    )
    file = list_file_field("企业")
    owner = PersonField(label_of(CampaignTarget.owner_id), [Optional()], choices=_SELF)


class JoinForm(BaseForm):
    """Several companies join at once."""

    campaign = ChoiceField(label_of(CampaignTarget.campaign_id), [DataRequired("选一场定向招商")])
    owner = PersonField(label_of(CampaignTarget.owner_id), [Optional()], choices=_SELF)


class PlanForm(VersionedForm):
    """一企一策."""

    owner = PersonField(label_of(CampaignTarget.owner_id), [DataRequired("选负责人")])
    why = text_field(label_of(CampaignTarget.why), 1000, hint="补哪个环节、为什么是现在")
    known = text_field(label_of(CampaignTarget.known), 1000, hint="谁能引见、以前谁谈过")
    offer = text_field(label_of(CampaignTarget.offer), 1000, hint="本地买家、场地、配套；给普遍适用的条件")
    never_offer = text_field(label_of(CampaignTarget.never_offer), 1000, hint="去之前说清楚，谈的时候不越线")
    next_action = text_field(label_of(CampaignTarget.next_action), 1000, hint="先找谁、什么时候、带什么去")


class IntroducersForm(VersionedForm):
    """One or two introducers; the shares come to 100."""

    first_person = PersonField(_PERSON, [Optional()], choices=[("", "不是我方人员")])
    first_name = line_field(_NAME, 60, hint="乡贤、校友、商会等")
    first_share = count_field(_SHARE, 100, unit="%")
    second_person = PersonField(_PERSON, [Optional()], choices=[("", "不是我方人员")])
    second_name = line_field(_NAME, 60, hint="没有第二位就空着")
    second_share = count_field(_SHARE, 100, unit="%")


class MarkForm(BaseForm):
    """Something with a company that no visit and no lead tells."""

    kind = Radios(label_of(CampaignMark.kind), [InputRequired("选做了什么")], choices=MarkKind.choices())
    marked_on = date_field(label_of(CampaignMark.marked_on), required="选哪天")
    words = line_field(label_of(CampaignMark.words), 200, hint="例如：推介会请柬寄给了总经理办公室")


class SettleForm(BaseForm):
    """What came of the companies that were ticked."""

    result = Radios(
        label_of(CampaignTarget.result), [InputRequired("选结果")], choices=CampaignResult.choices()
    )
    result_note = line_field(label_of(CampaignTarget.result_note), 200, hint="为什么、下一步归谁，一句话")


class RouteForm(BaseForm):
    """Companies are put on a day of the route."""

    stop_on = date_field(label_of(RouteStop.stop_on), required="选哪天去")
    companies = ChoicesField(
        label_of(RouteStop.row_id),
        [Optional()],
        description="可以选几家；先后在上面用「提前」「推后」调",
        render_kw={"data-people": "企业的名称", "data-none": "这场里没有这家企业"},
    )
    note = line_field(label_of(RouteStop.note), 120, hint="例如：上午先去，停车在北门")
