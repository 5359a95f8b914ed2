"""The house keeps its rules: style, types, arrows, sizes, words."""

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from iqs_tui import locale, locations

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "iqs_tui").rglob("*.py"))
BIN = Path(sys.executable).parent
HOME = ("app", "screens.home", *(f"widgets.{name}_panel" for name in ("reject", "dose", "scanner", "scoring")))
"""What a kiosk loads before the first key."""
NEVER_AT_HOME = ("numpy", "scipy", "pyarrow", "plotext", "textual_plotext", "PIL", "textual_image", "jinja2")


def run(*command: str) -> None:
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_the_code_is_formatted() -> None:
    run("ruff", "format", "--no-cache", "--check", ".")


def test_mypy_is_content() -> None:
    run("mypy")


def test_the_arrows_point_one_way() -> None:
    run("lint-imports", "--no-cache")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400, "a room with many jobs"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            limit = 200 if node.name == "IqsApp" else 300
            assert _length(node) <= limit, f"class {node.name}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert _length(node) <= 50, f"function {node.name}"


def _length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_both_languages_have_every_word_with_the_same_blanks(language: str) -> None:
    nl, other = locale.catalogue("nl"), locale.catalogue(language)
    assert set(nl) == set(other)
    for key in nl:
        assert _blanks(nl[key]) == _blanks(other[key]), key


def test_every_word_that_the_code_asks_for_is_there() -> None:
    words = locale.catalogue("nl")
    for path in MODULES:
        for key in re.findall(r"""\bt\(\s*"([a-z_]+\.[a-z0-9_.]+)\"""", path.read_text(encoding="utf-8")):
            assert key in words, f"{path.relative_to(ROOT)}: {key}"


def test_no_word_is_there_for_nothing() -> None:
    pages = (ROOT / "iqs_tui").rglob("*.html")
    source = "\n".join(path.read_text(encoding="utf-8") for path in (*MODULES, *pages))
    asked_for = {key.removesuffix("_one") for key in locale.catalogue("nl")}
    unused = [key for key in asked_for if key not in source and not _is_made_up(key, source)]
    assert unused == []


def _is_made_up(key: str, source: str) -> bool:
    """Say whether the code makes this key from parts: f"scanner.state_{state}", or f"scoring.{part}" with "part"."""
    subject, _, rest = key.partition(".")
    starts = [key[:end] for end in range(len(subject) + 2, len(key))]
    if any(f"f{quote}{start}{{" in source for start in starts for quote in "\"'"):
        return True
    return any(f"f{quote}{subject}.{{" in source for quote in "\"'") and f'"{rest}"' in source


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("iqs_tui.ui.app", ["pydicom", "pynetdicom", "httpx", "fastapi", "uvicorn", "pyarrow", "numpy", "jinja2"]),
        *((f"iqs_tui.ui.{part}", [*NEVER_AT_HOME]) for part in HOME),
        ("iqs_tui.node", ["textual", "fastapi", "uvicorn", "pyarrow"]),
        ("iqs_tui.central", ["textual", "pydicom", "pynetdicom", "pyarrow"]),
        ("iqs_tui.domain.cases", ["textual", "pydicom", "peewee", "msgspec"]),
        ("iqs_tui.cli", ["textual", "pydicom", "peewee", "httpx", "fastapi", "pyarrow"]),
    ],
)
def test_what_a_process_never_loads(module: str, never: list[str]) -> None:
    code = f"import sys, {module}; print(','.join(sorted({never!r} & sys.modules.keys())))".replace(
        f"{never!r} &", f"set({never!r}) &"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_ships_is_found() -> None:
    for parts in (("config.toml",), ("styles", "base.tcss"), ("db", "reference", "reasons.toml"), ("db", "migrations")):
        assert locations.shipped(*parts).exists(), parts


def test_the_dependencies_say_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for block in re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            assert re.search(r'",\s+# \w', line), line


def test_the_constraints_name_no_addresses() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_]+( ; .+)?|#.*|", line), line
