"""Templates and own front-end files keep to the content security policy and reach no outside address; no line
of a template has to be scrolled, and every class that one names is there for something.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"

FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a style block": r"<style\b",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an inline event handler": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
}
# An XML namespace is a name, not an address.
NAMESPACES = re.compile(r"http://www\.w3\.org/[\w/#.-]+")
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", flags=re.IGNORECASE)
LONGEST = 140  # characters of a line
JINJA_COMMENT = re.compile(r"\{#.*?#\}", flags=re.DOTALL)


JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", flags=re.DOTALL)
CLASSES = re.compile(r'class="([^"]*)"')


def classes_named(text: str) -> set[str]:
    """The classes that a template writes out; those that it puts together are another's to say."""
    plain = CLASSES.findall(JINJA.sub("§", text))
    return {word for each in plain for word in each.split() if "§" not in word}


def faults_of_template(text: str) -> list[str]:
    shown = JINJA_COMMENT.sub("", text)
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, shown, flags=re.IGNORECASE)]
    return found + outside_addresses(shown)


def long_lines(text: str) -> list[int]:
    """The numbers of the lines that are too long."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if len(line) > LONGEST]


def outside_addresses(text: str) -> list[str]:
    return [f"an outside address: {found}" for found in OUTSIDE.findall(NAMESPACES.sub("", text))]


def test_every_class_has_a_rule_or_somebody_who_looks_for_it() -> None:
    rules = "\n".join(path.read_text(encoding="utf-8") for path in own_files() if path.suffix == ".css")
    looking = [path for path in own_files() if path.suffix == ".js"] + sorted((ROOT / "tests").rglob("*.py"))
    known = set(re.findall(r"\.([A-Za-z][\w-]*)", rules))
    known |= set(
        re.findall(r"[A-Za-z][\w-]*", "\n".join(path.read_text(encoding="utf-8") for path in looking))
    )
    named = {path: classes_named(path.read_text(encoding="utf-8")) for path in TEMPLATES.rglob("*.html")}
    assert {path.name: words - known for path, words in named.items() if words - known} == {}


def test_a_class_without_a_rule_is_caught() -> None:
    planted = (
        '<p class="pre-lines{{ " wide" if wide }} small">{{ words }}</p><i class="tag tag-{{ kind }}"></i>'
    )
    assert classes_named(planted) == {"small", "tag"}
    assert classes_named('<p class="pre-lines small">') == {"pre-lines", "small"}


def own_files() -> list[Path]:
    """Style sheets, scripts and pictures written here; not what set-up copied from packages."""
    kinds = {".css", ".js", ".svg"}
    return [path for path in STATIC.rglob("*") if path.suffix in kinds and "vendor" not in path.parts]


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    assert faults_of_template(path.read_text(encoding="utf-8")) == []


def test_a_line_of_a_template_can_be_read_without_scrolling() -> None:
    long = {
        str(path.relative_to(TEMPLATES)): long_lines(path.read_text(encoding="utf-8"))
        for path in TEMPLATES.rglob("*.html")
    }
    assert {name: lines for name, lines in long.items() if lines} == {}


def test_a_long_line_of_a_template_is_noticed() -> None:
    assert long_lines(f"<p>一</p>\n<p>{'二' * LONGEST}</p>\n{'三' * LONGEST}") == [2]


def test_own_styles_and_scripts_reach_no_outside_address() -> None:
    files = own_files()
    assert files
    found = {str(path): outside_addresses(path.read_text(encoding="utf-8")) for path in files}
    assert {path: addresses for path, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("<script>alert(1)</script>", "an inline script"),
        ("<script type='module'>x()</script>", "an inline script"),
        ("<style>a{}</style>", "a style block"),
        ('<p class="x" style="color:red">', "a style attribute"),
        ('<a onclick="go()">', "an inline event handler"),
        ('<a href="javascript:go()">', "a javascript: address"),
        ('<link href="https://cdn.example.com/a.css">', "an outside address: https://cdn.example"),
        ('<script src="//cdn.example.com/a.js"></script>', "an outside address: //cdn.example"),
    ],
)
def test_a_planted_fault_is_found(planted: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_of_template(planted))


@pytest.mark.parametrize(
    "text",
    [
        "<script defer src=\"{{ asset('site.js') }}\"></script>",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '{# style="x" is refused #}<p data-style="calm">',
    ],
)
def test_what_is_allowed_passes(text: str) -> None:
    assert faults_of_template(text) == []
