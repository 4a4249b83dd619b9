"""The documents that the editor has open, as the editor has them."""
