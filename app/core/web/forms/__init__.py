"""Base form and field kinds: every text is cleaned and bounded before any rule or table sees it."""

from app.core.web.forms.amounts import amount_field, yuan_field
from app.core.web.forms.base import BaseForm, Unseen, VersionedForm, VersionField, seen_version
from app.core.web.forms.choices import (
    ChoiceField,
    ChoicesField,
    Flag,
    PeopleField,
    PersonField,
    Radios,
    whole_name,
)
from app.core.web.forms.days import date_field
from app.core.web.forms.texts import (
    UnseenPhone,
    count_field,
    line_field,
    text_field,
    unseen_phone_field,
    written_unseen,
)
from app.core.web.forms.uploads import UploadField, upload_field

__all__ = [
    "BaseForm",
    "Flag",
    "ChoiceField",
    "PeopleField",
    "PersonField",
    "Radios",
    "ChoicesField",
    "Unseen",
    "UnseenPhone",
    "unseen_phone_field",
    "written_unseen",
    "UploadField",
    "VersionField",
    "VersionedForm",
    "amount_field",
    "count_field",
    "date_field",
    "line_field",
    "seen_version",
    "text_field",
    "upload_field",
    "whole_name",
    "yuan_field",
]
