"""The document that most tests of the server have open, and rewrites of its first paragraph."""

URI = "file:///notes/letter.md"
RAIN = (
    "Due to the fact that it was was raining, the the match were cancelled by the referee at noon. "
    "In order to be fair, they received there money back, and nobody complained about it very much."
)
NOTES = (
    "At this point in time nobody wrote anything down, and and the same questions was asked again. "
    "The answers is kept in one plain folder, which is is read by all of the people."
)
LAST = "It is is important to note that the bus were late, and we was standing in the rain for a hour."
LETTER = f"# A letter\n\n{RAIN}\n\n{NOTES}\n"

MENDED = (
    "Because it was raining, the match was cancelled by the referee at noon. "
    "In order to be fair, they received their money back, and nobody complained about it very much."
)
SHORT = MENDED.replace("In order to be fair", "To be fair").replace(" very much", " much")
LIGHT = RAIN.replace("was was", "was").replace("the the", "the")
REWRITES = (SHORT, MENDED, LIGHT)
