"""What makes two companies the same, whether a credit code holds, how a phone number is shown. Pure."""

from app.register.enterprises.rules.codes import CODE_LENGTH, CodeCheck, check_credit_code, codes_differ
from app.register.enterprises.rules.names import (
    HEAD_LENGTH,
    NAME_LENGTH,
    Likeness,
    core_key,
    differ_in_form_alone,
    likeness_of_cores,
    name_key,
    name_problem,
    places_agree,
    places_of,
)
from app.register.enterprises.rules.reach import (
    LOST_DIGITS,
    LOST_ZERO,
    MANY_NUMBERS,
    MOST_NUMBERS,
    dialled,
    masked_email,
    masked_phone,
    read_phone,
    tells_who,
)

__all__ = [
    "CODE_LENGTH",
    "CodeCheck",
    "HEAD_LENGTH",
    "LOST_DIGITS",
    "LOST_ZERO",
    "Likeness",
    "MANY_NUMBERS",
    "MOST_NUMBERS",
    "NAME_LENGTH",
    "check_credit_code",
    "codes_differ",
    "core_key",
    "dialled",
    "differ_in_form_alone",
    "likeness_of_cores",
    "masked_email",
    "masked_phone",
    "name_key",
    "name_problem",
    "places_agree",
    "places_of",
    "read_phone",
    "tells_who",
]
