"""Who is who, as far as the rules of scoring need to know."""

from iqs_tui.domain.scoring import Viewer
from iqs_tui.store.reading import people


def viewer(user_id: str | None) -> Viewer | None:
    """Return an active person with the names that are their own, or None: nobody is signed in, or is not known."""
    person = people.person(user_id) if user_id else None
    if person is None:
        return None
    return Viewer(
        user_id=person.user_id, operators_names=frozenset(people.answers_to(person.user_id)), role=person.role
    )
