"""Numbers of tokens that several parts of the program assume before the model has counted any."""

from typing import Final

CONTEXT_LIMIT: Final = 4096
"""Tokens of context that a model is given unless the settings say otherwise: enough for three versions of a
page, and a KV cache that a laptop has room for."""

TOKENS_A_WORD: Final = 1.4
"""Tokens of a word of English, a little more than vocabularies from some thousands upwards need for clean
prose (the default model's: 1.3)."""

ROOM: Final = 1.3
"""The most tokens of a rewrite, as a multiple of the passage's, but for `SLACK`."""

SLACK: Final = 16
"""Tokens a rewrite may have beyond `ROOM`, so that short passages are not cut off."""

PROMPT_TOKENS: Final = 300
"""The most tokens of a chat model's prompt beside the texts and the rubric's words: our own words, the chat
template and the answer."""

RUBRIC_TOKENS: Final = 200
"""Tokens of the rubric's words in one prompt."""
