"""The scenarios: what happens in the pretend department, one function each.

A scenario yields what its machines send. What really happened stays on its `Stage`; the node never sees that.
"""

from iqs_tui.simulator.scenarios import copies, ct, days, lawful, no_image, notes, repeats, reports, rules
from iqs_tui.simulator.scenarios.scenario import Scenario

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for part in (days, notes, reports, no_image, rules, repeats, ct, lawful, copies)
    for scenario in part.SCENARIOS
}
