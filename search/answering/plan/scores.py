"""What each way of being found is worth, in one place, so that they can be weighed against each other."""

# A score from here on means that the whole query is a key of the record. Text scores are weighted down to
# stay far below it; it is still small enough for 32-bit scores to tell records apart.
EXACT_SCORE = 10_000.0
# The key fits once the query's region or legal form is left out.
LOOSE_KEY_SCORE = 1_000.0
# The key is a name of what the record hangs on: behind whatever bears it, before what only mentions it.
ABOUT_SCORE = 500.0
TERM_KEY_SCORE = 5.0
PLACE_SCORE = 0.05
SOUND_SCORE = 0.5
MISREAD_SCORE = 0.05
# A name that begins with the one character that was typed.
BEGINS_SCORE = 2.0
# Of what is alike, names that sound the same are always looked at.
SAID_KEY_SCORE = 100.0
# About what a rare pair of neighbours is worth.
GAPPED_SCORE = 8.0
# Of more names than are looked at, those of the place that was typed are.
THERE_SCORE = 10.0
# Beside the county's words: a record named as typed stands before one whose whole key is another term of the
# group, then come records that say what was typed anywhere, then names, then texts that say the other terms.
TYPED_NAME_SCORE = 20.0
TYPED_SCORE = 10.0
OTHER_KEY_SCORE = 16.0
OTHER_ABOUT_SCORE = 4.0
OTHER_NAME_SCORE = 3.0
OTHER_TEXT_SCORE = 1.0
# Letters as the county reads a word: a little behind letters as software reads them.
HEARD_KEY_SCORE = 400.0
HEARD_SCORE = 0.4
HEARD_INITIALS_WEIGHT = 0.15
NAME_WEIGHT = 0.3
SHORT_WEIGHT = 0.4
TEXT_WEIGHT = 0.1
INITIALS_WEIGHT = 0.2
# What is wanted by words and codes: a name that says it says more than a text; a code that fits, about as
# much as one rare word of a text.
WANTED_NAME_WEIGHT = 1.5
WANTED_TEXT_WEIGHT = 1.0
WANTED_INDUSTRY_SCORE = 12.0
