"""The command line as a user runs it: a process of its own, with the shipped checkpoint."""

import json
import os
import pty
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests import pieces, scores
from tests.core.parts.test_render import band as band_in_swing
from tests.core.parts.test_rhythm import page as written_page
from tests.e2e.commands import COMMAND, ENVIRONMENT, ROOT, assert_refused, tonenet
from tests.fuzz.score_bombs import with_entities
from tonenet_core.midi import read_midi
from tonenet_core.timing.swing import find_swing
from tonenet_core.timing.tempo import beats_at


@pytest.fixture
def band(tmp_path):
    path = tmp_path / "Band.mid"
    path.write_bytes(pieces.combo())
    return path


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


# What a transfer does


@pytest.fixture(scope="module")
def transferred(tmp_path_factory):
    """A folder with a piece of 300 notes, transferred with figures and picture."""
    folder = tmp_path_factory.mktemp("transferred")
    (folder / "in.mid").write_bytes(pieces.melody(300, seed=4))
    result = tonenet(
        "transfer",
        "in.mid",
        "--to",
        "classical",
        "-o",
        "out.mid",
        "--json",
        "--matrices",
        "out.png",
        cwd=folder,
        fresh=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return folder, json.loads(result.stdout)


def test_transfer_changes_velocities_and_nothing_else(transferred):
    folder, _ = transferred
    original, styled = read_midi(folder / "in.mid"), read_midi(folder / "out.mid")
    assert pieces.velocities_only(original.source, styled.source, original.velocity_offsets)
    assert not np.array_equal(original.velocities, styled.velocities)
    assert styled.velocities.min() >= 1
    assert names(folder) == ["in.mid", "out.mid", "out.png"]


def test_a_score_is_performed_and_exported_as_midi(tmp_path):
    (tmp_path / "page.mxl").write_bytes(scores.compressed(scores.waltz()))
    words = ("--to", "classical", "-o")
    result = tonenet("transfer", "page.mxl", *words, "out.mid", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["performed"]
    page, styled = read_midi(tmp_path / "page.mxl"), read_midi(tmp_path / "out.mid")
    assert sorted(styled.notes["pitch"].tolist()) == sorted(page.notes["pitch"].tolist())
    struck, written = (np.sort(beats_at(each.beats_sec, each.notes["onset_sec"])) for each in (styled, page))
    assert 0 < np.abs(struck - written).max() < 0.2  # chords are not struck at once
    assert np.log(np.diff(styled.beats_sec)).std() > 0.01  # and the tempo breathes
    assert len(np.unique(styled.velocities)) > len(np.unique(page.velocities))
    (tmp_path / "bomb.xml").write_bytes(with_entities())
    assert_refused(tonenet("transfer", "bomb.xml", *words, "bomb.mid", cwd=tmp_path), "bomb.xml declares XML entities")
    refused = tonenet("transfer", "page.mxl", *words, "out.mxl", cwd=tmp_path)
    assert (refused.returncode, "under the name of a score" in refused.stderr.replace("\n", " ")) == (2, True)
    assert names(tmp_path) == ["bomb.xml", "out.mid", "page.mxl"]


def test_a_passage_alone_is_played_and_ends_of_bars_are_seconds(tmp_path):
    (tmp_path / "in.mid").write_bytes(band_in_swing())
    words = ("transfer", "in.mid", "--to", "classical", "--from", "jazz", "--parts", "all", "--level", "style", "-o")
    bars = tonenet(*words, "bars.mid", "--from-bar", 3, "--to-bar", 5, cwd=tmp_path)
    seconds = tonenet(*words, "seconds.mid", "--from-time", 4, "--to-time", 10, cwd=tmp_path)
    assert (bars.returncode, seconds.returncode) == (0, 0), bars.stderr + seconds.stderr
    assert (tmp_path / "bars.mid").read_bytes() == (tmp_path / "seconds.mid").read_bytes()
    before, after = read_midi(tmp_path / "in.mid").notes, read_midi(tmp_path / "bars.mid").notes
    outside = [
        sorted((round(float(note["onset_sec"]), 4), int(note["pitch"]), int(note["velocity"])) for note in notes[rows])
        for notes in (before, after)
        for rows in [(notes["onset_sec"] < 3.99) | (notes["onset_sec"] > 10.0 - 1e-3)]
    ]
    assert outside[0] == outside[1]
    assert not np.array_equal(before["velocity"], after["velocity"])
    refused = tonenet(*words, "out.mid", "--from-bar", 9, cwd=tmp_path)
    assert_refused(refused, "in.mid has 8 bars; 9 is none of them.")
    for wrong in (
        ("--from-bar", 5, "--to-bar", 3),
        ("--from-bar", 1, "--to-time", 3),
        ("--from-time", 3, "--to-time", 3),
    ):
        assert tonenet(*words, "out.mid", *wrong, cwd=tmp_path).returncode == 2
    assert names(tmp_path) == ["bars.mid", "in.mid", "seconds.mid"]


def test_bars_of_the_left_hand_alone_are_played_and_the_other_hand_stays(tmp_path):
    (tmp_path / "in.mid").write_bytes(band_in_swing())
    words = ("transfer", "in.mid", "--to", "classical", "--from", "jazz", "--parts", "all", "--level", "style", "-o")
    options = ("--from-bar", 3, "--to-bar", 5, "--hands", "left", "--split", "C5")
    result = tonenet(*words, "left.mid", *options, "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    before, after = read_midi(tmp_path / "in.mid").notes, read_midi(tmp_path / "left.mid").notes
    left = (before["pitch"] < 72) & (before["onset_sec"] >= 4.0) & (before["onset_sec"] < 10.0)
    staying, other = ({tuple(note.tolist()) for note in notes} for notes in (before[~left], after))
    assert 0 < left.sum() < len(before)
    assert staying <= other
    assert len(other - staying) > 0.8 * left.sum()
    figures = json.loads(result.stdout)
    assert abs(figures["notes_in_scope"] - left.sum()) <= 3  # chords at the edges are in or out as one
    assert "belong to both hands" in figures["notices"][-1]
    refused = tonenet(*words, "out.mid", "--hands", "left", "--split", "A0", cwd=tmp_path)
    assert_refused(refused, "The left hand plays no note of in.mid there.")
    for wrong in (("--hands", "both,left"), ("--hands", "1,2"), ("--split", "H4")):
        assert tonenet(*words, "out.mid", *wrong, cwd=tmp_path).returncode == 2
    assert names(tmp_path) == ["in.mid", "left.mid"]


def test_tapped_beats_are_those_of_the_timing(tmp_path):
    (tmp_path / "live.mid").write_bytes(pieces.melody(120, 5, metered=False))
    (tmp_path / "beats.txt").write_text("\n".join(f"{0.3 + 0.5 * beat:.2f}" for beat in range(100)))
    words = ("transfer", "live.mid", "--to", "classical", "--from", "jazz", "-o", "out.mid")
    without = tonenet(*words, "--parts", "timing", "--json", cwd=tmp_path)
    assert "The piece has no beats" in json.loads(without.stdout)["notices"][-1]
    tapped = tonenet(*words, "--parts", "timing", "--tap", "beats.txt", "--json", cwd=tmp_path)
    assert tapped.returncode == 0, tapped.stderr
    assert not [notice for notice in json.loads(tapped.stdout)["notices"] if "has no beats" in notice]
    for option in (("--tap", "beats.txt"), ("--beats", "tracked")):
        assert tonenet(*words, "--parts", "dynamics", *option, cwd=tmp_path).returncode == 2
    both = ("--parts", "timing", "--tap", "beats.txt", "--beats", "none")
    assert tonenet(*words, *both, cwd=tmp_path).returncode == 2
    refused = tonenet(*words, "--parts", "timing", "--beats", "tapped", cwd=tmp_path)
    assert_refused(refused, "No beats were tapped to live.mid.")
    (tmp_path / "beats.txt").write_text("1\none\n")
    refused = tonenet(*words, "--parts", "timing", "--tap", "beats.txt", cwd=tmp_path)
    assert_refused(refused, "Line 2 of beats.txt is no time in seconds")


@pytest.fixture(scope="module")
def in_time(tmp_path_factory):
    """A swung band, played straight in all parts; and the figures."""
    folder = tmp_path_factory.mktemp("in-time")
    (folder / "in.mid").write_bytes(band_in_swing())
    words = ("--to", "classical", "--from", "jazz", "--parts", "all", "-o")
    result = tonenet("transfer", "in.mid", *words, "out.mid", "--json", cwd=folder)
    assert result.returncode == 0, result.stderr
    again = tonenet("transfer", "in.mid", *words, "again.mid", cwd=folder)
    assert again.returncode == 0, again.stderr
    return folder, json.loads(result.stdout)


def test_the_original_of_a_file_with_other_times_is_restored_byte_for_byte(in_time, tmp_path):
    folder, _ = in_time
    result = tonenet("restore", folder / "out.mid", "-o", "original.mid", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "original.mid").read_bytes() == (folder / "in.mid").read_bytes()
    assert "the original of out.mid" in result.stdout
    refused = tonenet("restore", folder / "in.mid", "-o", "none.mid", cwd=tmp_path)
    assert_refused(refused, "in.mid keeps no original")
    assert names(tmp_path) == ["original.mid"]


def test_all_parts_change_time_and_no_note(in_time):
    folder, figures = in_time
    before, after = read_midi(folder / "in.mid"), read_midi(folder / "out.mid")

    assert find_swing(before).mean > 0.6
    assert abs(find_swing(after).mean) < 0.3
    assert sorted(before.notes["pitch"]) == sorted(after.notes["pitch"])
    assert figures["parts"] == ["dynamics", "timing", "articulation", "pedal"]
    assert figures["notes_moved"] >= 20
    assert (folder / "out.mid").read_bytes() == (folder / "again.mid").read_bytes()


def test_a_piece_without_pedal_is_pedalled_and_analyse_tells(in_time):
    folder, figures = in_time
    result = tonenet("analyse", "in.mid", "out.mid", "--json", cwd=folder)
    before, after = map(json.loads, result.stdout.splitlines())

    assert not before["own_parts"]["pedal"]
    assert after["own_parts"]["pedal"]
    assert 0 < after["pedal_share"] < 1
    assert any("pedal" in notice for notice in figures["notices"])


def test_with_rubato_the_tempo_breathes(in_time):
    folder, _ = in_time
    words = ("--to", "classical", "--from", "jazz", "--parts", "timing", "--rubato", "1", "-o", "slow.mid")
    result = tonenet("transfer", "in.mid", *words, cwd=folder)

    assert result.returncode == 0, result.stderr
    before, after = (np.diff(read_midi(folder / name).beats_sec) for name in ("in.mid", "slow.mid"))
    assert np.ptp(before) < 1e-6
    assert np.log(after).std() > 0.02
    assert after.sum() == pytest.approx(before.sum(), rel=0.01)


def test_with_rubato_a_page_is_played_inside_its_beats_too(tmp_path):
    (tmp_path / "page.mid").write_bytes(written_page())
    words = ("--to", "classical", "--parts", "timing", "--rubato", "1", "-o", "played.mid")
    result = tonenet("transfer", "page.mid", *words, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    played = read_midi(tmp_path / "played.mid")
    line = np.sort(played.notes["onset_sec"][played.notes["pitch"] >= 72])
    places = beats_at(played.beats_sec, line)
    away = np.abs(places - np.arange(len(line)) / 4)
    assert away[::4].max() < 0.005  # the beats go with the tempo
    assert 0.01 < away[2::4].mean() < 0.1


def test_a_page_for_piano_alone_breathes_by_default_and_a_band_keeps_its_click(tmp_path):
    (tmp_path / "alone.mid").write_bytes(written_page(alone=True))
    (tmp_path / "band.mid").write_bytes(written_page())
    spread = {}
    for name, words in (("alone", ()), ("alone", ("--rubato", "0")), ("band", ())):
        result = tonenet("transfer", f"{name}.mid", "--to", "classical", *words, "-o", "out.mid", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        spread[name, words] = np.log(np.diff(read_midi(tmp_path / "out.mid").beats_sec)).std()

    assert spread["alone", ()] > 0.02
    assert spread["alone", ("--rubato", "0")] < 1e-6
    assert spread["band", ()] < 1e-6


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--parts", "tempo"), "no list of"),
        (("--parts", "dynamics", "--swing", "1"), "timing"),
        (("--parts", "dynamics", "--rubato", "1"), "timing"),
    ],
)
def test_parts_that_there_are_not(in_time, words, reason):
    folder, _ = in_time
    result = tonenet("transfer", "in.mid", "--to", "jazz", "-o", "never.mid", *words, cwd=folder)

    assert result.returncode == 2
    assert reason in result.stderr
    assert not (folder / "never.mid").exists()


def test_figures_are_those_of_the_files(transferred):
    folder, figures = transferred
    before, after = (read_midi(folder / name).velocities.astype(float) for name in ("in.mid", "out.mid"))
    assert figures["notes"] == 300
    assert (figures["model"], figures["style"]) == ("performer", "classical")
    assert figures["mean_velocity_before"] == pytest.approx(before.mean(), abs=0.001)
    assert figures["mean_velocity_after"] == pytest.approx(after.mean(), abs=0.001)
    assert figures["mean_absolute_change"] == pytest.approx(np.abs(after - before).mean(), abs=0.001)
    assert figures["seconds"] > 0


def test_it_tells_which_style_was_detected_and_nothing_where_it_was_given(transferred):
    folder, figures = transferred
    assert figures["detected_style"] in {"jazz", "classical"}
    assert not figures["already"] or figures["detected_style"] == "classical"
    words = ("--to", "classical", "--from", "jazz", "-o", folder.parent / "given.mid", "--json")
    given = json.loads(tonenet("transfer", "in.mid", *words, cwd=folder).stdout)
    assert (given["detected_style"], given["detected_probability"], given["already"]) == (None, None, False)


def test_it_tells_what_an_uncertain_piece_was_taken_for(tmp_path):
    demo = ROOT / "resources" / "demo" / "corner-table.mid"
    told = tonenet("transfer", demo, "--to", "classical", "-o", "o.mid", cwd=tmp_path)

    assert told.returncode == 0, told.stderr
    assert "; taken for jazz, which is not certain; " in told.stdout
    assert told.stdout.endswith(" notes moved in time\n")


def test_matrices_are_a_picture(transferred):
    folder, _ = transferred
    picture = (folder / "out.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[place : place + 4], "big") for place in (16, 20))
    assert width > height > 500


def test_the_same_again_gives_the_same_bytes_and_shows_progress_on_a_terminal_only(transferred, tmp_path):
    folder, _ = transferred
    ours, theirs = pty.openpty()
    try:
        words = ["transfer", "in.mid", "--to", "CLASSICAL", "-o", tmp_path / "again.mid", "--json"]
        result = subprocess.run(
            [*COMMAND, *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
            env=ENVIRONMENT,
            check=True,
        )
    finally:
        os.close(theirs)
    shown = b""
    with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123  (a descriptor, not a path)
        try:
            while chunk := terminal.read(4096):
                shown += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
    assert b"Transfer to classical" in shown
    assert json.loads(result.stdout)["notes"] == 300
    assert (tmp_path / "again.mid").read_bytes() == (folder / "out.mid").read_bytes()


def test_a_batch_continues_after_a_bad_file_and_reports_it_at_the_end(tmp_path):
    (tmp_path / "good.mid").write_bytes(pieces.scale())
    (tmp_path / "bad.mid").write_bytes(b"no midi")
    (tmp_path / "drums.mid").write_bytes(
        pieces.midi(pieces.track(pieces.note_events([pieces.Note(0, 36)], 9)), file_format=0)
    )
    (tmp_path / "band.mid").write_bytes(pieces.combo())
    files = ["good.mid", "bad.mid", "drums.mid", "band.mid"]
    result = tonenet("transfer", *files, "--to", "jazz", "--out-dir", "new/jazz", "--strength", "0", cwd=tmp_path)
    assert result.returncode == 1
    assert names(tmp_path / "new" / "jazz") == ["band.mid", "good.mid"]
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["new/jazz/good.mid", "new/jazz/band.mid"]
    assert result.stderr.splitlines() == [
        "8 of the 12 melodic notes of band.mid are played; the others stay as they are (bass: 4).",
        "bad.mid is not a MIDI file.",
        "drums.mid contains only drums.",
        "2 of 4 files were left out.",
    ]
    for name in ("good.mid", "band.mid"):  # strength 0 is the original, bit for bit
        assert (tmp_path / "new" / "jazz" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_an_input_named_by_o_is_replaced_and_notices_are_shown(tmp_path):
    path = tmp_path / "piece.mid"
    path.write_bytes(pieces.midi(pieces.track(pieces.note_events(pieces.SCALE), end=b"")))
    before = read_midi(path)
    result = tonenet("transfer", "piece.mid", "--to", "classical", "-o", "piece.mid", "--accents", "1", cwd=tmp_path)
    assert result.returncode == 0
    assert "is damaged" in result.stderr
    assert pieces.velocities_only(before.source, path.read_bytes(), before.velocity_offsets)
    assert names(tmp_path) == ["piece.mid"]


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_leaves_nothing_half_written(tmp_path, request, stop, status):
    (tmp_path / "small.mid").write_bytes(pieces.scale())
    (tmp_path / "large.mid").write_bytes(pieces.melody(60_000))
    command = [*COMMAND, "transfer", "small.mid", "large.mid", "--to", "jazz", "--out-dir", "out"]
    # Tests that run in the background of a shell ignore Ctrl+C, and so would the child.
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, kept))
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout.readline().startswith("out/small.mid")  # so the large one is in progress now
        process.send_signal(stop)
        _, errors = process.communicate(timeout=180)
    assert process.returncode == status, errors
    assert "Traceback" not in errors
    assert names(tmp_path / "out") == ["small.mid"]


# What is refused, before torch is loaded


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"no midi", "is not a MIDI file"),
        (pieces.piece([]), "contains no notes"),
        (None, "not exist"),
    ],
)
def test_bad_input_is_one_line(tmp_path, content, reason):
    if content is not None:
        (tmp_path / "bad.mid").write_bytes(content)
    kept = names(tmp_path)
    assert_refused(tonenet("transfer", "bad.mid", "--to", "jazz", "-o", "out.mid", cwd=tmp_path), "bad.mid", reason)
    assert names(tmp_path) == kept


def test_a_missing_model_or_folder_is_one_line(band, tmp_path):
    words = ("transfer", band, "--to", "jazz", "-o")
    unknown = tonenet(*words, "o.mid", "--model", "nobody", cwd=tmp_path)
    assert_refused(unknown, "nobody", "stylenet")
    assert not {"tempo", "pianist", "accompanist"} & set(unknown.stderr.replace(",", " ").replace(".", " ").split())
    assert_refused(tonenet(*words, "missing/o.mid", cwd=tmp_path), "missing/o.mid", "no folder")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("transfer", "Band.mid", "-o", "o.mid"),
        ("transfer", "Band.mid", "--to", "jazz"),
        ("transfer", "Band.mid", "--to", "polka", "-o", "o.mid"),
        ("transfer", "Band.mid", "--to", "jazz", "-o", "o.mid", "--out-dir", "o"),
        ("transfer", "Band.mid", "Other.mid", "--to", "jazz", "-o", "o.mid"),
        ("transfer", "Band.mid", "sub/Band.mid", "--to", "jazz", "--out-dir", "o"),
        ("transfer", "Band.mid", "--to", "jazz", "--out-dir", "."),
        ("transfer", "Band.mid", "--to", "jazz", "-o", "o.mid", "--strength", "2"),
        ("transfer", "Band.mid", "--to", "jazz", "-o", "o.mid", "--accents", "-1"),
    ],
)
def test_wrong_usage_exits_with_2_and_touches_nothing(band, tmp_path, words):
    result = tonenet(*words, cwd=tmp_path)
    assert result.returncode == 2
    assert "Usage: tonenet" in result.stderr + result.stdout
    assert names(tmp_path) == ["Band.mid"]
    assert band.read_bytes() == pieces.combo()


