"""Names of our own methods and commands, the reasons of refusals, and the protocol's version."""

from typing import Literal

VERSION = 1  # of this protocol, compared by our own clients after `initialize`

EVOLVE = "aw/evolve"
ESTIMATE = "aw/estimate"
RESULTS = "aw/results"
APPLY = "aw/apply"
PREVIEW = "aw/preview"
MIX = "aw/mix"
STEER = "aw/steer"
CANCEL = "aw/cancel"
DISCARD = "aw/discard"
STATUS = "aw/status"
RUBRICS = "aw/rubrics"
MODELS = "aw/models"
SELECT_MODEL = "aw/selectModel"
PULL_MODEL = "aw/pullModel"
REPORT = "aw/report"
PREPARE = "aw/prepare"
UPDATE = "$/aw/update"
STATUS_CHANGED = "$/aw/status"

COMMAND_EVOLVE = "aw.server.evolve"
COMMAND_REPEAT = "aw.server.repeat"
COMMAND_CANCEL = "aw.server.cancel"
COMMAND_RESULTS = "aw.server.results"
COMMAND_APPLY = "aw.server.apply"
COMMAND_COMPARE = "aw.server.compare"
COMMAND_DISCARD = "aw.server.discard"
COMMAND_STATUS = "aw.server.status"
COMMAND_SELECT_MODEL = "aw.server.selectModel"
COMMAND_UNLOAD = "aw.server.unload"

Reason = Literal[
    "empty",
    "tooShort",
    "tooLong",
    "onlyMarkup",
    "notProse",
    "unencodable",
    "ambiguous",
    "notOpen",
    "unknownRubric",
    "unsupportedInstruction",
    "unsupportedLanguage",
    "queueFull",
    "modelMissing",
    "modelDamaged",
    "modelUnsupported",
    "noMemory",
    "workerDied",
    "internal",
]
