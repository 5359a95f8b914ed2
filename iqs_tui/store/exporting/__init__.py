"""The parts of `store.export`: the columns, where their rows come from, and the file formats."""
