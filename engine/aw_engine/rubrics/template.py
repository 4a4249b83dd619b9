"""The text with which a writer's own rubric begins."""

import re

from aw_engine.errors import RubricError

_TEMPLATE = """\
# A rubric says what "better" means. `aw-server rubrics check` says whether this file can be used.

id = "@id@"                         # as the file is named
title = "@title@"
description = "What this rubric is for, in one sentence."
goal = "Say the same things more clearly."
audience = "an attentive general reader"

gates = "normal"                    # strict: copy-edits only; relaxed: far-reaching rewrites
# length = [0.8, 1.25]              # words of a rewrite over words of the original
# lift = ["slop"]                   # checks to leave out, among: length changed slop number name quote
                                    # negation meaning

# Four or five questions are a good panel. Each asks which of two versions is better; `edit` is the
# instruction for improving a text that is weak by it.
[[criteria]]
id = "clarity"
question = "Which version is clearer and flows better?"
edit = "Rewrite the sentence that is hardest to follow. Leave the others as they are."
weight = 1.0

[[criteria]]
id = "economy"
question = "Which version says it without repetition or ornament?"
edit = "Cut repetition, padding and ornament. Keep every fact."
quality = "clear"                   # for the trained judge: clear (the default), or craft
basis = "economy"                   # for models that judge by likelihood: economy, or fluency (the default)

# Ways to write the first rewrites; of a first generation, an operator writes in proportion to its slots.
# The built-in model recognises copy-edit, tighter, plain-language, full-rewrite and the like by their id
# and leaves out others; larger models follow the instruction.
[[operators]]
id = "full-rewrite"
instruction = "Rewrite the paragraph: the same facts in the same order, better sentences. Add nothing."
slots = 2

[[operators]]
id = "copy-edit"
instruction = "Mend spelling, grammar and punctuation. Leave what is correct as it is."
temperature = 0.7

[[operators]]
id = "tighter"
instruction = "Say the same in fewer words. Keep every fact and every condition."

# styles = ["Spare and concrete.", "Warm and talkative."]     # each first rewrite gets one of each, at random
# themes = ["Bring out what is left unsaid."]
"""


def template(name: str) -> str:
    """TOML of a small rubric of this name that can be used as it is.

    :raises RubricError: if the name cannot be a rubric's.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        raise RubricError(
            f"`{name[:60]}` cannot name a rubric; use up to 40 small letters, digits and hyphens, "
            "beginning with a letter."
        )
    title = name.replace("-", " ").capitalize()
    return _TEMPLATE.replace("@id@", name).replace("@title@", title)
