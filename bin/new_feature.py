"""A new record feature from real code: `make new-feature NAME=trainings LABEL=业务培训`.

What lies in bin/sample_feature is a whole feature called samples, 样例. It is written under the new name, its
lines are added to the few places that know every feature, and what that came to is told. All of it is yours
to change; the guards are green before you begin.
"""

import argparse
import ast
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from setup import ROOT, VENV

SAMPLE = Path(__file__).with_name("sample_feature")
GROUPS = (
    "promotion",
    "delivery",
    "figures",
    "exchange",
    "finding",
    "office",
)  # above the steps, which it has
PARTS = {"promotion": "PROMOTION", "delivery": "DELIVERY", "figures": "FIGURES"}
NAME = re.compile(r"[a-z][a-z]+(_[a-z]+)*")


class Refused(Exception):
    """The message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the new feature is called: trainings, training, 业务培训, counted by 个, in which group."""

    name: str
    one: str
    label: str
    counter: str
    group: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """What stands in the sample, and what in its place, in this order."""
        camel = "".join(part.title() for part in self.one.split("_"))
        article = "an" if self.one[0] in "aeiou" else "a"
        return [
            (r"app([./])promotion([./])samples", rf"app\g<1>{self.group}\g<2>{self.name}"),
            (r"MenuPart\.PROMOTION", f"MenuPart.{PARTS.get(self.group, 'OFFICE')}"),
            (r"\ba([ _])sample", rf"{article}\g<1>sample"),
            (r"\bA sample", f"{article.title()} sample"),
            (r"samples", self.name),
            (r"SAMPLES", self.name.upper()),
            (r"Samples", self.name.capitalize().replace("_", " ")),
            (r"sample", self.one),
            (r"SAMPLE", self.one.upper()),
            (r"Sample", camel),
            (r"个(?=样例|\")", self.counter),
            (r"样例", self.label),
        ]

    def told(self, text: str) -> str:
        for pattern, word in self.words:
            text = re.sub(pattern, word, text)
        return text


def named(asked: argparse.Namespace) -> Named:
    """Raises Refused with what to type instead."""
    name, label, group = asked.name, asked.label, asked.group
    one = asked.one or (f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s"))
    if not NAME.fullmatch(name) or not NAME.fullmatch(one) or one == name:
        raise Refused("NAME 用小写英文复数，例如 NAME=trainings；单数不是去掉 s 的，再写 ONE=training")
    if not label or label.isascii():
        raise Refused("再写 LABEL，页面上怎么叫，例如 LABEL=业务培训")
    new = Named(name, one, label, asked.counter, group)
    is_taken = any(path.name == name for path in asked.root.glob("app/*/*"))
    if is_taken or _classes(asked.root) & {new.told(each) for each in _classes(SAMPLE)}:
        raise Refused(f"已经有 {name} 了，换一个名字")
    return new


def _classes(root: Path) -> set[str]:
    paths = [path for folder in ("app", "search") for path in (root / folder).rglob("*.py")]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def write(new: Named, root: Path) -> list[Path]:
    """Its own files."""
    head = (root / "migrations" / "HEAD").read_text(encoding="utf-8").strip()
    number = f"{int(head) + 1:04}"
    written = []
    for source in sorted(path for path in SAMPLE.rglob("*") if path.suffix in (".py", ".html")):
        target = root / new.told(source.relative_to(SAMPLE).as_posix()).replace("0000", number)
        text = new.told(source.read_text(encoding="utf-8"))
        text = text.replace('"0000"', f'"{number}"').replace('"HEAD"', f'"{head}"')
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    (root / "migrations" / "HEAD").write_text(f"{number}\n", encoding="utf-8")
    return written


def joined(new: Named, root: Path) -> dict[Path, str]:
    """The places that know every feature, with its lines. Raises Refused where one has no room for them."""
    read, work = (f"{new.name.upper()}_{right}" for right in ("READ", "WRITE"))
    lines = {
        "app/factory.py": [
            (
                r"\nfrom config import",
                rf"\nfrom app.{new.group}.{new.name} import feature as {new.name}\g<0>",
            ),
            (rf"(    # {new.group}\n(?:    \w+\.FEATURE,\n)+)", rf"\g<1>    {new.name}.FEATURE,\n"),
        ],
        "pyproject.toml": [
            (rf'(id = "features-of-{new.group}"(?:\n.+)*?\nlayers = \[)', rf'\g<1>"{new.name}", '),
        ],
        "app/register/accounts/enums.py": [
            (
                r"    FUNNEL_READ =",
                (
                    rf'    {read} = "{read.lower()}", "看{new.label}"\n'
                    rf'    {work} = "{work.lower()}", "登记和修改{new.label}"\n\g<0>'
                ),
            )
        ],
        "app/register/accounts/rules/rights.py": [
            (r"        P\.FUNNEL_READ,", rf"        P.{read},\n\g<0>"),
            (r"    P\.ATTACHMENTS_WRITE,", rf"    P.{work},\n\g<0>"),
        ],
    }
    texts = {place: (root / place).read_text(encoding="utf-8") for place in lines}
    return {root / place: _with(place, texts[place], lines[place]) for place in lines}


def _with(place: str, text: str, lines: list[tuple[str, str]]) -> str:
    for pattern, new in lines:
        text, count = re.subn(pattern, new, text, count=1)
        if not count:
            raise Refused(f"{place} 里没有找到该写的地方，手工加：{new.strip()}")
    return text


def tidy(paths: list[Path], root: Path) -> None:
    """As ruff writes it, with imports in their order; and who gets to its routes, as a table to be read."""
    python = [str(path) for path in paths if path.suffix == ".py"]
    for verb in (["check", "--select", "I", "--fix"], ["format"]):
        subprocess.run([VENV / "bin" / "ruff", *verb, "--quiet", *python], cwd=root, check=True)
    subprocess.run([VENV / "bin" / "python", "-m", "tests.house.write_route_table"], cwd=root, check=True)


def count(paths: list[Path], root: Path) -> Counter[str]:
    """Lines by the folder in which they stand."""
    lines: Counter[str] = Counter()
    for path in paths:
        lines[path.relative_to(root).parts[0]] += path.read_text(encoding="utf-8").count("\n")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("label")
    parser.add_argument("--one", default="", help="singular, where it is not the plural without s")
    parser.add_argument("--counter", default="个", help="what such records are counted by: 个, 份, 场")
    parser.add_argument("--group", default="promotion", choices=GROUPS)
    parser.add_argument("--root", type=Path, default=ROOT, help="another copy of the project")
    asked = parser.parse_args()
    try:
        new = named(asked)
        places = joined(new, asked.root)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    written = write(new, asked.root)
    for path, text in places.items():
        path.write_text(text, encoding="utf-8")
    tidy([*written, *places], asked.root)
    lines = count(written, asked.root)
    told = "，".join(f"{folder} {number}" for folder, number in sorted(lines.items()))
    print(f"写好 {len(written)} 个文件，{lines.total()} 行（{told}）")
    print(f"改了 {len(places)} 处：")
    for path in places:
        print(f"  {path.relative_to(asked.root)}")
    print("由命令写出：migrations/HEAD，tests/house/route_table.py（逐行看一遍）")
    print(f"先写一句它是什么：app/{new.group}/{new.name}/__init__.py，迁移的第一行")
    print("接下来：改 models、forms、listing 和迁移，见 docs/how-to/add-a-feature.md；make check 一直是绿的")
    return 0


if __name__ == "__main__":
    sys.exit(main())
