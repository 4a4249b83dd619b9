import pytest

from aw_engine.text.language import identify


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The river had risen in the night, and there was no way to cross it."),
        ("de", "Der Fluss war in der Nacht gestiegen, und es gab keinen Weg mehr über das Wasser."),
        ("fr", "La rivière avait monté dans la nuit et il n'y avait pas de passage pour les enfants."),
        ("es", "El río había crecido en la noche y no había manera de cruzarlo con los niños."),
        ("it", "Il fiume era salito nella notte e non c'era più un modo per passare con i bambini."),
        ("pt", "O rio tinha subido de noite e não havia mais uma maneira de passar com as crianças."),
        (
            "nl",
            "De rivier was in de nacht gestegen en er was niet één manier om met het kind over te steken.",
        ),
        ("sv", "Floden hade stigit under natten och det fanns inte något sätt att komma över med barnen."),
        ("pl", "Rzeka podniosła się w nocy i nie było już sposobu, żeby przejść przez nią z dziećmi."),
        ("ja", "川は夜のうちに増水していて、子どもたちと渡る方法はもうなかった。"),
        ("zh", "河水在夜里上涨了，再也没有办法带着孩子们过河。"),
        ("ko", "강물이 밤사이에 불어나서 아이들과 함께 건널 방법이 없었다."),
        ("ru", "Ночью река поднялась, и перейти её с детьми было уже нельзя."),
        ("el", "Το ποτάμι είχε ανέβει τη νύχτα και δεν υπήρχε τρόπος να το περάσουμε."),
        ("ar", "ارتفع النهر في الليل ولم تعد هناك طريقة لعبوره مع الأطفال."),
        ("en", "The word λόγος is what the Greeks would have said, and the Russians have слово for it."),
    ],
)
def test_a_sentence_is_enough(language: str, text: str) -> None:
    assert identify(text) == language


@pytest.mark.parametrize("text", ["", "42", "OK.", "Zürich Basel Genf", "import os; os.exit()"])
def test_too_little_is_no_language(text: str) -> None:
    assert identify(text) is None
