"""Who is who, as far as the rules of scoring need to know."""

from iqs_tui.domain.scoring import Viewer
from iqs_tui.store.models import User


def viewer(user_id: str | None) -> Viewer | None:
    """Return an active person, or None: nobody is signed in, or the person is not known (any more)."""
    row = User.get_or_none(User.user_id == user_id) if user_id else None
    if row is None or not row.is_active:
        return None
    names = frozenset(str(name).casefold() for name in row.operators_names)
    return Viewer(user_id=row.user_id, operators_names=names, role=row.role)
