"""Numbers, amounts, dates and times in running text, in a form in which equal ones are equal strings."""

import re

from msgspec import Struct


class Number(Struct, frozen=True):
    """`normal` is the value: `1000`, `12%`, `$5`, `3 km`, `2024-05-01`, `t14:30`; `raw` as written.

    `soft` ones (a lone "one", "first", "second", "both") may be words rather than numbers.
    """

    normal: str
    raw: str
    soft: bool = False


def _words(text: str) -> list[str]:
    return text.split()


_MONTH_NAMES = _words("january february march april may june july august september october november december")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_SMALL = {
    word: n
    for n, word in enumerate(
        _words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * n for n, word in enumerate(_words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 1000, "m": 10**6, "bn": 10**9, "b": 10**9} | _SCALES
_ORDINALS = {
    word: n
    for n, word in enumerate(
        _words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"), 1
    )
}
_UNITS = {
    "kilometres": "km", "kilometers": "km", "kilometre": "km", "kilometer": "km",
    "metres": "m", "meters": "m",
    "metre": "m", "meter": "m",
    "centimetres": "cm", "centimeters": "cm", "millimetres": "mm",
    "millimeters": "mm", "kilograms": "kg", "kilogram": "kg", "grams": "g", "gram": "g", "seconds": "s",
    "second": "s", "secs": "s", "sec": "s", "milliseconds": "ms", "minutes": "min", "minute": "min",
    "mins": "min", "hours": "h", "hour": "h", "hrs": "h", "gigabytes": "GB", "megabytes": "MB", "litres": "l",
    "liters": "l", "miles": "mi", "mile": "mi", "pounds": "lb", "lbs": "lb",
}  # fmt: skip
_SYMBOLS = "|".join(
    _words(
        "km cm mm µm nm kg mg µg ms µs min GB MB kB KB TB GiB MiB kHz MHz GHz Hz kW mW kV mV °C °F lb mi "
        "m g s h l V W K"
    )
)
_CURRENCIES = {"dollars": "$", "dollar": "$", "usd": "$", "euros": "€", "euro": "€", "eur": "€", "gbp": "£"}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ONES = "|".join(sorted(_SMALL, key=len, reverse=True))
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_ONES}))?|{_ONES})"
_BELOW_1000 = (
    rf"(?:(?:a|{_BELOW_100})[ ]hundred(?:(?:[ ]and)?[ ]{_BELOW_100})?"
    rf"|{_BELOW_100}|a(?=[ ](?:thou|[mbt]\w?illion)))"
)
_BIG = "thousand|million|billion|trillion"
_SPELLED = rf"{_BELOW_1000}(?:[ ](?:{_BIG})\b(?:(?:[ ]and)?[ ]{_BELOW_1000})?){{0,4}}"
_UNIT_WORDS = "|".join(sorted((*_UNITS, *_CURRENCIES), key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d+)?|\d+(?:\.\d+)?"
_PATTERN = re.compile(
    rf"""(?<![\w.])(?:
      (?P<iso>\d{{4}}-\d\d-\d\d)(?!\w)
    | (?P<day_first>(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<m1>{_MONTH})\.?(?:,?\ (?P<y1>\d{{4}}))?)\b
    | (?P<month_first>(?P<m2>{_MONTH})\.?\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:|\.\d)
        (?:,?\ (?P<y2>\d{{4}}))?)\b
    | (?P<month_year>(?P<m3>{_MONTH})\.?,?\ (?:of\ )?(?P<y3>\d{{4}}))\b
    | (?P<clock>(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::\d\d)?(?:\s?(?P<half>[ap]\.?m\b\.?))?)
    | (?P<oclock>(?P<hour2>\d{{1,2}})\s?(?P<half2>[ap]\.?m\b\.?))
    | (?P<version>\d+(?:\.\d+){{2,}})
    | (?P<money>(?P<sign>[$€£¥]|\\\$)\ ?(?P<amount>{_DIGITS})
        (?:[\ -]?(?P<scale>hundred|{_BIG}|bn|[kmb])\b)?)
    | (?P<ordinal>(?P<nth>\d+)(?:st|nd|rd|th))\b
    | (?P<plain>[-−]?(?P<value>{_DIGITS})(?:\ (?P<scale2>hundred|{_BIG})\b)?
        (?P<tail>\s?(?:\\?%|percent\b|per\ cent\b)
          |[\s-]?(?:{_UNIT_WORDS})\b
          |\s?(?:{_SYMBOLS})(?![\w%]))?)
    | (?P<spelled>(?:{_SPELLED})\b(?P<tail2>\ percent\b|\ per\ cent\b|\ %
          |[\ -](?:{_UNIT_WORDS}|{_SYMBOLS})(?![\w%]))?)
    | (?P<both>both)\b
    | (?P<nth_word>{"|".join(_ORDINALS)})\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def numbers(text: str) -> tuple[Number, ...]:
    """All numbers in order: digits or words, with unit, currency or percent sign, dates and times."""
    return tuple(_read(match) for match in _PATTERN.finditer(text))


def _read(match: re.Match[str]) -> Number:
    raw = match.group()
    part = match.groupdict()
    if part["iso"]:
        return Number(raw, raw)
    for kind, day, month, year in (
        ("day_first", "d1", "m1", "y1"),
        ("month_first", "d2", "m2", "y2"),
        ("month_year", "", "m3", "y3"),
    ):
        if part[kind]:
            return Number(_date(part[day] if day else "", part[month], part[year]), raw)
    if part["clock"] or part["oclock"]:
        return Number(
            _time(part["hour"] or part["hour2"], part["minute"], part["half"] or part["half2"]), raw
        )
    if part["version"]:
        return Number(raw, raw)
    if part["money"]:
        return Number(part["sign"].strip("\\") + _scaled(part["amount"], part["scale"]), raw)
    if part["ordinal"]:
        return Number(f"{int(part['nth'])}th", raw)
    if part["both"]:
        return Number("2", raw, soft=True)
    if part["nth_word"]:
        n = _ORDINALS[raw.lower()]
        return Number(f"{n}th", raw, soft=True)
    if part["spelled"]:
        tail = part["tail2"] or ""
        words = raw[: len(raw) - len(tail)].lower()
        return Number(_with_tail(_spelled(words), tail), raw, soft=words == "one")
    sign = "-" if raw[0] in "-−" else ""
    return Number(_with_tail(sign + _scaled(part["value"], part["scale2"]), part["tail"] or ""), raw)


def _date(day: str, month: str, year: str | None) -> str:
    parts = [year or "", f"{_MONTHS[month.lower()]:02}"] + ([f"{int(day):02}"] if day else [])
    return "-".join(parts)


def _time(hour: str, minute: str | None, half: str | None) -> str:
    value = int(hour)
    if half:
        value = value % 12 + (12 if half[0] in "pP" else 0)
    return f"t{value:02}:{minute or '00'}"


def _scaled(digits: str, scale: str | None) -> str:
    """The value without grouping, trailing zeros or scale word; exact, as a decimal string."""
    whole, _, fraction = digits.replace(",", "").partition(".")
    factor = _SHORT_SCALES[scale.lower()] if scale else 1
    fraction = fraction.rstrip("0") if fraction else ""
    value = int(whole + fraction) * factor
    shift = len(fraction)
    text = str(value).rjust(shift + 1, "0")
    return text if not shift else f"{text[:-shift]}.{text[-shift:]}".rstrip("0").rstrip(".")


def _spelled(words: str) -> str:
    total = current = 0
    for word in re.split(r"[ -]+", words):
        if word in _SMALL or word in _TENS:
            current += _SMALL.get(word, _TENS.get(word, 0))
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
    return str(total + current)


def _with_tail(value: str, tail: str) -> str:
    tail = tail.strip(" -\\")
    low = tail.lower()
    if low in ("%", "percent", "per cent"):
        return value + "%"
    if low in _CURRENCIES:
        return _CURRENCIES[low] + value
    return f"{value} {_UNITS.get(low, tail)}" if tail else value
