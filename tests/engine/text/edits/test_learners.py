"""What people write who learn English: the mend is proposed, and what only looks like a mistake is left."""

import pytest

from aw_engine.text.edits import KINDS, apply, propose

LEARNT = frozenset(
    (
        "usage",
        "verb-pattern",
        "comparative",
        "counted-noun",
        "clause-link",
        "agreement-sure",
        "tense-time",
        "article-noun",
        "comma-opener",
    )
)

MENDED = [
    ("usage", "In the other hand, it is slow.", "On the other hand, it is slow."),
    ("usage", "He said me that he was tired.", "He told me that he was tired."),
    ("usage", "She told that she would come.", "She said that she would come."),
    ("usage", "My boss suggested me to rest.", "My boss suggested that I rest."),
    ("usage", "We are discussing about it.", "We are discussing it."),
    ("usage", "I am agree with you.", "I agree with you."),
    ("usage", "We met in Monday.", "We met on Monday."),
    ("usage", "I was born at 1998.", "I was born in 1998."),
    ("usage", "She has 20 years old.", "She is 20 years old."),
    ("usage", "And she have 19 years old.", "And she is 19 years old."),
    ("usage", "I walk in the nature.", "I walk in nature."),
    ("usage", "Internet has changed us.", "The internet has changed us."),
    ("usage", "I swim everyday.", "I swim every day."),
    ("usage", "They went to home.", "They went home."),
    ("usage", "Eventhough it was late, we sang.", "Even though it was late, we sang."),
    ("usage", "I did a big mistake.", "I made a big mistake."),
    ("usage", "He made his homework.", "He did his homework."),
    ("usage", "Me and my wife walked.", "My wife and I walked."),
    ("usage", "It joins my both passions.", "It joins both my passions."),
    ("usage", "Me and Sarah is late.", "Sarah and I are late."),
    ("usage", "It was late, me and my brother were tired.", "It was late, my brother and I were tired."),
    ("usage", "We were late and this lead to a row.", "We were late and this led to a row."),
    ("verb-pattern", "You must to go now.", "You must go now."),
    ("verb-pattern", "She didn't went there.", "She didn't go there."),
    ("verb-pattern", "Did you saw the news?", "Did you see the news?"),
    ("verb-pattern", "He wants to controls it.", "He wants to control it."),
    ("verb-pattern", "It could is late.", "It could be late."),
    ("verb-pattern", "He should studies harder.", "He should study harder."),
    ("verb-pattern", "They have never went home.", "They have never gone home."),
    ("verb-pattern", "It is depend on the price.", "It depends on the price."),
    ("verb-pattern", "I am totally agree with you.", "I totally agree with you."),
    ("verb-pattern", "You could not to go.", "You could not go."),
    ("verb-pattern", "I'm not believe you.", "I don't believe you."),
    ("verb-pattern", "The accident was happened here.", "The accident happened here."),
    ("verb-pattern", "What was happen here?", "What happened here?"),
    ("verb-pattern", "I enjoy to read books.", "I enjoy reading books."),
    ("verb-pattern", "I look forward to hear from you.", "I look forward to hearing from you."),
    ("verb-pattern", "I am used to get up early.", "I am used to getting up early."),
    ("verb-pattern", "She wants to going home.", "She wants to go home."),
    ("verb-pattern", "They stopped to smoking.", "They stopped smoking."),
    ("verb-pattern", "She made me to clean it.", "She made me clean it."),
    ("verb-pattern", "He left without tell us.", "He left without telling us."),
    ("verb-pattern", "I read for improve my English.", "I read to improve my English."),
    ("tense-time", "Since three years I am working here.", "Since three years I have been working here."),
    ("tense-time", "I have finished school in 2021.", "I finished school in 2021."),
    ("tense-time", "I left, and since then I work here.", "I left, and since then I have worked here."),
    ("tense-time", "Since 2010 we live in Rome.", "Since 2010 we have lived in Rome."),
    (
        "agreement-sure",
        "I know a small firm which produce chairs.",
        "I know a small firm which produces chairs.",
    ),
    ("comparative", "This road is more faster.", "This road is faster."),
    ("comparative", "It was the most easiest test.", "It was the easiest test."),
    ("comparative", "My English is more better now.", "My English is much better now."),
    ("comparative", "It is more cheap to walk.", "It is cheaper to walk."),
    ("comparative", "It is worst than before.", "It is worse than before."),
    ("counted-noun", "He has many informations.", "He has a lot of information."),
    ("counted-noun", "They bought a furniture.", "They bought some furniture."),
    ("counted-noun", "There are too much cars.", "There are too many cars."),
    ("counted-noun", "A large amount of students failed.", "A large number of students failed."),
    ("counted-noun", "One of my friend lives there.", "One of my friends lives there."),
    ("counted-noun", "Both of my parent work.", "Both of my parents work."),
    ("counted-noun", "I like different kind of food.", "I like different kinds of food."),
    ("counted-noun", "This rooms are cold.", "These rooms are cold."),
    ("counted-noun", "He is a ten years old boy.", "He is a ten-year-old boy."),
    ("clause-link", "Although it rained, but we went.", "Although it rained, we went."),
    ("clause-link", "Although he is old but he works.", "Although he is old, he works."),
    ("clause-link", "She asked me where do I live.", "She asked me where I live."),
    ("clause-link", "Because it rained, so we left.", "Because it rained, we left."),
    ("clause-link", "We left because of it was cold.", "We left because it was cold."),
    ("clause-link", "Despite he was ill, he went.", "Although he was ill, he went."),
    ("clause-link", "First we ate, than we left.", "First we ate, then we left."),
    ("clause-link", "I don't know where is the station.", "I don't know where the station is."),
    ("clause-link", "I wonder why is he angry.", "I wonder why he is angry."),
    ("clause-link", "Is important to sleep.", "It is important to sleep."),
    ("agreement-sure", "Everybody have a telephone.", "Everybody has a telephone."),
    ("agreement-sure", "My brother like football.", "My brother likes football."),
    ("agreement-sure", "Some people thinks so.", "Some people think so."),
    ("agreement-sure", "Children who watches it get fat.", "Children who watch it get fat."),
    ("agreement-sure", "There are too much noise and traffic.", "There is too much noise and traffic."),
    ("agreement-sure", "There is a lot of shops.", "There are a lot of shops."),
    ("agreement-sure", "People who lives there walk.", "People who live there walk."),
    (
        "agreement-sure",
        "It is bad because the pollution are high.",
        "It is bad because the pollution is high.",
    ),
    ("agreement-sure", "My friends and I was late.", "My friends and I were late."),
    ("agreement-sure", "She don't like coffee.", "She doesn't like coffee."),
    ("agreement-sure", "There are a lot of pollution.", "There is a lot of pollution."),
    ("agreement-sure", "There was a lot of people.", "There were a lot of people."),
    ("tense-time", "Yesterday I go to the cinema.", "Yesterday I went to the cinema."),
    ("tense-time", "Two days ago I have met him.", "Two days ago I met him."),
    ("tense-time", "I have been there last year.", "I was there last year."),
    ("tense-time", "I have seen him yesterday.", "I saw him yesterday."),
    ("tense-time", "They are living here since 2010.", "They have been living here since 2010."),
    ("tense-time", "I live here since three years.", "I have lived here since three years."),
    ("article-noun", "My father is engineer.", "My father is an engineer."),
    ("article-noun", "She bought new car.", "She bought a new car."),
    ("article-noun", "He is best student in the class.", "He is the best student in the class."),
    ("comma-opener", "For example the bus is slow.", "For example, the bus is slow."),
    ("comma-opener", "I think, that he is right.", "I think that he is right."),
]

