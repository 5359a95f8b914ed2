"""What the screens read: one module per screen, frozen dataclasses out."""
