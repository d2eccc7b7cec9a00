from dataclasses import replace

import pytest

from app.session.transfer_options import first_options
from tonenet_core.models import MODELS, model_class


@pytest.mark.parametrize("name", MODELS)
def test_those_that_perform_are_those_that_know_distributions(name):
    assert hasattr(model_class(name), "distribution") == MODELS[name].performs


def test_a_checkpoint_knows_whether_its_model_performs(tiny_model, tiny_performer):
    assert tiny_performer.performs
    assert not tiny_model.performs


def test_the_first_model_is_chosen_with_its_accents(tiny_model, tiny_performer):
    options = first_options((tiny_performer, tiny_model), "cpu")
    assert options.model is tiny_performer
    assert options.accents == tiny_performer.default_accents == 1.0
    assert options.styles == ("classical", "jazz")


def test_without_a_model_there_is_nothing_to_choose():
    options = first_options((), "auto")
    assert options.model is None
    assert options.styles == ()


def test_a_source_style_that_the_model_does_not_know_is_left_to_it(tiny_model):
    other = replace(tiny_model, name="other", styles=("jazz", "ragtime"))
    options = replace(first_options((tiny_model, other), "auto"), source_style="jazz").with_model("other")
    assert options.source_style == "jazz"
    assert replace(options, source_style="ragtime").with_model("tiny").source_style is None
