"""Views of a series: each says by how much a value is unlike what it has learnt, in a figure of its own."""
