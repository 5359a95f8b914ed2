"""The pages say what the program does: commands, options, record keys and config keys; their links lead somewhere."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iqs_tui import config
from iqs_tui.arguments import parser
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.store import export, status
from iqs_tui.store.importing import USER_COLUMNS

ROOT = Path(__file__).resolve().parents[1]
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


def commands(whole: argparse.ArgumentParser, name: str = "iqs-tui") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command with its full name."""
    yield name, whole
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield from commands(command, f"{name} {word}")


def options(command: argparse.ArgumentParser) -> set[str]:
    """Return the options that its help shows, but for help itself."""
    return {
        name
        for action in command._actions
        if action.help != argparse.SUPPRESS
        for name in action.option_strings
        if name not in {"-h", "--help"}
    }


def section(name: str) -> str:
    """Return what stands under the heading that names something, up to the next one of its level or above."""
    heading = re.search(rf"^(##+) [^\n:]*\b{name}\b", COMMAND_LINE, re.MULTILINE)
    assert heading, f"docs/command-line.md has no heading for {name}"
    below = COMMAND_LINE[heading.end() :]
    return re.split(rf"^#{{2,{len(heading[1])}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def keys_in_tables(text: str) -> list[str]:
    """Return what stands in code in the first column of the tables."""
    first = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return re.findall(r"`([^`]+)`", " ".join(first))


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands(parser())])
def test_every_command_and_option_is_on_the_page(name: str, command: argparse.ArgumentParser) -> None:
    words = name.split()
    place = COMMAND_LINE if len(words) == 1 else section(words[1])
    assert len(words) < 3 or f"`{words[2]}" in place, name
    for option in options(command):
        assert re.search(rf"{option}\b", place), f"{name} {option}"


def test_the_page_shows_no_command_that_is_not_there() -> None:
    """Each example is parsed by the program's own parser."""
    examples = re.findall(r"^    (?:\$ )?(iqs-tui[^#\n]*)", COMMAND_LINE, re.MULTILINE)
    assert len(examples) > 12
    for example in examples:
        parser().parse_args(shlex.split(example)[1:])


@pytest.mark.parametrize("what", export.KINDS)
def test_every_record_key_is_on_the_page_and_no_other(what: str) -> None:
    assert sorted(keys_in_tables(section(what))) == sorted(export.keys(what))


def test_the_status_on_the_page_has_the_keys_of_the_program(db: Path) -> None:
    shown = re.search(r"^    (\{\n.*?^    \})$", section("status"), re.MULTILINE | re.DOTALL)
    assert shown
    page = json.loads(shown[1].replace("…", "null"))
    real = status.gather(db, ZoneInfo("Europe/Amsterdam"), datetime.now(UTC), is_clock_synchronised=None)
    assert _shape(page) == _shape(real)


def _shape(tree: object) -> object:
    return {key: _shape(value) for key, value in tree.items()} if isinstance(tree, dict) else None


def test_names_that_the_page_borrows_are_there() -> None:
    assert ",".join(USER_COLUMNS) in COMMAND_LINE
    assert "reject_note" in SCENARIOS
    for key in ("site.timezone", "listener.port", "listener.ae_title", "server.database"):
        assert key in COMMAND_LINE
        table, name = key.split(".")
        assert hasattr(getattr(config.Config(), table), name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_config_keys_that_a_page_names_are_there(page: Path) -> None:
    """`listener.strict`, `[retention]`: what a reader looks up in config.toml is in it."""
    settings = config.Config()
    text = page.read_text(encoding="utf-8")
    for table, name in re.findall(rf"`({'|'.join(settings.__struct_fields__)})\.([a-z_]+)", text):
        assert hasattr(getattr(settings, table), name), f"{table}.{name}"
    for name in re.findall(r"`(IQS_[A-Z_]+__[A-Z_]+)=", text):
        table, key = name.removeprefix("IQS_").lower().split("__")
        assert hasattr(getattr(settings, table), key), name


def test_every_scenario_is_on_the_page() -> None:
    rows = re.findall(r"^\| [^|]+ \| (`[^|]*) \|$", section("simulate"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) >= set(SCENARIOS)
