"""A tiny random network through GGUF: llama.cpp computes what PyTorch computes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("llama_cpp", reason="the round trip needs llama.cpp")

import gguf
import torch
from tokenizers import Tokenizer

from aw_training.errors import TrainingError
from aw_training.export import About, export, quantise, read_weights, trained_tokens, write_gguf
from aw_training.likelihood import Scorer
from aw_training.network import Network, Shape, document_mask
from aw_training.tokenizer import CONTROL_TOKENS, TARGET, train_tokenizer

ABOUT = About(version="0", date="2000-01-01", training_tokens=1, judge_weights={"sum_weight": 0.5})
TEXT = "The plan is plain: don’t read ⟦1⟧ twice."


@dataclass(frozen=True)
class Made:
    """A network and its two files."""

    network: Network
    tokenizer: Tokenizer
    full: Path
    small: Path


@pytest.fixture(scope="module")
def made(paragraphs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch.manual_seed(1)
    tokenizer = train_tokenizer(paragraphs, vocabulary=384)
    network = Network(Shape(2, 64, 2, 96, vocabulary=384, context=64))
    for name, parameter in network.named_parameters():
        torch.nn.init.normal_(parameter, mean=float("norm" in name), std=0.1)
    small = tmp_path_factory.mktemp("models") / "tiny.gguf"
    export(small, network.shape, network.state_dict(), tokenizer, ABOUT)
    return Made(network, tokenizer, small.with_suffix(".f16.gguf"), small)


@pytest.mark.parametrize(("quantised", "tolerance"), [(False, 1e-2), (True, 0.2)])
def test_both_compute_the_same_logits(made: Made, quantised: bool, tolerance: float) -> None:
    tokens = [TARGET, *made.tokenizer.encode(TEXT, add_special_tokens=False).ids]
    row = torch.tensor([tokens])
    with torch.no_grad():
        expected = made.network.logits(made.network(row, document_mask(row)))[0].numpy()
    with Scorer(made.small if quantised else made.full, threads=1) as scorer:
        found = scorer.logits(tokens)
    assert np.abs(found - expected).max() < tolerance


def test_both_tokenise_alike(made: Made) -> None:
    with Scorer(made.full, threads=1) as scorer:
        for text in (TEXT, "  It's 1,234 “naïve”   cafés!", "日本 🙂\n\nx"):
            assert scorer.tokens(text) == made.tokenizer.encode(text, add_special_tokens=False).ids


def test_a_likelihood_is_the_sum_over_the_text_s_tokens(made: Made) -> None:
    tokens = made.tokenizer.encode(TEXT, add_special_tokens=False).ids
    row = torch.tensor([[TARGET, *tokens]])
    with torch.no_grad():
        scores = made.network.logits(made.network(row, document_mask(row)))[0].log_softmax(-1)
    expected = sum(float(scores[place, token]) for place, token in enumerate(tokens))
    with Scorer(made.full, threads=1) as scorer:
        likelihood = scorer.score(TEXT)
    assert likelihood.tokens == len(tokens)
    assert likelihood.total == pytest.approx(expected, abs=1e-2)


def test_weights_come_back(made: Made) -> None:
    shape, weights = read_weights(made.full)
    assert shape == made.network.shape
    for name, weight in made.network.state_dict().items():
        torch.testing.assert_close(weights[name], weight, atol=1e-3, rtol=1e-3)


def test_the_file_says_what_it_is(made: Made) -> None:
    fields = gguf.GGUFReader(made.small).fields
    assert fields["aw.dialect"].contents() == "mini"
    assert fields["aw.unit"].contents() == "sentence"
    assert fields["general.name"].contents() == "aw-mini"
    assert fields["general.license"].contents() == "apache-2.0"
    assert "CC BY" in fields["general.description"].contents()
    assert fields["aw.training_tokens"].contents() == trained_tokens(made.small) == 1
    assert fields["aw.judge"].contents() == "likelihood"
    assert fields["aw.judge.sum_weight"].contents() == pytest.approx(0.5)
    assert fields["tokenizer.ggml.pre"].contents() == "gpt-2"
    assert fields["tokenizer.ggml.add_bos_token"].contents() is False
    kinds = fields["tokenizer.ggml.token_type"].contents()
    assert set(kinds[: len(CONTROL_TOKENS)]) == {gguf.TokenType.CONTROL}
    assert gguf.TokenType.CONTROL not in kinds[len(CONTROL_TOKENS) :]
    assert "tokenizer.chat_template" not in fields


def test_a_vocabulary_smaller_than_the_embedding_is_filled_up(made: Made, tmp_path: Path) -> None:
    larger = Network(Shape(1, 64, 2, 96, vocabulary=400, context=64))
    path = tmp_path / "larger.gguf"
    write_gguf(path, larger.shape, larger.state_dict(), made.tokenizer, ABOUT)
    with Scorer(path, threads=1) as scorer:
        assert scorer.logits([TARGET]).shape == (1, 400)


def test_what_llama_cpp_cannot_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    with pytest.raises(TrainingError, match="could not quantise"):
        quantise(tmp_path / "broken.gguf", tmp_path / "small.gguf")
