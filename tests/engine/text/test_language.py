import pytest

from aw_engine.domain.passage import ENGLISH
from aw_engine.text.language import foreign_ranges, leans_to_english, name, of_passage, other_than

ENGLISHES = [
    "I ran. I hid. I cried.",
    "No man is an island, so it is said.",
    "As is. No more. Go on.",
    "Red sun, cold dawn, no birds.",
    "Die hard, die young, die old.",
    "A gin, a rum, a port, a cider.",
    "Art is man. Man is mad. Ma is sad.",
    "Ten men met in a den in Eden.",
    "Add garam masala, ghee, paneer and a pinch of hing; simmer ten mins.",
    "Fold the crème pâtissière into the choux, then glaze à la minute.",
    "Pizza, pasta, panini, gelato and tiramisu.",
    "Ah dinnae ken whit ye're on aboot, pal, but haud yer wheesht.",
    "The wean was greetin and her da was scunnered wi the hale thing.",
    "Aboot fower o'clock A gaed doon the toun.",
    "Ower muckle sun gars the girse dwine.",
    "Dem bwoy deh nah business wid nobody.",
    "Wetin dey happen for dat side abeg?",
    "Howzit bru, braai at mine, bring boerewors and biltong.",
    "Kia ora, whānau! Hui at the marae at noon, kai after.",
    "lol idk tbh, brb gonna grab a coffee w/ jen",
    "Paracetamol 1 g po qds prn, amoxicillin 500 mg po tds for 5/7.",
    "Dx: NSTEMI. Rx aspirin, clopidogrel, ramipril, bisoprolol.",
    "Sigs in Dm, con sordino, poco a poco crescendo to the coda.",
    "chmod a+x the script; sudo systemctl restart nginx.",
    "sed, awk, grep, tr, cut, sort, uniq, wc",
    "Dr Olufemi Adeyemi, Prof. Jürgen Müller, Ms Siobhán O'Reilly",
    "Rio de Janeiro, São Paulo, Buenos Aires, Santa Fe de Bogotá",
    "He has a certain je ne sais quoi.",
    "Mutatis mutandis, the same holds here.",
    "Teh qiuck borwn fox jmups oevr teh lzay dog.",
    "My familly are five persones and we lives in a apartament.",
    "Whan that Aprille with his shoures soote the droghte of March hath perced to the roote",
    "The word λόγος is what the Greeks would have said, and the Russians have слово for it.",
    "Lorem ipsum is dummy text that printers use.",
]

OTHERS = [
    ("de", "Der Fluss war in der Nacht gestiegen, und es gab keinen Weg mehr über das Wasser."),
    ("de", "Man hat uns in der Stadt gesehen."),
    ("fr", "La rivière avait monté dans la nuit et il n'y avait pas de passage pour les enfants."),
    ("es", "La mujer come una manzana roja."),
    ("it", "Non so dove sia il mio libro."),
    ("pt", "A menina come uma maçã."),
    ("nl", "De trein was te laat en de conducteur sliep."),
    ("nl", "We zijn in de stad en we eten brood."),
    ("sv", "Han har en hund och en katt."),
    ("pl", "Nie wiem, gdzie jest moja książka."),
    ("cs", "Nevím, kde je moje kniha."),
    ("hu", "Nem tudom, hol van a könyvem."),
    ("fi", "Juna oli myöhässä ja konduktööri nukkui."),
    ("tr", "Tren gecikti ve kondüktör uyuyordu."),
    ("id", "Kereta itu terlambat dan kondektur tidur."),
    ("tl", "Hindi ko alam kung nasaan ang aklat ko."),
    ("sw", "Treni ilichelewa na kondakta alikuwa amelala."),
    ("cy", "Dw i ddim yn gwybod ble mae fy llyfr."),
    ("ga", "Tá an aimsir go maith inniu."),
    ("eu", "Ez dakit non dagoen nire liburua."),
    ("la", "Puella in horto sedet et rosas amat."),
    ("la", "Lorem ipsum dolor sit amet, consectetur adipiscing elit."),
    ("af", "Ek weet nie waar my boek is nie."),
    ("vi", "Tàu đến muộn và người soát vé đang ngủ."),
    ("ja", "川は夜のうちに増水していて、子どもたちと渡る方法はもうなかった。"),
    ("zh", "河水在夜里上涨了，再也没有办法带着孩子们过河。"),
    ("ko", "강물이 밤사이에 불어나서 아이들과 함께 건널 방법이 없었다."),
    ("ru", "Ночью река поднялась, и перейти её с детьми было уже нельзя."),
    ("el", "Το ποτάμι είχε ανέβει τη νύχτα και δεν υπήρχε τρόπος να το περάσουμε."),
    ("ar", "ارتفع النهر في الليل ولم تعد هناك طريقة لعبوره مع الأطفال."),
    ("th", "รถไฟมาสายและพนักงานหลับ"),
]


