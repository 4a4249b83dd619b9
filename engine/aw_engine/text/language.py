"""Which language a text is plainly in, where that is not the one expected, by py3langid (139 languages).

The question is never which language is the likeliest but whether the expected one can be ruled out: a
sentence of verse, dialect, initials or dishes looks like anything, and a doubt leaves the text what it was
taken for. The limits were set on 27,600 sentences of English manuals and licences, of which four are called
foreign (code about other languages), on 158 short English texts of all registers, of which none is, and on
122 sentences of four to twenty words in sixty languages, of which eight are not.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from aw_engine.domain.passage import ENGLISH
from aw_engine.text.sentences import sentences
from aw_engine.text.words import lexicon

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Words of English alone, and so frequent there that a stretch with enough of them need not be looked into.
_ENGLISH_WORDS: Final = frozenset(
    (
        *("the", "and", "with", "that", "this", "these", "those", "they", "from", "which", "their", "would"),
        *("there", "what", "about", "when", "where", "should", "could", "you", "your", "his", "our", "she"),
        *("because", "into"),
    )
)
_PLAINLY_ENGLISH = 1 / 8
_COMMON = 8  # frequency class
_MOSTLY = 0.9
_SURE = 33.0  # nats by which another language explains a text better than those expected
_LIKELY = 24.0
_PER_WORD = 3.3  # the same for each word, at least: many words make any difference large
_FEWEST_WORDS = 4  # different ones
_FEWEST_LETTERS = 4  # of a script without spaces
_WINDOW = 60  # words that are read at once: repeated ones count less and less
_WINDOWS = 20
# Spoken in English words (Nigerian Pidgin), or no language at all.
_CREOLE = "pcm"
_ENGLISHES = frozenset((ENGLISH, _CREOLE))
_CLEARLY_CREOLE = 12.0  # nats by which it explains a sentence better than English does
_NO_LANGUAGE = "zxx"
_EDGES = "\"'“”‘’«»„‚‹›()[]{}*_~`.,;:!?…¿¡|–—-"
_NO_WORD = re.compile(r"[\d\\@/_<>=#$&{}\[\]|^~*+]|\w[.:]\w")
_CHUNK = re.compile(r"\S+")
_SENTENCE_END = (".", "!", "?", ":", "…")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_FOREIGN_SCRIPT = re.compile("[^\\W\\d_\u0000-\u024f\u1e00-\u1eff]")
# What stands between quotation marks, or is set off by stars or underscores.
_QUOTED = re.compile(
    r"“[^“”]{8,}”|„[^„“”]{8,}[“”]|«[^«»]{8,}»|‘[^‘’]{8,}’|\"[^\"]{8,}\"|"
    r"(?<!\w)\*(?!\s)[^*]{8,}\*(?!\w)|(?<!\w)_(?!\s)[^_]{8,}_(?!\w)"
)

UNKNOWN: Final = "another language"
_NAMES: Final = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "br": "Breton", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "eo": "Esperanto", "es": "Spanish",
    "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
    "gd": "Scottish Gaelic", "gl": "Galician", "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "la": "Latin", "lt": "Lithuanian", "lv": "Latvian",
    "mt": "Maltese", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pcm": "an English creole",
    "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "so": "Somali", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip


def name(language: str) -> str:
    """The English name of a language by its ISO 639 code, `another language` for one that is not listed."""
    return _NAMES.get(language, UNKNOWN)


def other_than(languages: Collection[str], text: str) -> str | None:
    """ISO 639 code of the language that `text` is plainly in, None if that is one of `languages` or in doubt.

    A long text is judged by evenly spread stretches, of which more than half must say the same.
    """
    words = _words(text)
    windows = [words[at : at + _WINDOW] for at in range(0, len(words), _WINDOW)]
    if len(windows) > 1 and len(windows[-1]) < _WINDOW // 3:
        windows.pop()
    step = max(1, -(-len(windows) // _WINDOWS))
    found = Counter(_other(window, languages, _SURE) for window in windows[::step])
    language, times = next(iter(found.most_common(1)), (None, 0))
    return language if times * 2 > found.total() else None


def of_passage(text: str, expected: str) -> str:
    """The language of one passage of a document that is in `expected`: another one only if that is plain.

    No passage with a sentence of plain English is foreign, whatever it quotes.
    """
    found = other_than((expected,), text)
    if found is None or expected == found:
        return expected
    if any(_is_english(_words(text[start:end])) for start, end in sentences(text)):
        return ENGLISH
    return found


def ready(text: str) -> None:
    """Read what is needed to judge this document, unless that is there or all of it is plain English."""
    if _identifier.cache_info().currsize:
        return
    for paragraph in re.split(r"\n[ \t]*\n", text):
        words = _words(paragraph)
        if len(words) >= _FEWEST_WORDS and not _is_english(words) and not _is_common(words):
            _identifier()
            return


def leans_to_english(text: str, other: str) -> bool:
    """Whether English explains `text` better than this other language does, however little."""
    words = _words(text)
    if _is_english(words):
        return True
    scores = dict(_identifier().rank(" ".join(words)))
    return other in scores and max(scores[each] for each in _ENGLISHES) > scores[other]


@lru_cache(maxsize=512)
def foreign_ranges(text: str) -> tuple[tuple[int, int, str], ...]:
    """Half-open ranges of an English text that are very likely in another language or an English creole, with
    its code, in order: whole sentences, and in other sentences what is quoted or set off."""
    found: list[tuple[int, int, str]] = []
    for start, end in sentences(text):
        language = _foreign(text[start:end])
        if language is not None:
            found.append((start, end, language))
            continue
        for match in _QUOTED.finditer(text, start, end):
            language = _foreign(match.group())
            if language is not None:
                found.append((match.start(), match.end(), language))
    return tuple(found)


def _foreign(text: str) -> str | None:
    words = _words(text)
    if len(words) > 4 * _WINDOW:
        return None
    return _other(words, (ENGLISH,), _LIKELY) or (_CREOLE if _is_creole(words) else None)


def _is_creole(words: list[str]) -> bool:
    """Whether a sentence is in an English creole (Nigerian, Jamaican), whose grammar is its own."""
    if len(set(words)) < _FEWEST_WORDS or _is_english(words) or _is_common(words):
        return False
    (first, best), *others = _identifier().rank(" ".join(words))
    return first == _CREOLE and bool(best - dict(others)[ENGLISH] >= _CLEARLY_CREOLE)


def _words(text: str) -> list[str]:
    """The words that may show a language: in small letters, without names, code and numbers."""
    if text.isupper():
        text = text.lower()
    if 0 < 2 * len(_FOREIGN_SCRIPT.findall(text)) < sum(map(str.isalpha, text)):
        text = " ".join(chunk for chunk in text.split() if not _FOREIGN_SCRIPT.search(chunk))
    return list(_told_words(text))


def _told_words(text: str) -> Iterator[str]:
    begins = True
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        word = chunk.strip(_EDGES)
        if not word:
            continue
        begun, begins = begins, chunk.rstrip("\"'”’»)*_").endswith(_SENTENCE_END)
        if _NO_WORD.search(word) or word[1:] != word[1:].lower():
            continue
        if begun or not word[0].isupper():
            yield word.lower()


def _is_english(words: list[str]) -> bool:
    hits = sum(word in _ENGLISH_WORDS for word in words)
    return len(words) >= _FEWEST_WORDS and hits >= _PLAINLY_ENGLISH * len(words)


def _is_common(words: list[str]) -> bool:
    """Whether nearly all of the words are common in English, so that the detector need not be read."""
    frequency = lexicon().frequency
    return sum(frequency(word) >= _COMMON for word in words) >= _MOSTLY * len(words)


def _other(words: list[str], languages: Collection[str], least: float) -> str | None:
    text = " ".join(words)
    if len(set(words)) < _FEWEST_WORDS and len(_SPACELESS.findall(text)) < _FEWEST_LETTERS:
        return None
    if _is_english(words):
        return None if ENGLISH in languages else ENGLISH
    if ENGLISH in languages and _is_common(words):
        return None
    scores = dict(_identifier().rank(text))
    expected = [scores[each] for each in _varieties(languages) if each in scores]
    if not expected:
        return None
    others = {key: score for key, score in scores.items() if key != _NO_LANGUAGE}
    for each in _varieties(languages):
        others.pop(each, None)
    best = max(others, key=others.__getitem__)
    lead = others[best] - max(expected)
    units = max(len(words), len(_SPACELESS.findall(text)))
    if lead < max(least, _PER_WORD * units):
        return None
    return ENGLISH if best in _ENGLISHES else best


def _varieties(languages: Collection[str]) -> frozenset[str]:
    """The codes under which the detector knows these languages, and those that it cannot tell from them."""
    wanted = frozenset(languages)
    groups = (_ENGLISHES, {"no", "nn", "da"}, {"id", "ms"}, {"hr", "sr", "bs"}, {"zh", "yue", "wuu"})
    return wanted.union(*(group for group in groups if wanted & group))


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    """The detector, which takes a second to read: most English is known without it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
