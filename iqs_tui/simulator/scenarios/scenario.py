"""What a scenario is."""

from collections.abc import Callable
from dataclasses import dataclass

from iqs_tui.simulator.actions import Actions
from iqs_tui.simulator.study import Stage


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario by name."""

    name: str
    summary: str
    machines: tuple[str, ...]
    """The AE titles it sends as."""
    play: Callable[[Stage], Actions]
    settings: str = ""
    """What the receiver's config.toml must hold for it; empty: nothing of its own."""
