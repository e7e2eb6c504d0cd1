"""In which ways a backend fails."""


class SearchUnavailable(Exception):
    """The index cannot answer now: missing, damaged, busy, or built by another version of the analysis."""


class NeedsRebuild(SearchUnavailable):
    """The index is gone, damaged or outdated: only a rebuild helps."""


class IndexOutdated(NeedsRebuild):
    """The index was built by another version of the analysis."""


class ReadingCutOff(SearchUnavailable):
    """What was being read from end to end has gone, most often because a rebuild put another in its place:
    reading from the start helps.
    """


class WrongServer(SearchUnavailable):
    """What answers is no engine that this program can use: waiting does not help. The text names it and the
    cure.
    """


class DocumentRefused(Exception):
    """The engine will never take this document as it is, however often it is sent."""
