"""Shape and labels of what is typed about leads. Fields that store are named like the column they fill."""

from app.promotion.leads.forms.access import AccessForm
from app.promotion.leads.forms.agreements import (
    AgreementForm,
    AskReviewForm,
    ConclusionOfReviewForm,
    PaperReviewForm,
)
from app.promotion.leads.forms.archiving import ArchiveLeadForm, VoidForm
from app.promotion.leads.forms.fields import (
    AssessmentForm,
    ConclusionForm,
    EditLeadForm,
    FirstTalkForm,
    NewLeadForm,
    SummaryForm,
)
from app.promotion.leads.forms.moves import (
    AssignForm,
    CorrectLeadForm,
    MoveLeadForm,
    MoveManyForm,
    RegistrationDayForm,
)
from app.promotion.leads.forms.stage_sets import StageSetForm, clock_field

__all__ = [
    "AccessForm",
    "AgreementForm",
    "ArchiveLeadForm",
    "AskReviewForm",
    "AssessmentForm",
    "AssignForm",
    "ConclusionForm",
    "ConclusionOfReviewForm",
    "CorrectLeadForm",
    "EditLeadForm",
    "FirstTalkForm",
    "MoveLeadForm",
    "MoveManyForm",
    "NewLeadForm",
    "PaperReviewForm",
    "RegistrationDayForm",
    "StageSetForm",
    "SummaryForm",
    "VoidForm",
    "clock_field",
]
