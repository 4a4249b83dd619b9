"""Which language a text is in, by its script and its commonest small words: enough to notice another one."""

import re
from collections import Counter
from collections.abc import Mapping

from aw_engine.text.measures import words

# Words that are frequent in one language and rare, or no words at all, in the others here.
_SMALL: Mapping[str, str] = {
    "en": """
        the and of to is are was were that this with for it not have has had be been by from they we
        you he she his her their our your which would will can could there these those or if but
        what when where who how its my them than into only about because do does did as at an no any
        all more so up out
    """,
    "de": """
        der die das und ist nicht ein eine einen einem einer zu mit den dem des auf für von sich
        auch es ich sie wir war sind wird werden haben hat als wie aber oder wenn nur noch nach bei
        aus über kann durch
    """,
    "fr": """
        le la les des du et est une un que qui dans pour pas sur avec il elle nous vous ils ce cette
        ces sont était au aux plus ne se par mais ou où leur été être avoir
    """,
    "es": """
        el la los las de y que en un una es no se por con para su al lo como más pero sus le ha este
        esta son está muy también fue era hay entre cuando sin sobre
    """,
    "it": """
        il lo la gli le di e che è un una non per con si da del della dei delle nel nella sono come
        anche più ma ha questo questa alla dal essere stato molto
    """,
    "pt": """
        o a os as de e que do da em um uma não para com é por mais se na no dos das como mas ao ele
        ela foi são está também muito seu sua pelo pela ser
    """,
    "nl": """
        de het een en van is dat niet te zijn op met voor ik je hij ze wij maar ook aan er als bij
        naar dan om hebben heeft werd worden deze dit nog uit
    """,
    "sv": """
        och att det som en ett är på för med av inte den till var jag du han hon vi de har hade kan
        ska skulle men om eller när från också
    """,
    "pl": """
        i w na nie się z do to że jest jak o co ale po tak od za przez dla czy ich był była są oraz
        może tylko już lub które który
    """,
}
_BY_LANGUAGE = {code: frozenset(small.split()) for code, small in _SMALL.items()}
_KANA, _HAN = "\u3040-\u30ff", "\u3400-\u4dbf\u4e00-\u9fff"
# Of the languages that share a script the one with the most readers stands for all.
_BY_SCRIPT: Mapping[str, re.Pattern[str]] = {
    code: re.compile(f"[{letters}]")
    for code, letters in {
        "zh": _KANA + _HAN,
        "ko": "\uac00-\ud7af",
        "ru": "\u0400-\u04ff",
        "el": "\u0370-\u03ff",
        "ar": "\u0600-\u06ff",
        "he": "\u0590-\u05ff",
        "hi": "\u0900-\u097f",
        "th": "\u0e00-\u0e7f",
    }.items()
}
_FEWEST_LETTERS = 4
_FEWEST_HITS = 3
_SHARE = 0.18
_LEAD = 1.5


def identify(text: str) -> str | None:
    """ISO 639-1 code of the language that `text` is clearly in, or None: too short, mixed, or, in Latin
    letters, not one of English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Polish.

    In another script it is the code of that script's chief language (`ru` for all Cyrillic).
    """
    letters = sum(each.isalpha() for each in text)
    for code, script in _BY_SCRIPT.items():
        written = len(script.findall(text))
        if written >= max(_FEWEST_LETTERS, letters / 2):
            return "ja" if code == "zh" and len(re.findall(f"[{_KANA}]", text)) > written / 10 else code
    counted = Counter(word.lower() for word in words(text))
    hits = {code: sum(counted[word] for word in small) for code, small in _BY_LANGUAGE.items()}
    first, second = sorted(hits, key=hits.__getitem__, reverse=True)[:2]
    clear = hits[first] >= max(_FEWEST_HITS, _SHARE * counted.total(), _LEAD * hits[second])
    return first if clear else None
