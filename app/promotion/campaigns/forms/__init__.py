"""Shape and labels of what is typed about campaigns."""

from app.promotion.campaigns.forms.campaigns import CampaignForm
from app.promotion.campaigns.forms.companies import (
    AddCompanyForm,
    IntroducersForm,
    JoinForm,
    MarkForm,
    PasteForm,
    PlanForm,
    RouteForm,
    SettleForm,
)

__all__ = [
    "AddCompanyForm",
    "CampaignForm",
    "IntroducersForm",
    "JoinForm",
    "MarkForm",
    "PasteForm",
    "PlanForm",
    "RouteForm",
    "SettleForm",
]
