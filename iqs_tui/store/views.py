"""What is known beforehand of views (`db/reference/expected_views.toml`), read once."""

from functools import cache

from iqs_tui.domain.expected_views import ViewTable, read_views
from iqs_tui.store import reference


@cache
def view_table() -> ViewTable:
    """Return the table as it ships."""
    return read_views(reference.read_toml("expected_views.toml"))
