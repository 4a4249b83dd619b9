"""Whether a rewrite may compete: cheap checks first, the first refusal ends them.

The judge only sees texts that passed. AlphaWrite's published runs show why: without gates, up to 45 % of the
words in the texts that it bred from were not words of any language.
"""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import Flag
from aw_engine.domain.passage import ENGLISH, Passage
from aw_engine.domain.rubric import Lift, Strictness
from aw_engine.judging import checks
from aw_engine.judging.gate import ALWAYS, Case, Gate, Rule, flag, refuse
from aw_engine.text.measures import changed, words

_OF_FACTS: Final[Mapping[Strictness, Rule]] = {"strict": refuse(), "normal": flag(), "relaxed": flag()}
_LENGTH: Final = Gate(
    "length",
    check=checks.length_outside,
    rules={"strict": refuse(0.9, 1.1), "normal": refuse(0.8, 1.25), "relaxed": refuse(0.6, 1.6)},
    fault="changed the length too much",
    warning="the length would change too much",
    flag="length",
    liftable=True,
)

# In the order in which they are asked: what is cheap and refuses everywhere comes first.
GATES: Final[tuple[Gate, ...]] = (
    Gate("shape", check=checks.nothing_written, rules=ALWAYS, fault="came out malformed"),
    Gate(
        "span",
        check=checks.markup_lost,
        rules=ALWAYS,
        fault="lost a link, code or other markup",
        warning="a link, code or other markup would be lost",
    ),
    Gate(
        "language",
        check=checks.other_language,
        rules=ALWAYS,
        fault="changed the language",
        warning="the language would change",
    ),
    Gate(
        "same",
        check=checks.nothing_changed,
        rules=ALWAYS,
        fault="changed nothing",
        warning="nothing would change",
        harmless=True,
    ),
    _LENGTH,
    Gate(
        "changed",
        check=checks.changed_more,
        rules={"strict": refuse(0.25)},
        fault="changed too many words",
        warning="too many words would change",
        liftable=True,
    ),
    Gate("gibberish", check=checks.is_gibberish, rules=ALWAYS, fault="rambled"),
    Gate(
        "slop",
        check=checks.stock_phrases_over,
        rules={"strict": refuse(0), "normal": refuse(1)},
        fault="added stock phrases",
        warning="it has too many stock phrases",
        liftable=True,
    ),
    Gate(
        "number",
        check=checks.fact_changed("number"),
        rules=ALWAYS,
        fault="changed a number",
        warning="a number would change",
        flag="number",
        liftable=True,
    ),
    Gate(
        "name",
        check=checks.fact_changed("name"),
        rules=ALWAYS,
        fault="changed a name",
        warning="a name would change",
        flag="name",
        only_english=True,
        liftable=True,
    ),
    Gate(
        "quote",
        check=checks.fact_changed("quote"),
        rules=_OF_FACTS,
        fault="changed a quotation",
        warning="a quotation would change",
        flag="quote",
        noun="quotation",
        liftable=True,
    ),
    Gate(
        "negation",
        check=checks.fact_changed("negation"),
        rules=_OF_FACTS,
        fault="changed a negation",
        warning="a negation would change",
        flag="negation",
        liftable=True,
    ),
    Gate(
        "opposite",
        check=checks.says_the_opposite,
        rules=ALWAYS,
        fault="said the opposite",
        warning="it would say the opposite",
        only_english=True,
        lifted_with="negation",
    ),
    Gate(
        "linkText",
        check=checks.link_text_changed,
        rules={"strict": flag(), "normal": flag()},
        fault="changed the text of a link",
        warning="the text of a link would change",
        flag="linkText",
        noun="link text",
    ),
    Gate(
        "meaning",
        check=checks.meaning_below,
        rules={"strict": refuse(0.8), "normal": refuse(0.6), "relaxed": flag(0.3)},
        fault="changed the meaning",
        warning="the meaning would change",
        flag="meaning",
        liftable=True,
    ),
    Gate(
        "duplicate",
        check=None,
        rules=ALWAYS,
        fault="repeated another",
        warning="it is one of the rewrites already",
        harmless=True,
    ),
)
BY_NAME: Final[Mapping[str, Gate]] = {gate.name: gate for gate in GATES}


class Passed(Struct, frozen=True):
    """The rewrite may compete. `faithfulness` is f of `meaning`, `changed` the share of words that differ
    (both 0..1), `words` its number of words; `flags` are what the writer should look at."""

    flags: tuple[Flag, ...]
    faithfulness: float
    changed: float
    words: int


class Refused(Struct, frozen=True):
    """The rewrite may not compete; `reason` names the gate that it failed."""

    reason: str


def check(
    original: Passage,
    rewrite: str,
    gates: Strictness = "normal",
    *,
    length: tuple[float, float] | None = None,
    lift: Collection[Lift] = (),
) -> Passed | Refused:
    """Whether `rewrite` may compete with `original` (both prose, protected spans in place).

    `length` is the rubric's own range of the length ratio, instead of the strictness's; `lift` names checks
    that neither refuse nor flag.
    """
    # A rubric that asks for fewer words also asks for fewer of the original's content words.
    room = min(1.0, length[0] / _LENGTH.rules[gates].limits[0]) if length else 1.0
    case = Case(original, rewrite, length, room)
    flags: list[Flag] = []
    for gate in GATES:
        rule = gate.rules.get(gates)
        lifted = (gate.liftable and gate.name in lift) or gate.lifted_with in lift
        if rule is None or gate.check is None or lifted:
            continue
        found = gate.check(case, *rule.limits)
        refuses = rule.outcome == "refused" and (original.language == ENGLISH or not gate.only_english)
        if found and refuses:
            return Refused(gate.name)
        if isinstance(found, tuple):
            flags += found
        elif found and gate.flag is not None:
            flags.append(Flag(gate.flag))
    return Passed(
        flags=tuple(flags),
        faithfulness=case.meaning.faithfulness,
        changed=changed(original.text, rewrite),
        words=len(words(rewrite)),
    )


def check_by(brief: Brief, original: Passage, rewrite: str) -> Passed | Refused:
    """Whether `rewrite` may compete with `original`, the brief's passage or a part of it, by its rubric."""
    rubric = brief.rubric
    strictness = brief.plan.gates or rubric.gates
    return check(original, rewrite, strictness, length=rubric.length, lift=rubric.lift)


def unblemished(brief: Brief, original: Passage, rewrite: str) -> bool:
    """Whether it may compete and has no flag."""
    verdict = check_by(brief, original, rewrite)
    return isinstance(verdict, Passed) and not verdict.flags
