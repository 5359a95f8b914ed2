"""Where things lie: the only module that knows a path."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """Return the path of something that ships with the program: `styles`, `db`, `config.toml`.

    In a checkout it stands beside the package; in an installed wheel inside it.
    """
    installed = _PACKAGE / "_shipped"
    root = installed if installed.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


def data_folder() -> Path:
    """Return the user's data folder, made if it is not there, readable by its owner only."""
    import platformdirs  # 8 ms, and only where no path was given

    folder = Path(platformdirs.user_data_dir("iqs-tui", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def default_database() -> Path:
    """Return the path of the embedded database."""
    return data_folder() / "iqs.db"


def default_central_database() -> Path:
    """Return the path of the central server's embedded database."""
    return data_folder() / "central.db"
