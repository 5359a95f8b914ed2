"""A wrong config says which key, what is wrong, and what is allowed."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from iqs_tui import config, locations
from iqs_tui.config import ConfigError
from iqs_tui.config_errors import settings_at


def load(tmp_path: Path, text: str, **environ: str) -> config.Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path, environ=environ)


def rule(text: str, *, head: bool = True) -> str:
    """Return a room with this rule; without head, one more rule."""
    room = '[[rooms]]\nid = "kamer-1"\n' if head else ""
    return f'{room}[[rooms.retakes.rules]]\nname = "own"\n{text}\n'


def test_the_shipped_config_runs_as_it_is() -> None:
    settings = config.load(environ={})
    assert settings.listener.port == 11112
    assert settings.own_room.pillars == config.Pillars()


def test_the_shipped_config_shows_every_key() -> None:
    """config.toml is the manual: each key of each section stands in it (in a comment where it has no default)."""
    text = locations.shipped("config.toml").read_text(encoding="utf-8")
    for section in msgspec.structs.fields(config.Config):
        table = re.split(rf"^#? ?\[+{section.name}\]+", text, flags=re.MULTILINE)
        assert len(table) > 1, f"[{section.name}] is not in config.toml"
        kind = settings_at(section.name, config.Config)
        for key in kind.__struct_fields__:
            assert re.search(rf"^(# )?(\[rooms\.)?{key}\b", table[1], re.MULTILINE), f"{section.name}.{key}"


def test_the_shipped_config_holds_the_defaults() -> None:
    """So that a file which leaves a key out behaves as the shipped one."""
    shipped = tomllib.loads(locations.shipped("config.toml").read_text(encoding="utf-8"))
    empty = msgspec.json.decode(msgspec.json.encode(config.Config()))
    for section, values in shipped.items():
        if isinstance(values, dict):
            for key, value in values.items():
                if key != "serial_protocols":
                    assert empty[section][key] == value, f"{section}.{key}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[listener]\nprot = 1", "listener.prot: no such key; allowed: ae_title, host, port"),
        ("[listener]\nport = 70000", "listener.port: expected `int` <= 65535"),
        ('[listener]\nport = "a"', "listener.port: expected `int`, got `str`"),
        ('[kiosk]\ntheme = "pink"', "kiosk.theme: 'pink' is not allowed; allowed: dark, light, vt"),
        ('[[modalities]]\nae_title = "A"\nroom = "kamer-1"', "modalities[1].kind: must be filled in"),
        (
            '[[modalities]]\nae_title = "A"\nroom = "x"\nkind = "DX"',
            "modalities[1].room: 'x' is not the id of a room; allowed: kamer-1",
        ),
        (
            '[[rooms]]\nid = "a"\npillars = { dos = true }',
            "rooms[1].pillars.dos: no such key; allowed: reject, evaluation",
        ),
        ('[kiosk]\nroom = "x"', "kiosk.room: 'x' is not the id of a room; allowed: kamer-1"),
        ('[site]\ntimezone = "Mars"', "site.timezone: 'Mars' is not a time zone"),
        ("nonsense = 1", "nonsense: no such key; allowed: site, database"),
        ("[listener", "not valid TOML"),
        ('[listener]\nae_title = "SEVENTEEN_LETTERS"', "listener.ae_title: expected `str` of length <= 16"),
        ('[retakes]\ntest_patients = ["QC.*", "(("]', "retakes.test_patients[2]: is no regular expression"),
        ('[retakes]\ntest_patients = [""]', "retakes.test_patients[1]: must be filled in"),
        ('[[retakes.expected]]\nabout = "(a+)+"\nn = 2', "retakes.expected[1].about: could take too long"),
        ('[[retakes.expected]]\nabout = "enkel"\nn = 0', "retakes.expected[1].n: expected `int` >= 1"),
        (rule('tag = "0021;0F"'), "rooms[1].retakes.rules[1].tag: '0021;0F' is no tag; allowed: such as 0028,0300"),
        (rule('tag = "0028,xx00"\nvalue = "YES"'), "rooms[1].retakes.rules[1].tag: '0028,xx00' is no tag"),
        (rule('tag = "0021,xx0F"\nvalue = "YES"'), "rooms[1].retakes.rules[1].creator: must be filled in"),
        (rule('ae_title = "REJ"\ntag = "0028,0300"'), "rules[1].tag: fill in either ae_title or tag, not both"),
        (rule('value = "YES"'), "rules[1].tag: fill in either ae_title or tag"),
        (rule('ae_title = "REJ"\nreasons = { A = "motion" }'), "rules[1].reasons: needs a reason_tag"),
        (
            rule('ae_title = "REJ"\nreason_tag = "0020,4000"\nreasons = { A = "moved" }'),
            "rules[1].reasons: 'moved' is not a code of reasons.toml; allowed: rotation, rotation.patient",
        ),
        (rule('ae_title = "A"') + rule('ae_title = "B"', head=False), "rules[2].name: 'own' stands twice"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert says in str(error.value)
    assert str(tmp_path / "config.toml") in str(error.value)
    assert "\n" not in str(error.value).replace("not valid TOML", "")


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, "[listener]\nport = 1", IQS_LISTENER__PORT="2", IQS_KIOSK__THEME="vt")
    assert (settings.listener.port, settings.kiosk.theme) == (2, "vt")


def test_a_wrong_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"listener.port: expected `int`"):
        load(tmp_path, "", IQS_LISTENER__PORT="many")
    with pytest.raises(ConfigError, match=r"\[\[rooms\]\] is a list"):
        load(tmp_path, '[[rooms]]\nid = "kamer-1"', IQS_ROOMS__ID="x")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="give another with --config or IQS_CONFIG"):
        config.load(tmp_path / "none.toml")


def test_a_modality_registered_with_a_host_only_answers_to_that_host(tmp_path: Path) -> None:
    settings = load(tmp_path, '[[modalities]]\nae_title = "DX"\nhost = "10.0.0.1"\nroom = "kamer-1"\nkind = "DX"\n')
    assert settings.modality("DX", "10.0.0.1") is not None
    assert settings.modality("DX", "10.0.0.2") is None
