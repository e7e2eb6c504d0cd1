"""The form of a campaign."""

from wtforms.validators import DataRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import (
    ChoiceField,
    ChoicesField,
    PersonField,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.queries import codes_meant
from app.promotion.leads.enums import LeadSource

_MOST = 10_000


class CampaignForm(VersionedForm):
    """A campaign, new or changed."""

    name = line_field(label_of(Campaign.name), 120, required="写一个名称，例如：储能产业链长三角敲门行动")
    method = ChoiceField(
        label_of(Campaign.method),
        [DataRequired("选招商方式")],
        choices=[("", "请选择"), *LeadSource.choices()],
    )
    chain = ChoiceField(label_of(Campaign.chain_id), [Optional()], choices=[("", "不限")])
    theme = line_field(label_of(Campaign.theme), 60, hint="不按产业链时写，例如：苏州外资再投资")
    region = line_field(
        label_of(Campaign.region_codes),
        200,
        hint="几个地方用顿号隔开，例如：苏州市、无锡市",
        meaning=codes_meant,
    )
    first_on = date_field(label_of(Campaign.first_on), required="选第一天")
    last_on = date_field(label_of(Campaign.last_on), required="选最后一天")
    owner = PersonField(label_of(Campaign.owner_id), [DataRequired("选负责人")], choices=[("", "请选择")])
    parts = ChoicesField(
        "参加的单位和驻点组",
        [Optional()],
        description="参加的单位和组看得到这场定向招商；负责人所在的不用再选",
        render_kw={"data-people": "单位或驻点组的名称", "data-none": "没有这个单位"},
    )
    goal_visits = count_field(label_of(Campaign.goal_visits), _MOST, hint="没有定就空着")
    goal_leads = count_field(label_of(Campaign.goal_leads), _MOST)
    goal_talks = count_field(label_of(Campaign.goal_talks), _MOST)
    goal_signed = count_field(label_of(Campaign.goal_signed), _MOST)
    goal_amount = amount_field(
        label_of(Campaign.goal_amount), only_figures=True, hint="正式协议的计划总投资合计；没有定就空着"
    )
    fund_name = line_field(label_of(Campaign.fund_name), 120)
    fund_manager = line_field(label_of(Campaign.fund_manager), 120)
    scenario = line_field(label_of(Campaign.scenario), 200, hint="例如：园区屋顶光伏和储能示范")
    scenario_unit = line_field(label_of(Campaign.scenario_unit), 120)
    agency = line_field(label_of(Campaign.agency), 120)
    agency_until = date_field(label_of(Campaign.agency_until))
    notes = text_field(label_of(Campaign.notes), 2000, hint="怎么选的企业、怎么分工，没有就空着")
