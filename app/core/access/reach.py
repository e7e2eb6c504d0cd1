"""How far a person sees. Pure, so that rules may use it."""

from enum import IntEnum


class Reach(IntEnum):
    """Each step contains the one before."""

    NONE = 0
    OWN = 1
    TEAM = 2
    UNIT = 3
    COUNTY = 4
