"""How many tags there may be, and how long a name. Pure."""

LONGEST = 12
MOST_OF_KIND = 40  # more are no longer words that everybody knows
MOST_ON_RECORD = 10
