"""What the shipped model makes of the proposals: real mistakes mended, what is right left as it stands."""

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.inference.supervisor import WorkerBackend

MENDED = [
    ("I am agree with this opinion.", "I agree with this opinion."),
    ("She didn't went to school yesterday.", "She didn't go to school yesterday."),
    ("This road is more faster than the old one.", "This road is faster than the old one."),
    ("One of my friend lives in Canada.", "One of my friends lives in Canada."),
    ("Everybody have a mobile phone nowadays.", "Everybody has a mobile phone nowadays."),
    ("Despite of the rain, we enjoyed the trip.", "Despite the rain, we enjoyed the trip."),
    ("I look forward to hear from you.", "I look forward to hearing from you."),
    ("It was basicly the same idea as before.", "It was basically the same idea as before."),
    ("My father is engineer.", "My father is an engineer."),
    ("Yesterday I go to the cinema with my cousin.", "Yesterday I went to the cinema with my cousin."),
    ("I have seen him yesterday.", "I saw him yesterday."),
    ("We went to the new shop It was closed.", "We went to the new shop. It was closed."),
]
RIGHT = [
    "She is used to getting up early, but she used to sleep late.",
    "More experienced drivers know better.",
    "There are too many cars and too much noise.",
    "All he did was ask, and we did all we could to help.",
    "If he were here, he would know what to do.",
    "Although it was raining, we went out.",
    "Those who know him like him.",
    "He went by car from house to house.",
]


async def mended(sentences: list[str], backend: WorkerBackend) -> list[str]:
    requests = [CopyEdit(source=sentence, groups=("mend",)) for sentence in sentences]
    return await copy_edits(requests, "", LikelihoodTable(backend, ()))


async def test_mistakes_are_mended(backend: WorkerBackend) -> None:
    assert await mended([wrong for wrong, _ in MENDED], backend) == [right for _, right in MENDED]


async def test_what_is_right_is_left_as_it_stands(backend: WorkerBackend) -> None:
    assert await mended(RIGHT, backend) == RIGHT
