"""Text as it comes in: composed, without control characters, within bounds. The one layer before the ORM."""

import re
import unicodedata

# C0 and C1 controls except tab and newline, bidirectional overrides, zero-width marks.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """NFC, newlines as \\n, no controls, no lone surrogates, no space at the ends."""
    # Nearly every text: none of the unwanted is printable, nor any white space but the plain one.
    if text.isprintable():
        return unicodedata.normalize("NFC", text).strip()
    text = _SURROGATES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text)).strip()


def clean_line(text: str) -> str:
    """The same, on one line."""
    cleaned = clean_text(text)
    if cleaned.isprintable() and "  " not in cleaned:
        return cleaned
    return re.sub(r"\s+", " ", cleaned)
