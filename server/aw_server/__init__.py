"""The language server and the command line of aw."""

__version__ = "0.1.0"
