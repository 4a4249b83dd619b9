"""Which of a run's texts stands in the document: the writer's own, or a rewrite that was put in its place."""

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_server.jobs.job import Job


class AppliedText(Struct, frozen=True):
    """The text of `candidate_id` begins at the code point `start` of the document."""

    candidate_id: str
    start: int
    text: str


def text_in_place(job: Job) -> AppliedText | None:
    """What stands at the passage's place; None if it is no text of the run, or the document is closed.

    Texts are compared, never versions: an undo brings the original back, a further word makes it None.
    """
    if job.location.exact is not None:
        return AppliedText(ORIGINAL, job.location.exact[0], job.original)
    if job.location.closed:
        return None
    start, end = job.location.last
    document = job.location.document.text
    texts = [(each.id, each.text) for each in job.outcome.candidates if each.id != ORIGINAL]
    if job.put is not None:
        texts.append(job.put)
    # An edit's border may lie anywhere among equal letters, so that the end may be off; the start never is.
    found = [(key, text) for key, text in texts if text and document.startswith(text, start)]
    if not found:
        return None
    key, text = max(found, key=lambda each: (start + len(each[1]) == end, len(each[1])))
    return AppliedText(key, start, text)