# The other commands


def test_analyse_says_how_files_are_played(band, tmp_path):
    (tmp_path / "page.mid").write_bytes(pieces.midi(pieces.track(pieces.note_events(pieces.SCALE))))
    (tmp_path / "broken.mid").write_bytes(b"MThd")
    told = tonenet("analyse", "Band.mid", "broken.mid", cwd=tmp_path)
    assert told.returncode == 1
    assert "broken.mid" in told.stderr
    first, *lines = told.stdout.splitlines()
    assert first == "Band.mid: 8 notes, 0:02 minutes"
    facts = {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in lines}
    assert facts["beats"].startswith("metered: 98 a minute")
    assert facts["pedal"] == "not used"
    assert facts["tracks"] == "2 (8 of 8 notes) of 3 with notes"
    assert lines[-1].split() == ["left", "out", "bass", "4"]

    result = tonenet("analyse", "Band.mid", "page.mid", "--json", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    figures, page = map(json.loads, result.stdout.splitlines())
    assert (figures["file"], figures["notes"], figures["metered"]) == ("Band.mid", 8, True)
    assert figures["left_out"] == {"bass": 4}
    assert page["to_a_click"]
    assert page["swing_ratio"] == pytest.approx(1)
    assert page["chord_spread_ms"] is None
    assert page["own_parts"]["pedal"] is False


def test_help_imports_nothing_heavy():
    code = (
        "import sys, tonenet_core.cli as cli\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'numpy', 'rich', 'matplotlib', 'mido'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
    assert "transfer" in result.stdout


@pytest.mark.parametrize("group", [(), ("judge",)])
def test_the_list_of_commands_has_whole_sentences(tmp_path, group):
    result = tonenet(*group, "--help", cwd=tmp_path)
    commands = result.stdout.partition("Commands:")[2].splitlines()[1:]
    assert commands
    assert [line for line in commands if not line.endswith(".") or line.endswith("..")] == []


def test_an_unknown_recipe_is_refused_with_those_that_there_are(tmp_path):
    assert_refused(tonenet("train", "perfomer", "--data", ".", cwd=tmp_path), "no recipe perfomer", "performer, ")
    assert names(tmp_path) == []


def test_models_names_the_shipped_one(tmp_path):
    result = tonenet("models", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("performer: ")  # the default comes first
    assert "jazz, classical" in result.stdout


def test_render_writes_sound(band, tmp_path):
    result = tonenet("render", band.name, "-o", "band.wav", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with wave.open(str(tmp_path / "band.wav"), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        assert sound.getnframes() / sound.getframerate() > 2
    assert np.abs(samples.astype(int)).max() > 500


def test_render_without_its_soundfont_is_one_line(band, tmp_path):
    words = ("render", band.name, "-o", "band.wav", "--soundfont", "none.sf2")
    assert_refused(tonenet(*words, cwd=tmp_path), "none.sf2")
    assert names(tmp_path) == ["Band.mid"]


TINY = """
model = "stylenet"
title = "Tiny"
[config]
styles = ["jazz", "classical"]
hidden = 4
layers = 1
window_steps = 16
[training]
steps = 4
windows = 2
validate_every = 2
"""


def test_prepare_train_evaluate(tmp_path):
    pytest.importorskip("lightning_fabric")
    rows = ["style,file,split,group"]
    for place, split in enumerate(["train", "valid", "test"]):
        for style in ("jazz", "classical"):
            file = Path("data") / style / f"{split}.mid"
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes(pieces.melody(90, seed=place))
            rows.append(f"{style},{style}/{split}.mid,{split},{style}{place}")
    rows.append("jazz,jazz/gone.mid,train,gone")
    (tmp_path / "data" / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")

    prepared = tonenet("prepare", "data", "-o", "cache", cwd=tmp_path)
    assert prepared.returncode == 0, prepared.stderr
    assert "gone.mid" in prepared.stderr

    trained = tonenet("train", "tiny.toml", "--data", "cache", "--seed", 3, "--device", "cpu", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert {"tiny.safetensors", "curves.csv", "curves.png"} <= set(names(tmp_path / "runs" / "tiny-3"))

    words = ("evaluate", "runs/tiny-3/tiny.safetensors", "--data", "cache", "--json", "--device", "cpu")
    report = tonenet(*words, cwd=tmp_path)
    assert report.returncode == 0, report.stderr
    assert json.loads(report.stdout)["split"] == "test"

    assert_refused(tonenet("train", "none.toml", "--data", "cache", cwd=tmp_path), "none.toml")
