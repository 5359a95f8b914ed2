"""The blauwe ton: rejects to look at again and to learn from. No names: a reject is nobody's."""
