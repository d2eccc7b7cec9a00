from dataclasses import replace

import pytest

from app.session.transfer_options import Choices
from tonenet_core.models import MODELS, model_class


@pytest.mark.parametrize("name", MODELS)
def test_those_that_perform_are_those_that_know_distributions(name):
    assert hasattr(model_class(name), "distribution") == MODELS[name].performs


def test_a_checkpoint_knows_whether_its_model_performs(tiny_model, tiny_performer):
    assert tiny_performer.performs
    assert not tiny_model.performs


def test_the_first_model_is_chosen_with_its_accents(tiny_model, tiny_performer):
    choices = Choices([tiny_performer, tiny_model], "cpu")
    assert choices.model is tiny_performer
    assert choices.accents == tiny_performer.default_accents == 1.0
    assert choices.styles == ("classical", "jazz")


def test_without_a_model_there_is_nothing_to_choose():
    choices = Choices([], "auto")
    assert choices.model is None
    assert choices.styles == ()


def test_a_source_style_that_the_model_does_not_know_is_left_to_it(tiny_model):
    other = replace(tiny_model, name="other", styles=("jazz", "ragtime"))
    choices = Choices([tiny_model, other], "auto")
    choices.source_style = "jazz"
    choices.choose_model("other")
    assert choices.source_style == "jazz"
    choices.source_style = "ragtime"
    choices.choose_model("tiny")
    assert choices.source_style is None
