import json

import pytest
from typer.testing import CliRunner

from tests.core.arranging.test_arranger import song
from tests.core.judge.test_notes import chord_piece
from tests.pieces import Note, piece
from tonenet_core.checkpoint import find
from tonenet_core.cli import app as cli
from tonenet_core.errors import DataError
from tonenet_core.evaluation.covers import measure_covers
from tonenet_core.progress import no_progress


def written(style, seed):
    notes = chord_piece(style, bars=30, seed=seed).notes
    ticks = [round(each * 960) for each in notes["onset_sec"]]
    return piece([Note(tick, int(note["pitch"]), 64, 400) for tick, note in zip(ticks, notes, strict=True)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder: two training pieces, and a song to be measured on in each style."""
    folder = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style in ("jazz", "classical"):
        (folder / style).mkdir()
        for number, split in enumerate(("train", "test", "test", "test")):
            (folder / style / f"{number}.mid").write_bytes(song(8) if number == 3 else written(style, number))
            rows.append(f"{style},{style}/{number}.mid,{split},{style}{number}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_covers_stand_beside_their_controls(folder):
    report = measure_covers(["arranger"], folder, "test", no_progress)
    assert "ImprovNet, as published, by a judge of its own: named 0.53" in report.tables["Covers to jazz"].note
    assert report.pieces == {"jazz": 3, "classical": 3}
    for target in ("jazz", "classical"):
        table = report.tables[f"Covers to {target}"].cells
        assert list(table) == [
            "the piece itself", "the piece, moved by a semitone", "the piece, permuted", "arranger"
        ]  # fmt: skip
        assert table["arranger"]["melody"] == table["arranger"]["playable"] == [1.0, 1.0, 1.0]
        assert min(table["arranger"]["chroma"]) > 0.6
        itself = table["the piece itself"]
        assert itself["chroma"] == pytest.approx([1.0] * 3)
        assert itself["structure"] == pytest.approx([1.0] * 3)
        assert max(table["the piece, moved by a semitone"]["melody"]) < 0.2
        assert max(table["the piece, permuted"]["chroma"]) < min(itself["chroma"])
    overlaps = report.tables["Overlapped area with the style's own pieces"].cells
    assert 0 <= overlaps["arranger, to jazz"]["density"][0] <= 1


def test_a_model_of_a_file_has_its_name(folder):
    path = find("accompanist").path
    tables = measure_covers([str(path)], folder, "test", no_progress, most=1).tables
    assert tables["Covers to jazz"].cells["accompanist"]["melody"] == [1.0]


def test_the_baselines_keep_the_melody_too_and_the_nearest_accompaniment_is_a_copy(folder):
    report = measure_covers(["vae-swap", "nearest"], folder, "test", no_progress, most=1)
    assert report.pieces == {"jazz": 1, "classical": 1}
    for target in ("jazz", "classical"):
        table = report.tables[f"Covers to {target}"].cells
        assert table["vae-swap"]["melody"] == table["nearest"]["melody"] == [1.0]
        assert table["vae-swap"]["playable"] == table["nearest"]["playable"] == [1.0]
        assert table["vae-swap"]["chroma"][0] > 0.8  # it hardly changes anything
        assert table["nearest"]["copied"][0] > 0.05


def test_the_command_writes_table_and_figures(folder, tmp_path):
    result = CliRunner().invoke(cli, ["evaluate", "cover", "arranger", "--data", str(folder), "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "### Covers to jazz" in (tmp_path / "covers-test.md").read_text()
    figures = json.loads((tmp_path / "covers-test.json").read_text())
    assert figures["models"] == ["arranger"]
    assert figures["tables"]["Covers to jazz"]["arranger"]["melody"]["mean"] == 1.0


def test_a_split_without_pieces_is_refused(folder):
    with pytest.raises(DataError, match="no pieces of jazz or classical in its valid split"):
        measure_covers(["arranger"], folder, "valid", no_progress)
