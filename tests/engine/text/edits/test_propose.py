"""Each family proposes the edit that a careful reader would make, and leaves alone what is not its own."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.text.edits import GROUPS, KINDS, apply, kinds_of, own_words, propose
from aw_engine.text.edits.sentence import read

MENDED = [
    ("misspelling", "We recieve letters.", "We receive letters."),
    ("misspelling", "He buyed bread.", "He bought bread."),
    ("spelling", "The kitchan was cold.", "The kitchen was cold."),
    ("spelling", "She opened the windwo slowly.", "She opened the window slowly."),
    ("spelling-far", "It was a magnfcent idea.", "It was a magnificent idea."),
    ("spelling-capital", "Evrey house was empty.", "Every house was empty."),
    ("spelling-real", "They had fiend and foes.", "They had friend and foes."),
    ("run-together", "I like it alot.", "I like it a lot."),
    ("run-together", "We sat downtogether.", "We sat down together."),
    ("split-word", "He left with out a word.", "He left without a word."),
    ("split-word", "The comm ittee met.", "The committee met."),
    ("doubled-word", "It is in the the box.", "It is in the box."),
    ("doubled-word", "The the box is full.", "The box is full."),
    ("missing-word", "It will done by noon.", "It will be done by noon."),
    ("missing-word", "The work done by noon.", "The work was done by noon."),
    ("subject-twice", "The man he said no.", "The man said no."),
    ("preposition-insert", "She hopes find it.", "She hopes to find it."),
    ("preposition-insert", "He spoke the man.", "He spoke to the man."),
    ("word-order", "It is the of best kind.", "It is of the best kind."),
    ("article-sound", "She ate a apple.", "She ate an apple."),
    ("article-sound-rare", "He waited a hour.", "He waited an hour."),
    ("article-sound", "It is a organisation.", "It is an organisation."),
    ("article-sound-rare", "It is an BOM.", "It is a BOM."),
    ("article-insert", "It was cause of the fire.", "It was the cause of the fire."),
    ("article-insert", "Weather was bad.", "The weather was bad."),
    ("article-drop", "We like the nature.", "We like nature."),
    ("article-noun", "She bought new car.", "She bought a new car."),
    ("usage", "In the other hand, it is slow.", "On the other hand, it is slow."),
    ("verb-pattern", "You must to go now.", "You must go now."),
    ("comparative", "This road is more faster.", "This road is faster."),
    ("counted-noun", "They bought a furniture.", "They bought some furniture."),
    ("clause-link", "Although it rained, but we went.", "Although it rained, we went."),
    ("agreement-sure", "Everybody have a telephone.", "Everybody has a telephone."),
    ("tense-time", "Yesterday I go to the cinema.", "Yesterday I went to the cinema."),
    ("comma-opener", "For example the bus is slow.", "For example, the bus is slow."),
    ("article-swap", "He is a best player.", "He is the best player."),
    ("agreement-be", "All results was clear.", "All results were clear."),
    ("agreement-head", "The results was clear.", "The results were clear."),
    ("agreement-there", "There is two cases.", "There are two cases."),
    ("agreement-have", "Anna have two dogs.", "Anna has two dogs."),
    ("agreement-do", "Anna don't know.", "Anna doesn't know."),
    ("agreement-verb", "Old men walk home. And who walk there?", "Old men walk home. And who walks there?"),
    ("agreement-verb", "Women there goes home.", "Women there go home."),
    ("agreement-subject", "When it return home, we eat.", "When it returns home, we eat."),
    ("agreement-subject", "If you wants one, ask.", "If you want one, ask."),
    ("agreement-subject", "What he have is old.", "What he has is old."),
    ("agreement-subject", "What she don't know she asks.", "What she doesn't know she asks."),
    ("agreement-subject", "See what it don't do.", "See what it doesn't do."),
    ("agreement-subject", "He says that they was late.", "He says that they were late."),
    ("agreement-head", "That total do not match.", "That total does not match."),
    ("agreement-head", "Two of its cables has come off.", "Two of its cables have come off."),
    ("agreement-head", "We know that one of the doors were open.", "We know that one of the doors was open."),
    ("agreement-head", "We called, but that boiler are old.", "We called, but that boiler is old."),
    ("agreement-noun", "Two cases needs care.", "Two cases need care."),
    ("number-count", "There are three reason for it.", "There are three reasons for it."),
    ("number-count", "Each reasons is good.", "Each reason is good."),
    ("tense-form", "The vase was broke by him.", "The vase was broken by him."),
    ("tense-shift", "They walk home yesterday.", "They walked home yesterday."),
    ("verb-form", "They were walk home.", "They were walking home."),
    ("verb-base", "It seems to goes well.", "It seems to go well."),
    ("noun-number", "He has green apple.", "He has green apples."),
    ("noun-irregular", "The childs sang.", "The children sang."),
    ("possessive", "The dogs tail is long.", "The dog's tail is long."),
    ("apostrophe", "I dont know.", "I don't know."),
    ("apostrophe", "You should of asked.", "You should have asked."),
    ("preposition", "He arrived in noon.", "He arrived at noon."),
    ("preposition-bound", "It consists on two parts.", "It consists of two parts."),
    ("preposition-bound", "He resembles to his father.", "He resembles his father."),
    ("preposition-insert", "He listened the birds.", "He listened to the birds."),
    ("preposition-drop", "He sat in near the door.", "He sat near the door."),
    ("confusable", "They lost there way.", "They lost their way."),
    ("confusable", "We have not paid until know.", "We have not paid until now."),
    ("confusable", "It is bigger then a house.", "It is bigger than a house."),
    ("pronoun-case", "Him and the dog ran.", "He and the dog ran."),
    ("that-which", "The house which he built is red.", "The house that he built is red."),
    ("who-which", "The man which came is old.", "The man who came is old."),
    ("determiner", "This houses are old.", "These houses are old."),
    ("quantity", "It is common between us all.", "It is common among us all."),
    ("comparison", "She sings good.", "She sings well."),
    ("adverb-form", "He ran quick to the door.", "He ran quickly to the door."),
    ("double-negation", "I didn't do nothing.", "I did nothing."),
    ("double-negation", "They don't learn nothing.", "They don't learn anything."),
    ("comma-intro", "Then he stayed.", "Then, he stayed."),
    ("comma-intro", "When he came we left.", "When he came, we left."),
    ("comma-conjunction", "He came but nobody saw him.", "He came, but nobody saw him."),
    ("comma-drop", "The old man, slept well.", "The old man slept well."),
    ("splice", "It was late, we went home.", "It was late. We went home."),
    ("splice", "It was late, we went home.", "It was late; we went home."),
    ("capital", "he came home.", "He came home."),
    ("capital", "Then i left.", "Then I left."),
    ("capital-name", "They met in london.", "They met in London."),
    ("final-stop", "They went home again", "They went home again."),
    ("spacing", "He came , saw and left.", "He came, saw and left."),
]
REWORDED = [
    ("filler", "It is very cold.", "It is cold."),
    ("filler", "Basically, we lost.", "We lost."),
    ("filler", "We were, of course, late.", "We were late."),
    ("filler", "However, of course, he left.", "However, he left."),
    ("wordy", "A large number of the men left.", "Many of the men left."),
    ("wordy", "They were in agreement with the fact that it was late.", "They agreed that it was late."),
    ("opener", "It should be noted that prices rose.", "Prices rose."),
    ("opener", "I think that the plan is good.", "The plan is good."),
    ("wordy", "We left due to the fact that it rained.", "We left because it rained."),
    ("wordy", "In order to win, we train.", "To win, we train."),
    ("wordy", "They took into consideration the cost.", "They considered the cost."),
    ("redundancy", "It is our past history.", "It is our history."),
    ("nominalisation", "She made a decision to leave.", "She decided to leave."),
    ("nominalisation", "They conducted an investigation of the fire.", "They investigated the fire."),
    ("hedge", "It might possibly rain.", "It might rain."),
    ("there-is", "There are many people who agree.", "Many people agree."),
    ("plain-word", "They utilised a hammer.", "They used a hammer."),
    ("plain-word", "It has sufficient power.", "It has enough power."),
    ("contract", "It is not far.", "It isn't far."),
    ("expand", "It isn't far.", "It is not far."),
    ("filler", "It is a really good plan.", "It is a good plan."),
    ("wordy", "Be patient with regard to the delay.", "Be patient about the delay."),
    ("there-is", "It was my brother who broke the window.", "My brother broke the window."),
    ("connective", "Once the war ended, we left.", "After the war ended, we left."),
    ("connective", "He left because it rained.", "He left since it rained."),
    ("that-drop", "I know that he left.", "I know he left."),
    ("that-insert", "I know he left.", "I know that he left."),
    ("split", "The night was cold, and the wind blew hard.", "The night was cold. The wind blew hard."),
    ("join", "The night was cold. We stayed in.", "The night was cold, and we stayed in."),
    ("semicolon", "The night was cold, and the wind blew hard.", "The night was cold; the wind blew hard."),
    ("clause-order", "If it rains, we stay at home.", "We stay at home if it rains."),
]


def outcomes(sentence: str, kinds: Iterable[str] = tuple(KINDS)) -> dict[str, str]:
    """What each proposed edit makes of the sentence, with its kind."""
    return {apply(sentence, [edit]): edit.kind for edit in propose(sentence, kinds)}


@pytest.mark.parametrize(("kind", "sentence", "wanted"), [*MENDED, *REWORDED])
def test_the_right_edit_is_among_the_proposals(kind: str, sentence: str, wanted: str) -> None:
    assert outcomes(sentence, {kind}).get(wanted) == kind


UNSOUND = [
    ("The just and unjust fell.", "The and unjust fell."),
    ("It rains on the just.", "It rains on the."),
    ("He met a pretty girl.", "He met a girl."),
    ("There were two actual cases.", "There were two cases."),
    ("It was late, really.", "It was late,."),
    ("It happens in specific cases.", "It happens in cases."),
    ("We wait due to the fact that he left.", "We wait due to that he left."),
    ("Not even once in all of it.", "Not even when in all of it."),
    ("Not even once in all of it.", "Not even after in all of it."),
    ("He came once the door was open.", "He came if the door was open."),
    ("Even if he left, we stay.", "Even when he left, we stay."),
    ("We left because of the rain.", "We left since of the rain."),
    ("We met after the war.", "We met once the war."),
    ("After dinner we left.", "Once dinner we left."),
    ("Once in a while he came.", "Once in a whereas he came."),
    ("In addition to him, we sang.", "Also to him, we sang."),
    ("I like it here.", "I such as it here."),
    ("It is therefore good.", "It is so good."),
    ("Unless he comes, we go.", "If not he comes, we go."),
    ("We made a start here.", "We made a begin here."),
    ("I think about it.", "I think around it."),
    ("We have not paid until know.", "We have not paid to know."),
    ("Since our cook left, we wait.", "For our cook left, we wait."),
    ("We wait since our cook left.", "We wait for our cook left."),
    ("Be patient with regard to the delay.", "Be patient on the delay."),
    ("He was the kind of man who waits.", "He was the of man who waits."),
    ("It was very, very cold.", "It was very cold."),
    ("He can go provided that he pays.", "He can go given that he pays."),
    ("Add 2 tsp of salt.", "Add 2 tips of salt."),
    ("We ate hummus with oregano.", "We ate humour with oregano."),
    ("The lessor signed it.", "The lesson signed it."),
    ("We saw a cat; a dog; and a bird there.", "We saw a cat. A dog; and a bird there."),
    (
        "She baked by hand; a pinch of this, and it was done.",
        "She baked by hand. A pinch of this, and it was done.",
    ),
    ("It comes out right perhaps one time in five.", "It comes out right one time in five."),
    ("We ran the test 3 times.⟦2⟧", "We ran the test 3 times.⟦2⟧."),
    ("We ran the test 3 times.”⟦2⟧ ⟦3⟧", "We ran the test 3 times.”⟦2⟧ ⟦3⟧."),
]


@pytest.mark.parametrize(("sentence", "unsound"), UNSOUND)
def test_what_no_reader_would_write_is_not_proposed(sentence: str, unsound: str) -> None:
    assert unsound not in outcomes(sentence)


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("The shop and the boiler are old.", "The shop and the boiler is old."),
        ("Those who use it don't care.", "Those who use it doesn't care."),
        ("He and she have time.", "He and she has time."),
        ("The team are tired.", "The team is tired."),
        ("If he were rich, he would go.", "If he was rich, he would go."),
        ("I was late.", "I were late."),
        ("Why doesn't he have time?", "Why doesn't he has time?"),
    ],
)
def test_a_number_that_may_be_right_is_not_surely_wrong(sentence: str, other: str) -> None:
    assert outcomes(sentence).get(other) not in ("agreement-subject", "agreement-head")


def test_every_kind_has_an_example() -> None:
    shown = {kind for kind, _, _ in MENDED + REWORDED}
    assert shown == set(KINDS)
    assert len(KINDS) >= 40


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("The ⟦1⟧ function calls ⟦2⟧ and ⟦3⟧.", ("⟦1⟧", "⟦2⟧", "⟦3⟧")),
        ("In 1984 there was 3 of them, or 12,500.", ("1984", "3", "12,500")),
        ("Mr Kowalsky met Anna in Gdansk with the IEEE.", ("Kowalsky", "Anna", "Gdansk", "IEEE")),
        ("He said “I dont know teh way” today.", ("“I dont know teh way”",)),
        ('He said "very very bad" to the man.', ('"very very bad"',)),
        ("Use foo_bar, a/b.c and myFunc here.", ("foo_bar", "a/b.c", "myFunc")),
    ],
)
def test_marks_numbers_names_quotations_and_code_are_left_alone(sentence: str, kept: tuple[str, ...]) -> None:
    for outcome in outcomes(sentence):
        for piece in kept:
            assert outcome.count(piece) == sentence.count(piece)


def test_the_documents_own_words_are_left_alone() -> None:
    assert any("frobs" not in outcome for outcome in outcomes("The frobs are red.", {"spelling"}))
    assert not propose("The frobs are red.", {"spelling"}, own={"frobs"})


def test_unknown_words_that_are_used_twice_are_the_documents_own() -> None:
    assert own_words("A frobb calls a Frobb, and recieve recieve a gribbel.") == {"frobb"}


@pytest.mark.parametrize("word", ["lambdas", "unmerged", "retagging", "refactorings", "counterexample"])
def test_forms_of_known_words_are_no_misspellings(word: str) -> None:
    assert not propose(f"We saw the {word} in the text.", {"spelling", "spelling-far", "run-together"})


def test_an_article_follows_the_sound_of_a_new_word() -> None:
    assert "He is an important man." not in outcomes("He is a very important man.", {"wordy"})
    assert "He is an important man." in outcomes("He is a very important man.", {"filler"})


def test_a_wholly_clean_short_sentence_gets_no_table_edits() -> None:
    assert not propose("Birds sing.", {"misspelling", "doubled-word", "wordy", "opener", "spelling"})


PIECES = """the a an he they is was were have has go goes went teh recieve very “ ” " , ; . : — ⟦1⟧ ⟦2⟧ 42
Anna NASA foo_bar don't dont in on of to that which because due to the fact that make a decision
I i it's its' dogs dog's"""
TEXTS = st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=14).map(" ".join) | st.text(
    alphabet="abe ,.'’“”⟦1⟧-I\n", max_size=40
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_edits_change_the_text_lie_inside_it_and_are_in_order(text: str) -> None:
    edits = propose(text)
    assert list(edits) == sorted(edits)
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(text)
        outcome = apply(text, [edit])
        assert outcome == text[: edit.start] + edit.replacement + text[edit.end :] != text
        assert [mark for mark in ("⟦1⟧", "⟦2⟧") if mark in outcome] == [
            mark for mark in ("⟦1⟧", "⟦2⟧") if mark in text
        ]


def test_clashing_edits_are_refused() -> None:
    first, *rest = propose("Anna have two dog.", {"agreement-have"})
    with pytest.raises(ValueError):
        apply("Anna have two dog.", [first, rest[0]])


def test_the_groups_share_out_the_kinds() -> None:
    assert kinds_of(GROUPS) == frozenset(KINDS)
    assert "wordy" in kinds_of(("tighten",))
    assert "spelling" not in kinds_of(("tighten",))


def test_words_know_their_place() -> None:
    sentence = read("He left. Anna, too, went.")
    assert [word.first for word in sentence.words] == [True, False, True, False, False]
    assert [word.free for word in sentence.words] == [True, True, False, True, True]
