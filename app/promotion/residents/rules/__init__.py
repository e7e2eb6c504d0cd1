"""What cannot be said of teams and of their days. Pure."""

from app.promotion.residents.rules.duty import (
    CITY_KEPT,
    ON_DUTY,
    days_meant,
    kind_of_day,
    problems_of_check,
    problems_of_duty,
    to_fill,
    week_of,
)
from app.promotion.residents.rules.teams import (
    MOST_REGIONS,
    MOST_THINGS,
    MUNICIPALITIES,
    Membership,
    problems_of_association,
    problems_of_days,
    problems_of_rotation,
    problems_of_things,
)

__all__ = [
    "CITY_KEPT",
    "MOST_REGIONS",
    "MOST_THINGS",
    "MUNICIPALITIES",
    "Membership",
    "ON_DUTY",
    "days_meant",
    "kind_of_day",
    "problems_of_association",
    "problems_of_check",
    "problems_of_days",
    "problems_of_duty",
    "problems_of_rotation",
    "problems_of_things",
    "to_fill",
    "week_of",
]
