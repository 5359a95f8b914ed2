"""The application manager's screens: what runs, who sends, who uses it, and what waits or went wrong."""
