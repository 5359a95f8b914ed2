"""`iqs-tui simulate`: plays one scenario to an address."""

import random
import threading
from dataclasses import dataclass

from iqs_tui import parent
from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.simulator import send
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.simulator.send import SendFailed
from iqs_tui.simulator.study import Stage

__all__ = ["Played", "SendFailed", "listing", "names", "run"]


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a scenario."""

    told: str
    refused: int


def names() -> list[str]:
    """Return the names of the scenarios."""
    return list(SCENARIOS)


def listing() -> str:
    """Return one line per scenario: its name, what happens, its AE titles, and whether it needs settings."""
    width = max(map(len, SCENARIOS))
    return "\n".join(
        f"{name:<{width}}  {scenario.summary} (as {', '.join(scenario.machines)}"
        f"{'; needs settings' if scenario.settings else ''})"
        for name, scenario in SCENARIOS.items()
    )


def run(
    name: str,
    address: tuple[str, int],
    config: Config,
    *,
    called_ae: str | None = None,
    calling_ae: str | None = None,
    seed: int | None = None,
    follow_parent: bool = False,
) -> Played:
    """Send a scenario; the machines' clocks are in the site's time zone.

    Following a parent, it stops when standard input closes, however the parent ended.

    Raises:
        SendFailed: nobody listens there, or the association was refused or lost.
    """
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    stage = Stage(f"{name}:{seed}", utc_now, config.site.zone)
    target = send.Target(
        host=address[0],
        port=address[1],
        called_ae=called_ae or config.listener.ae_title,
        calling_ae=calling_ae,
    )
    stop = threading.Event()
    if follow_parent:
        parent.follow(stop)
    scenario = SCENARIOS[name]
    sent = send.play(scenario.play(stage), target, stop)
    told = f"{name}: {sent.accepted} messages accepted, {sent.refused} refused (seed {seed})"
    if scenario.settings:
        told += f"\nthe room of {scenario.machines[-1]} needs in config.toml:\n\n{scenario.settings.rstrip()}"
    return Played(told, sent.refused)
