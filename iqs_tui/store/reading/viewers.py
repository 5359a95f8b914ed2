"""Who is who, as far as the rules of scoring need to know."""

from iqs_tui.domain.scoring import Viewer
from iqs_tui.store.models import User


def viewer(user_id: str | None) -> Viewer | None:
    """Return an active person, or None: nobody is signed in, or the person is not known (any more).

    A person answers to the names given for Operators' Name (0008,1070), to the full name and to the initials. A name
    to which somebody else answers too proves nothing: images under it are nobody's own.
    """
    rows = list(User.select()) if user_id else []
    row = next((row for row in rows if row.user_id == user_id and row.is_active), None)
    if row is None:
        return None
    others = {name for other in rows if other.user_id != user_id for name in _names(other)}
    return Viewer(user_id=row.user_id, operators_names=frozenset(_names(row) - others), role=row.role)


def _names(row: User) -> set[str]:
    return {str(name).casefold() for name in (row.name, row.initials, *row.operators_names)}
