"""Files that are run as programs of their own; nothing of this package is imported in them."""
