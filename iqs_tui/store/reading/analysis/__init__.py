"""Doses compared over a `domain.scope.Scope`: groups, one group seen closely, the list behind it, rejects, export."""