# Each is right, and looks much like a mistake above.
RIGHT = """
She is able to explain to me how this works, and the answer to your question is no.
On the one hand it is cheap; on the other it is slow.
What he did was ask, and all I do is wait.
He asked me and Sarah to come, and it pleased me and was free.
The will to live is strong, and a can will rust.
The people in a town who live near the river walk, and for two years I am bound by it.
You have to go, and he had better leave.
Does he go to school, and do they go with him?
He stopped to rest, and she made it to the top.
A knife is used to cut bread, and she used to sleep late.
They are agreed on it, and the glass was broken.
One of the people who knows it did his best, and made her do what he does.
The report is based on what they have found.
The more easily it bends, the sooner it breaks.
More experienced drivers know better.
She needs more light to read and much stronger glasses.
The information desk is near the furniture shop and a traffic light.
Less than five miles remained, and a number of students have left.
One of the team leaders and one of the group came.
The boy is ten years old, and two of the men were tall.
Although it was raining, we went out, but not for long.
Because of it we left, and despite it all we were glad.
Do you know where the station is, and why he is angry?
Where is the station?
Economics is dull, something like that helps, and it is one of the kind that we like.
She told that story again, and he told that joke.
Those who know him like him, and the number of people has grown.
If he were here, he would know, and I wish she were.
Does my brother like football?
Let my brother go, and make everyone leave.
The rich get richer and the poor get poorer.
Yesterday we went to the sea, and today we go home.
We have met, and they lived there two years ago.
They have lived here since 2010, and it is ten years since we met.
He went by car, as leader of the group, from house to house.
However hard he tried, for example he failed.
She is, I think, that kind of friend.
This means that this analysis is right.
""".strip().splitlines()


