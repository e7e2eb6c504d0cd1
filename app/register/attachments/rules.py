"""How many files a record may have, and how large one is in words. Pure."""

MOST = 50  # more are a cabinet, in which nobody finds anything
_KB = 1024


def why_no_more(count: int) -> str | None:
    """Why a record with so many files takes no more; None while it does."""
    return f"已有 {count} 个附件，最多 {MOST} 个；先取下不用的" if count >= MOST else None


def size_in_words(byte_count: int) -> str:
    """`820 KB`, `1.4 MB`."""
    if byte_count < _KB * _KB:
        return f"{max(1, round(byte_count / _KB)):,} KB"
    return f"{byte_count / _KB / _KB:.1f} MB"
