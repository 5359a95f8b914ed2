"""Sync with the department's server: the wire format, and the kiosk's client that drains its outbox."""
