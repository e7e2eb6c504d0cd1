"""Forms of enterprises and contacts: shape and labels of what people type."""

from app.register.enterprises.forms.companies import CompanyField, EnterpriseForm, RestoreForm, edit_form
from app.register.enterprises.forms.contacts import ContactForm
from app.register.enterprises.forms.erasing import AnswerForm, ConfirmErasingForm, ErasureForm

__all__ = [
    "AnswerForm",
    "CompanyField",
    "ConfirmErasingForm",
    "ContactForm",
    "EnterpriseForm",
    "ErasureForm",
    "RestoreForm",
    "edit_form",
]
