"""The node: headless, the only process that talks to networks. Ties dicom, domain, store and sync together."""

from iqs_tui.node.process import run

__all__ = ["run"]
