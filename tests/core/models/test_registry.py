import pytest

from tonenet_core.models import MODELS, model_class
from tonenet_core.models.base import (
    AccompanimentModel,
    AttentionModel,
    Autoencoder,
    DistributionModel,
    ImageGenerator,
    Network,
    SequenceGenerator,
    TempoModel,
    TouchModel,
    VelocityModel,
)
from tonenet_core.models.beats.tracked import BeatModel
from tonenet_core.models.micro_timing import MicroTimingModel
from tonenet_core.models.pedal import PedalModel
from tonenet_core.models.rhythm import RhythmModel
from tonenet_core.models.swing import SwingModel
from tonenet_core.models.training import Fittable, Trainable

KINDS = {
    "velocity": (VelocityModel,),
    "image": (ImageGenerator,),
    "sequence": (SequenceGenerator,),
    "timing": (TouchModel, SwingModel, TempoModel, MicroTimingModel, RhythmModel, PedalModel),
    "beats": (BeatModel,),
    "accompaniment": (AccompanimentModel,),
}
SMALL = {
    "accompanist": {"hidden": 4, "inner": 4},
    "beats": {"channels": 4, "layers": 1},
    "cycle-gan": {"latent": 2, "hidden": 4, "blocks": 1, "inner": 4, "translations": 1, "judges": 4, "pool": 2},
    "gan": {"latent": 2, "hidden": 4, "blocks": 1},
    "luong": {"hidden": 4, "layers": 1, "style_size": 2, "reach": 2},
    "micro-timing": {"rounds": 4, "leaves": 3, "spread_rounds": 2, "spread_leaves": 3},
    "pedal": {"hidden": 4, "layers": 1},
    "performer": {"hidden": 4, "layers": 1, "style_size": 2},
    "pianist": {"hidden": 4, "inner": 4},
    "rhythm": {"hidden": 4, "layers": 1},
    "seq-gan": {"filters": 2, "kernels": (1, 2), "embedding": 2, "hidden": 2},
    "stylenet": {"hidden": 4, "layers": 1},
    "swing": {"sources": ()},
    "tempo": {"rounds": 4, "leaves": 3, "spread_rounds": 2, "spread_leaves": 3},
    "touch": {"hidden": 4, "layers": 1, "style_size": 2},
    "trees": {"rounds": 1, "leaves": 2, "level_rounds": 1},
    "vae-gan": {"latent": 2, "hidden": 4, "blocks": 1, "prior": 4, "mixtures": 1},
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_of_its_kind_alone_and_does_what_its_row_says(name):
    kind = model_class(name)
    network, entry = kind(kind.Config(styles=("jazz",), **SMALL[name])), MODELS[name]
    assert isinstance(network, Network)
    assert [each for each, protocols in KINDS.items() if isinstance(network, protocols)] == [entry.kind]
    assert isinstance(network, DistributionModel) == entry.performs
    assert isinstance(network, AttentionModel) == entry.attends
    assert isinstance(network, Autoencoder) == entry.encodes
    assert isinstance(network, Trainable) != isinstance(network, Fittable)
    assert entry.generates == (entry.kind in ("image", "sequence"))
    assert entry.transfers == (entry.kind == "velocity")


def test_a_model_that_there_is_not():
    with pytest.raises(KeyError):
        model_class("nobody")
