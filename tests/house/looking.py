"""What a page looks like to axe, and to a thumb: faults as sentences, in both themes and at both widths."""

import json
from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.services.chromium import DESK, PHONE

GRAVE = frozenset({"serious", "critical"})
FRAME = (".sidebar", ".topbar", ".phone-bar")  # the same on all pages, but for the entry that is lit
WIDTHS: dict[str, ViewportSize] = {"desk": DESK, "phone": PHONE}
COLOURS = ("color-contrast", "link-in-text-block")  # all that a theme changes

_FOLDED_OUT = "document.querySelectorAll('details:not(.menu)').forEach(fold => { fold.open = true; })"
_STILL = "document.getAnimations().forEach(motion => motion.finish())"
_AXE = "([context, options]) => axe.run(context, options).then(found => found.violations)"


_TARGETS = "a[href], button, summary, input:not([type=hidden]), select, textarea"
_ELSEWHERE = ".skip, .drawer-shade, [tabindex='-1'], .sidebar *"  # for keys alone, or behind the menu button
# A link within a sentence is part of it: its lines stand no further apart than those of a book.
_SMALL = """([targets, elsewhere, least]) => {
    const text = node => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
    const inSentence = element => element.tagName === "A" && getComputedStyle(element).display === "inline"
        && [...element.parentElement.childNodes].some(text);
    const touched = element =>
        (/checkbox|radio/.test(element.type) && element.closest("label")) || element;
    const name = element =>
        (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
    return [...document.querySelectorAll(targets)]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .filter(element => !element.matches(elsewhere) && !inSentence(element))
        .map(element => [element, touched(element).getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && Math.min(box.height, box.width) < least - 0.5)
        .map(([element, box]) => `${element.tagName.toLowerCase()}.${element.className} `
            + `「${name(element).slice(0, 20)}」 ${Math.round(box.width)}×${Math.round(box.height)}`);
}"""


def small_targets(page: Page, least: int = 44) -> list[str]:
    """What a thumb would miss: links, buttons and boxes of fewer pixels than `least`, at phone width."""
    page.set_viewport_size(PHONE)
    found: list[str] = page.evaluate(_SMALL, [_TARGETS, _ELSEWHERE, least])
    return found


def grave_faults(
    page: Page, *, without: tuple[str, ...] = (), widths: Iterable[str] = WIDTHS, dark: bool = True
) -> list[str]:
    """What axe calls serious or critical on the page as it stands, folded parts open; parts may be left out,
    a width, and the dark theme.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(_FOLDED_OUT)
    found = []
    for name in widths:
        page.set_viewport_size(WIDTHS[name])
        _show(page, "light")
        found += [f"{name} light: {fault}" for fault in _violations(page, without)]
        if dark:
            _show(page, "dark")
            found += [f"{name} dark: {fault}" for fault in _violations(page, without, COLOURS)]
    return found


def _show(page: Page, theme: Literal["light", "dark"]) -> None:
    """Without motion: in the midst of a change of colours no contrast is what it will be."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(_STILL)


def _violations(page: Page, without: tuple[str, ...], only: tuple[str, ...] = ()) -> list[str]:
    context = {"exclude": [[part] for part in without]}
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    violations = page.evaluate(_AXE, [context, options])
    return [
        f"{found['id']} {json.dumps(node['target'], ensure_ascii=False)} {node['html'][:120]}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]
