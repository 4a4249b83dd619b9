"""Runs in the language server: who asked, where their passage is now, what they have found."""
