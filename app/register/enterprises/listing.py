"""The company library as a list, declared."""

from sqlalchemy import true

from app.core.records.columns import ListColumn, day, leading, money, of
from app.core.records.filters import Text, choice
from app.core.records.listing import Listing
from app.core.records.tabs import View
from app.core.values.money import in_wan
from app.register.accounts.enums import Permission
from app.register.enterprises import queries, showing
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.models import Enterprise
from app.register.reference.filters import ByIndustry, ByRegion
from app.register.tags.filters import ByTag

ENTERPRISES = Listing(
    model=Enterprise,
    title="企业库",
    counter="家",
    reads=Permission.ENTERPRISES_READ,
    takes=Permission.LISTS_EXPORT,
    visible=lambda _actor: true(),
    load=queries.load,
    shown=queries.listed,
    filters=(
        Text(name="q", label="名称或代码", holds=queries.by_text, hint="名称、别名、信用代码"),
        ByRegion(column=Enterprise.region_code),
        ByIndustry(column=Enterprise.industry_code),
        choice(Enterprise.status, EnterpriseStatus),
        ByTag(column=Enterprise.public_id),
    ),
    views={
        "all": View("全部", queries.in_use),
        "mine": View("我登记的", queries.registered_by),
        "archived": View("已归档", queries.archived),
    },
    sorted_by="-updated",
    columns=(
        leading(Enterprise.name, sorts=True),
        of(Enterprise.credit_code, kind="nowrap", on_page=False),
        of(Enterprise.region_code, lambda row: row.region, width="name", phone="note"),
        of(Enterprise.industry_code, lambda row: row.industry, width="name", phone="next"),
        money(Enterprise.capital, in_wan, "万元", written=Enterprise.capital_text),
        day(Enterprise.established_on, sorts=True),
        of(Enterprise.status, showing.status, width="narrow", phone="stage"),
        ListColumn(
            key="contacted",
            label="最近联系",
            cell=lambda row: row.contacted,
            kind="date",
            width="date",
            phone="light",
            unknown="没有联系",
        ),
        day(Enterprise.updated_at, sorts=True, on_paper=False),
    ),
)