@pytest.mark.parametrize("text", ENGLISHES)
def test_english_of_any_kind_is_never_taken_for_another_language(text: str) -> None:
    assert other_than((ENGLISH,), text) is None
    assert of_passage(text, ENGLISH) == ENGLISH
    assert {found for _, _, found in foreign_ranges(text)} <= {"pcm"}


@pytest.mark.parametrize(
    "text",
    [
        "Him say de pickney dem a run up and down pon de road.",
        "She go tell dem say we no dey house.",
        "Mi deh yah, yuh know, but mi nah go nowhere.",
    ],
)
def test_a_creole_of_english_is_neither_refused_nor_mended(text: str) -> None:
    assert other_than((ENGLISH,), text) is None
    assert foreign_ranges(text) == ((0, len(text), "pcm"),)


def test_learners_english_is_no_creole() -> None:
    for text in ("She dont no wat to do abot it.", "I has went to skool yestarday and lerned alot."):
        assert not foreign_ranges(text)


@pytest.mark.parametrize(("language", "text"), OTHERS)
def test_a_sentence_of_another_language_is_enough(language: str, text: str) -> None:
    assert other_than((ENGLISH,), text) == language
    assert other_than((language,), text) is None


@pytest.mark.parametrize(
    "text", ["", "42", "OK.", "Zürich Basel Genf", "import os; os.exit()", "Das ist gut."]
)
def test_too_little_is_no_other_language(text: str) -> None:
    assert other_than((ENGLISH,), text) is None


def test_a_long_text_is_judged_by_most_of_it() -> None:
    english = "We walked along the river until it was dark, and then they sang for us. " * 20
    german = "Wir gingen am Fluss entlang, bis es dunkel wurde, und dann sangen sie für uns. " * 60
    assert other_than((ENGLISH,), german) == "de"
    assert other_than((ENGLISH,), german + english) == "de"
    assert other_than((ENGLISH,), english * 3 + german) is None


def test_a_passage_with_one_plain_english_sentence_is_english() -> None:
    quoted = "Wer reitet so spät durch Nacht und Wind? Es ist der Vater mit seinem Kind."
    assert of_passage(quoted, ENGLISH) == "de"
    assert of_passage(f"He began to read the poem to them. {quoted}", ENGLISH) == ENGLISH


def test_between_related_languages_there_is_no_doubt_to_speak_of() -> None:
    assert other_than(("ms",), "Kereta itu terlambat dan kondektur tidur.") is None
    assert other_than(("da",), "Jeg vet ikke hvor boka mi er.") is None


def test_foreign_sentences_and_quotations_are_found_in_english() -> None:
    text = (
        "He stood up. Arma virumque cano, Troiae qui primus ab oris. "
        "Then she said “nous avons mangé du pain et du fromage” and left."
    )
    assert [text[start:end].strip() for start, end, _ in foreign_ranges(text)] == [
        "Arma virumque cano, Troiae qui primus ab oris.",
        "“nous avons mangé du pain et du fromage”",
    ]


def test_short_english_in_a_german_document_leans_to_english() -> None:
    assert leans_to_english("I ran. I hid. I cried.", "de")
    assert not leans_to_english("Das ist gut, sagte er.", "de")


def test_languages_have_names() -> None:
    assert (name("de"), name("xx")) == ("German", "another language")
