"""What a phone photographs: a QR code as inline SVG, since pages allow no picture from elsewhere."""

import segno
from markupsafe import Markup


def code_to_scan(told: str, *, scale: int | None = None) -> Markup:
    """Dark on white in both themes: scanners know no other. Without a scale it is as wide as its place."""
    drawn = segno.make(told, error="m", micro=False)
    svg = drawn.svg_inline(
        scale=scale or 1, border=3, light="#fff", svgclass=None, lineclass=None, omitsize=scale is None
    )
    return Markup(svg)  # noqa: S704 - made here, of digits and a path alone
