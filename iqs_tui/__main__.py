"""Start the command line."""

import sys


def main() -> int:
    """Run `iqs-tui`; return its exit status."""
    from iqs_tui import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
