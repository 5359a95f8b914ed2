"""iqs-tui: a terminal kiosk beside the modality that turns a bad image into a lesson."""

__version__ = "0.1.0"
