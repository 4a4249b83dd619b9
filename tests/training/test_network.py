"""The network's shapes and what each position may know."""

import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

import torch

from aw_training.muon import Muon, orthogonal
from aw_training.network import Network, Shape, document_mask, language_model_loss
from aw_training.tokenizer import END, PAD, TARGET

SHAPE = Shape(layers=2, width=32, heads=2, hidden=64, vocabulary=128, context=64)


def _network() -> Network:
    torch.manual_seed(1)
    network = Network(SHAPE)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network


def _logits(network: Network, tokens: list[int]) -> torch.Tensor:
    row = torch.tensor([tokens])
    with torch.no_grad():
        return network.logits(network(row, document_mask(row)))[0]


def test_every_position_scores_the_vocabulary() -> None:
    assert _logits(_network(), [TARGET, 50, 51]).shape == (3, 128)


def test_a_position_knows_nothing_of_what_follows() -> None:
    network = _network()
    one = _logits(network, [TARGET, 50, 51, 52])
    other = _logits(network, [TARGET, 50, 51, 99])
    torch.testing.assert_close(one[:3], other[:3])
    assert not torch.allclose(one[3], other[3])


def test_a_document_reads_the_same_alone_and_behind_another_in_its_row() -> None:
    network = _network()
    document = [TARGET, 60, 61, 62, END]
    behind = _logits(network, [TARGET, 50, 51, END, *document, PAD, PAD])
    torch.testing.assert_close(behind[4:9], _logits(network, document), atol=1e-4, rtol=1e-4)


def test_padding_and_first_tokens_do_not_count_in_the_loss() -> None:
    network = _network()
    row = torch.tensor([[TARGET, 50, END, TARGET, 51, END, PAD]])
    logits = _logits(network, row[0].tolist()).log_softmax(-1)
    wanted = [(0, 50), (1, END), (3, 51), (4, END)]
    expected = -sum(float(logits[place, token]) for place, token in wanted) / len(wanted)
    loss = language_model_loss(network, row, document_mask(row)).item()
    assert loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("rows_and_columns", [(48, 16), (16, 48)])
def test_an_orthogonal_step_has_singular_values_near_one(rows_and_columns: tuple[int, int]) -> None:
    torch.manual_seed(1)
    values = torch.linalg.svdvals(orthogonal(torch.randn(3, *rows_and_columns)))
    assert float(values.min()) > 0.5
    assert float(values.max()) < 1.4


def test_muon_lowers_a_loss() -> None:
    torch.manual_seed(1)
    matrix = torch.nn.Parameter(torch.randn(8, 8))
    goal = torch.randn(8, 8)
    optimiser = Muon([matrix], lr=0.1)
    losses = []
    for _ in range(30):
        loss = (matrix - goal).square().sum()
        losses.append(loss.item())
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    assert losses[-1] < losses[0] / 2
