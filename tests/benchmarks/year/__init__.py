"""One simulated year of one department, and what the kiosks make of it."""
