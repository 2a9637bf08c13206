"""The documents, and what writes some of them."""
