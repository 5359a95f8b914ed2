"""What a role may, in one place. Where nobody is signed in the role is None, and may nothing of this.

A face of its own (the manager's) may more than a role does: that is for the face to say.
"""

ROLES = ("radiographer", "reviewer", "quality", "physicist", "manager")
_OVERSEERS = frozenset({"quality", "physicist", "manager"})
_MAPPERS = frozenset({"physicist", "manager"})


def sees_everyone(role: str | None) -> bool:
    """Say whether it may look at one other person's exposures and figures."""
    return role in _OVERSEERS


def may_export(role: str | None) -> bool:
    """Say whether it may take figures along from a locked kiosk."""
    return role in _OVERSEERS


def may_correct(role: str | None) -> bool:
    """Say whether it may put anybody's answer right, besides the own ones."""
    return role in _OVERSEERS


def may_map(role: str | None) -> bool:
    """Say whether it may change to which DRN a protocol belongs."""
    return role in _MAPPERS


def may_sign(role: str | None) -> bool:
    """Say whether it may sign such a mapping off: that is for the klinisch fysicus, not for a manager."""
    return role == "physicist"


def oversees_scoring(role: str | None) -> bool:
    """Say whether it looks at how others' images were scored: a reviewer's work too."""
    return role == "reviewer" or role in _OVERSEERS
