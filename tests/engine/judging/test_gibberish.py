from aw_engine.judging.gibberish import gibberish, scripts

ORIGINAL = "The team met on Monday and agreed to test the new pump before the end of the month."


def test_plain_rewriting_is_not_gibberish() -> None:
    rewrite = "On Monday the team met and agreed to test the new pump before the month ends."
    assert not gibberish(ORIGINAL, rewrite, "en")


def test_words_that_no_list_has_are() -> None:
    assert gibberish(ORIGINAL, "The zorble met on Flimday and agreed to grunkle the new pump.", "en")


def test_the_writers_own_odd_words_are_known() -> None:
    odd = "The Flarnborough kwizzler, model zx, met its snorgle and grunkle on Monday."
    assert not gibberish(odd, odd.replace("met", "saw"), "en")


def test_a_loop_is_gibberish_unless_the_original_loops() -> None:
    loop = "and agreed to test it and agreed to test it and agreed to test it and agreed to test it."
    assert gibberish(ORIGINAL, loop, "en")
    assert not gibberish(loop, loop, "en")


def test_other_languages_are_not_measured_by_an_english_word_list() -> None:
    text = "Der Ausschuss vertagte die Reparatur der Brücke."
    assert not gibberish("Die Reparatur wurde vertagt.", text, "de")


def test_scripts_are_named_and_symbols_have_none() -> None:
    assert scripts("abc é ﬁ 5 µm → 🙂") <= {"LATIN", "COMMON"}
    assert "CYRILLIC" in scripts("Джон")
    assert "CJK" in scripts("天")