@pytest.mark.parametrize(("kind", "wrong", "right"), MENDED)
def test_the_mend_is_proposed(kind: str, wrong: str, right: str) -> None:
    assert right in {apply(wrong, [edit]) for edit in propose(wrong, {kind})}


@pytest.mark.parametrize("sentence", RIGHT)
def test_what_is_right_is_left_alone(sentence: str) -> None:
    assert not [apply(sentence, [edit]) for edit in propose(sentence, LEARNT)]


@pytest.mark.parametrize(("kind", "wrong", "right"), MENDED)
def test_what_is_mended_is_left_alone(kind: str, wrong: str, right: str) -> None:
    assert wrong not in {apply(right, [edit]) for edit in propose(right, LEARNT)}


def test_every_kind_of_theirs_is_shown() -> None:
    assert {kind for kind, _, _ in MENDED} == LEARNT <= set(KINDS)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("familys", "families"),
        ("studys", "studies"),
        ("carryed", "carried"),
        ("stoping", "stopping"),
        ("makeing", "making"),
        ("biger", "bigger"),
        ("happyer", "happier"),
        ("teached", "taught"),
        ("basicly", "basically"),
    ],
)
def test_a_wrong_ending_is_put_right(wrong: str, right: str) -> None:
    assert f"They {right} there." in {
        apply(f"They {wrong} there.", [edit]) for edit in propose(f"They {wrong} there.", {"misspelling"})
    }


@pytest.mark.parametrize("word", ["lambdas", "unmerged", "retagging", "buses", "played", "taller", "early"])
def test_a_right_ending_is_left_alone(word: str) -> None:
    assert not propose(f"They saw the {word} there.", {"misspelling"})


def test_the_owner_keeps_the_apostrophe() -> None:
    wrong = "We respect other peoples' opinions and the childrens toys."
    mended = {apply(wrong, [edit]) for edit in propose(wrong, {"noun-irregular"})}
    assert "We respect other people's opinions and the childrens toys." in mended
    assert "We respect other peoples' opinions and the children's toys." in mended


def test_two_whole_clauses_are_rather_parted_than_other_things() -> None:
    def likeliest(sentence: str) -> float:
        return max(edit.prior for edit in propose(sentence, {"splice"}))

    assert likeliest("I was tired, I went to bed.") > likeliest("In the hot summer, I went to bed.")


def test_a_stop_is_put_between_two_sentences_that_run_on() -> None:
    def stopped(text: str) -> set[str]:
        return {apply(text, [edit]) for edit in propose(text, {"final-stop"})}

    assert "We went to the shop. It was closed." in stopped("We went to the shop It was closed.")
    assert not stopped("He reads The Times in the shop.")
