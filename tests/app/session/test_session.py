import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices

from app.background.in_process import InProcess
from app.background.requests import Warming
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from tests.app.stand_in import no_judge
from tests.pieces import Note, combo, melody, midi, note_events, piece, scale, track, velocities_only
from tonenet_core.errors import ToneNetError


@pytest.fixture
def say(qtbot):
    """Wait for the next message and return it."""

    def said(session, kind):
        qtbot.waitUntil(lambda: session.message is not None and session.message.kind == kind, timeout=10_000)
        return session.message.text

    return said


class Slow(InProcess):
    """Runs until it is cancelled."""

    def warm(self, request, progress):
        """Be ready."""

    def interpret(self, request, progress):
        self.request = request
        while True:
            progress(0.3)


@pytest.fixture
def slow_session(qtbot, tiny_model):
    session = Session(runner=Slow(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    yield session
    session.close()


def test_a_new_session_is_empty(session):
    assert session.original is session.styled is session.path is session.style is session.job is None
    assert session.side == "original"
    assert session.transfers.options.styles == ("classical", "jazz")
    session.transfers.run("jazz")
    session.toggle_side()
    session.transfers.undo()
    session.transfers.redo()
    assert session.idle


def test_open_shows_the_piece_and_remembers_it(session, piece_file, open_piece):
    piece = open_piece(session, piece_file)
    assert len(piece) == 60
    assert session.settings.recent == [piece_file]
    assert session.player.duration_sec > 1
    assert session.message is None


def damaged(path):
    path.write_bytes(scale()[:40])


def empty(path):
    path.write_bytes(b"")


def drums_only(path):
    path.write_bytes(midi(track(note_events([], 9)), file_format=0))


def not_midi(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))


def missing(path):
    pass


@pytest.mark.parametrize("spoil", [damaged, empty, drums_only, not_midi, missing])
def test_what_cannot_be_opened_gets_a_sentence_and_the_open_piece_stays(
    session, piece_file, open_piece, transfer, say, tmp_path, spoil
):
    piece = open_piece(session, piece_file)
    result = transfer(session, "jazz")
    bad = tmp_path / "bad.mid"
    spoil(bad)
    session.open(bad)
    text = say(session, "error")
    assert "bad.mid" in text
    assert text.endswith(".")
    assert session.original is piece
    assert session.styled is result
    assert session.path == piece_file


def test_opening_does_not_wait_for_a_transfer_that_runs(slow_session, piece_file, open_piece, tmp_path, qtbot):
    open_piece(slow_session, piece_file)
    slow_session.transfers.run("jazz")
    qtbot.waitUntil(lambda: slow_session.job is not None, timeout=5_000)
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    open_piece(slow_session, other)
    qtbot.waitUntil(lambda: slow_session.idle, timeout=5_000)
    assert slow_session.styled is None


def test_notices_of_the_reader_are_shown(session, open_piece, tmp_path):
    path = tmp_path / "band.mid"
    path.write_bytes(combo())
    piece = open_piece(session, path)
    for notice in piece.notices:
        assert notice in session.message.text


def test_of_several_the_first_opens_and_the_rest_is_named(session, tmp_path, qtbot):
    folder = tmp_path / "many"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.mid", "a.MID", "deeper/c.midi"):
        (folder / name).write_bytes(melody(9))
    (folder / "notes.txt").write_text("no music")
    session.open_paths([folder])
    qtbot.waitUntil(lambda: session.path is not None, timeout=5_000)
    assert session.path.name == "a.MID"
    assert [path.name for path in session.document.also_dropped] == ["b.mid", "c.midi"]
    assert "b.mid" in session.message.text
    assert "c.midi" in session.message.text


def test_a_folder_without_midi_gets_a_sentence(session, tmp_path, say):
    (tmp_path / "nothing").mkdir()
    session.open_paths([tmp_path / "nothing"])
    assert "nothing" in say(session, "error")


def test_transfer_gives_a_result_of_the_same_notes(session, piece_file, open_piece, transfer):
    piece = open_piece(session, piece_file)
    result = transfer(session, "classical")
    assert session.style == "classical"
    assert session.side == "styled"
    assert np.array_equal(result.notes["onset_sec"], piece.notes["onset_sec"])
    assert not np.array_equal(result.velocities, piece.velocities)
    assert velocities_only(piece.source, result.to_bytes(), piece.velocity_offsets)


def test_sliders_act_at_once_without_a_model_run(session, piece_file, open_piece, transfer):
    piece = open_piece(session, piece_file)
    full = transfer(session, "classical")
    session.transfers.set_strength(0.0)
    assert np.array_equal(session.styled.velocities, piece.velocities)
    session.transfers.set_strength(1.0)
    assert np.array_equal(session.styled.velocities, full.velocities)
    session.transfers.set_accents(1.0)
    assert not np.array_equal(session.styled.velocities, full.velocities)
    assert session.job is None


def test_sliders_set_before_a_transfer_count_for_it(session, piece_file, open_piece, transfer):
    piece = open_piece(session, piece_file)
    session.transfers.set_strength(0.0)
    assert np.array_equal(transfer(session, "jazz").velocities, piece.velocities)


def test_amounts_stay_within_their_bounds(session):
    session.transfers.set_strength(9)
    session.transfers.set_accents(-1)
    assert (session.transfers.options.strength, session.transfers.options.accents) == (1.5, 0.0)


def test_a_new_seed_performs_a_piece_without_dynamics_anew(performing, flat_file, open_piece, transfer, qtbot):
    session = performing
    open_piece(session, flat_file)
    assert session.transfers.seeded
    session.transfers.set_seed(5)
    assert session.styled is None
    fifth = transfer(session, "jazz")
    assert np.ptp(fifth.velocities) > 0
    session.transfers.set_seed(6)
    qtbot.waitUntil(lambda: session.idle)
    assert session.style == "jazz"
    assert not np.array_equal(session.styled.velocities, fifth.velocities)
    session.transfers.undo()
    assert session.transfers.options.seed == 5
    assert np.array_equal(session.styled.velocities, fifth.velocities)


def test_a_seed_that_is_changed_while_the_model_runs_counts(performing, flat_file, open_piece, qtbot):
    session = performing
    open_piece(session, flat_file)
    session.transfers.run("jazz")
    session.transfers.set_seed(3)
    qtbot.waitUntil(lambda: session.styled is not None and session.idle, timeout=20_000)
    assert session.take.seed == 3


def test_the_seed_matters_where_there_is_something_to_perform(performing, flat_file, piece_file, open_piece):
    session = performing
    assert not session.transfers.seeded
    open_piece(session, piece_file)
    assert not session.transfers.seeded
    open_piece(session, flat_file)
    assert session.transfers.seeded
    session.transfers.set_model("tiny")
    assert not session.transfers.seeded


def test_within_one_style_nothing_changes_and_a_sentence_says_so(performing, piece_file, open_piece, transfer, qtbot):
    session = performing
    piece = open_piece(session, piece_file)
    session.transfers.set_source_style("classical")
    assert session.styled is None
    assert np.array_equal(transfer(session, "classical").velocities, piece.velocities)
    assert "From classical to classical nothing changes" in session.message.text
    session.transfers.set_accents(0.5)
    assert session.message is None
    assert not np.array_equal(session.styled.velocities, piece.velocities)


def test_saying_what_the_piece_is_played_in_makes_the_result_anew(
    performing, piece_file, flat_file, open_piece, transfer, qtbot
):
    session = performing
    piece = open_piece(session, piece_file)
    session.transfers.set_source_style("classical")
    transfer(session, "classical")
    session.transfers.set_source_style("jazz")
    qtbot.waitUntil(lambda: session.idle)
    assert session.take.interpretation.source_style == "jazz"
    assert "nothing changes" not in session.message.text
    assert not np.array_equal(session.styled.velocities, piece.velocities)
    open_piece(session, flat_file)
    assert session.transfers.options.source_style is None


def test_a_strength_of_nothing_needs_no_explanation(performing, piece_file, open_piece, transfer):
    open_piece(performing, piece_file)
    performing.transfers.set_source_style("classical")
    performing.transfers.set_strength(0.0)
    transfer(performing, "classical")
    assert performing.message is None


def test_a_model_brings_its_accents_unless_the_user_has_set_them(performing):
    session = performing
    assert session.transfers.options.accents == 1.0
    session.transfers.set_model("tiny")
    assert session.transfers.options.accents == 0.0
    session.transfers.set_accents(0.3)
    session.transfers.set_model("performer")
    assert session.transfers.options.accents == 0.3


def test_another_model_leaves_the_result_and_its_sliders_until_the_next_transfer(
    performing, piece_file, open_piece, transfer
):
    session = performing
    open_piece(session, piece_file)
    result = transfer(session, "jazz")
    session.transfers.set_model("tiny")
    assert session.styled is result
    assert (session.take.model, session.transfers.options.accents) == ("Performer", 1.0)
    transfer(session, "jazz")
    assert (session.take.model, session.transfers.options.accents) == ("Tiny", 0.0)
    session.transfers.undo()
    assert (session.take.model, session.transfers.options.accents) == ("Performer", 1.0)


def test_undo_and_redo_walk_over_results(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    classical = transfer(session, "classical").velocities
    jazz = transfer(session, "jazz").velocities
    session.transfers.undo()
    assert session.style == "classical"
    assert np.array_equal(session.styled.velocities, classical)
    session.transfers.undo()
    assert session.styled is None
    assert session.side == "original"
    assert not session.transfers.can_undo
    session.transfers.redo()
    session.transfers.redo()
    assert session.style == "jazz"
    assert np.array_equal(session.styled.velocities, jazz)
    assert not session.transfers.can_redo


def test_one_move_of_a_slider_is_one_step_of_undo(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "classical")
    for percent in range(100, 40, -1):
        session.transfers.set_strength(percent / 100)
    session.transfers.set_accents(0.5)
    session.transfers.undo()
    assert (session.transfers.options.strength, session.transfers.options.accents) == (0.41, 0.0)
    session.transfers.undo()
    assert session.transfers.options.strength == 1.0
    assert session.styled is not None
    session.transfers.undo()
    assert session.styled is None


def test_a_new_result_ends_what_could_be_redone(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "classical")
    transfer(session, "jazz")
    session.transfers.undo()
    transfer(session, "jazz")
    assert not session.transfers.can_redo


def test_a_result_that_was_undone_stays_beside_the_new_one(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    jazz = transfer(session, "jazz").velocities
    session.transfers.undo()
    transfer(session, "classical")
    assert [take.interpretation.style for take in session.takes.all] == ["jazz", "classical"]
    session.takes.hear(1)
    assert session.style == "jazz"
    assert np.array_equal(session.styled.velocities, jazz)
    session.transfers.undo()
    assert session.style == "classical"
    session.transfers.undo()
    assert session.styled is None


def test_a_slider_moves_the_result_that_is_shown_and_undo_returns_to_it(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    transfer(session, "classical")
    session.transfers.undo()
    session.transfers.set_strength(0.5)
    session.transfers.undo()
    assert (session.style, session.transfers.options.strength) == ("jazz", 1.0)
    assert [take.interpretation.style for take in session.takes.all] == ["jazz", "classical"]


def test_a_new_piece_forgets_the_old_results(session, piece_file, open_piece, transfer, tmp_path):
    open_piece(session, piece_file)
    transfer(session, "classical")
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    open_piece(session, other)
    assert session.styled is session.style is None
    assert session.side == "original"
    assert not session.transfers.can_undo


def test_sides_are_switched_only_where_there_are_two(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    session.set_side("styled")
    assert session.side == session.player.side == "original"
    transfer(session, "jazz")
    assert session.side == session.player.side == "styled"
    session.toggle_side()
    assert session.side == session.player.side == "original"


def test_cancel_leaves_everything_as_it_was(slow_session, piece_file, open_piece, qtbot):
    session = slow_session
    open_piece(session, piece_file)
    session.transfers.run("jazz")
    qtbot.waitUntil(lambda: session.job is not None and session.job.fraction == 0.3, timeout=5_000)
    session.cancel()
    qtbot.waitUntil(lambda: session.idle, timeout=5_000)
    assert session.styled is session.job is session.message is None
    assert session.original is not None


def test_a_new_transfer_cancels_the_one_that_runs(slow_session, piece_file, open_piece, qtbot):
    session = slow_session
    open_piece(session, piece_file)
    session.transfers.run("jazz")
    qtbot.waitUntil(lambda: session.job is not None, timeout=5_000)
    session.transfers.run("classical")
    qtbot.waitUntil(lambda: session.runner.request.style == "classical", timeout=5_000)
    session.cancel()
    qtbot.waitUntil(lambda: session.idle, timeout=5_000)


def test_a_bug_in_a_job_reaches_the_excepthook(session, monkeypatch, piece_file, qtbot):
    bugs = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: bugs.append(error))
    monkeypatch.setattr("app.documents.dropped_files.read_midi", lambda path: 1 / 0)
    session.open(piece_file)
    qtbot.waitUntil(lambda: bool(bugs), timeout=5_000)
    assert isinstance(bugs[0], ZeroDivisionError)


def test_a_refusal_of_the_model_is_a_message(session, monkeypatch, piece_file, open_piece, say):
    open_piece(session, piece_file)

    def refuse(request, progress):
        raise ToneNetError("This model is tired.")

    monkeypatch.setattr(session.runner, "interpret", refuse)
    session.transfers.run("jazz")
    assert say(session, "error") == "This model is tired."


def test_export_writes_the_result_and_remembers_the_folder(session, piece_file, open_piece, transfer, tmp_path):
    piece = open_piece(session, piece_file)
    transfer(session, "classical")
    assert session.exports.suggested(".mid") == piece_file.parent / "piece (classical).mid"
    folder = tmp_path / "out"
    folder.mkdir()
    session.exports.midi(folder / "x.mid")
    written = (folder / "x.mid").read_bytes()
    assert written != piece.source
    assert velocities_only(piece.source, written, piece.velocity_offsets)
    assert "x.mid" in session.message.text
    assert session.exports.suggested(".wav").parent == folder


def test_the_original_is_never_overwritten(session, piece_file, open_piece, transfer):
    before = piece_file.read_bytes()
    open_piece(session, piece_file)
    transfer(session, "classical")
    session.exports.midi(piece_file)
    assert session.message.kind == "error"
    assert piece_file.read_bytes() == before


def test_an_export_that_fails_is_a_message(session, piece_file, open_piece, transfer, tmp_path):
    open_piece(session, piece_file)
    transfer(session, "classical")
    session.exports.midi(tmp_path / "no such folder" / "x.mid")
    assert session.message.kind == "error"


def test_export_wav_is_a_job_that_writes_sound(session, piece_file, open_piece, say, tmp_path):
    piece = open_piece(session, piece_file)
    target = tmp_path / "x.wav"
    session.exports.wav(target)
    assert "x.wav" in say(session, "info")
    with wave.open(str(target)) as sound:
        assert sound.getnframes() / sound.getframerate() >= piece.duration_sec


@pytest.mark.parametrize("name", ["x.flac", "x.mid"])
def test_what_was_exported_is_shown_in_its_folder(session, piece_file, open_piece, transfer, say, monkeypatch, name):
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    session.messages.dismiss()
    target = piece_file.parent / name
    (session.exports.midi if target.suffix == ".mid" else session.exports.wav)(target)
    assert name in say(session, "info")
    assert target.read_bytes()[:4] == (b"MThd" if target.suffix == ".mid" else b"fLaC")
    assert [(offer.name, offer.text) for offer in session.message.offers] == [("showInFolderOffer", "Show in Folder")]
    session.message.offers[0].call()
    assert [Path(url.toLocalFile()) for url in shown] == [target.parent]


def test_a_cancelled_export_of_sound_leaves_nothing(session, open_piece, qtbot, tmp_path):
    source, target = tmp_path / "long.mid", tmp_path / "long.wav"
    source.write_bytes(melody(3000))
    target.write_bytes(b"mine")
    open_piece(session, source)
    session.exports.wav(target)
    qtbot.waitUntil(lambda: session.job is not None and bool(session.job.fraction), timeout=20_000)
    session.cancel()
    qtbot.waitUntil(lambda: session.job is None and not session.exports.running, timeout=10_000)
    assert target.read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.glob("*long*")) == ["long.mid", "long.wav"]
    assert session.message is None


def test_devices_come_from_the_model_process(session, qtbot):
    session.transfers.set(device="cuda:7")
    session.warm()
    qtbot.waitUntil(lambda: bool(session.transfers.devices), timeout=30_000)
    assert session.transfers.devices[-1] == ("cpu", "CPU")
    assert session.transfers.options.device == "auto"


def test_choices_are_remembered_between_starts(session, tiny_model, qtbot, tmp_path):
    session.transfers.set_device("cpu")
    session.player.set_volume(0.3)
    session.listening.set_soundfont(tmp_path / "x.sf2")
    session.close()
    again = Session(runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    assert again.transfers.options.device == "cpu"
    assert again.player.volume == pytest.approx(0.3)
    assert again.settings.soundfont == tmp_path / "x.sf2"
    again.close()


def test_settings_keep_ten_recent_pieces_latest_first(tmp_path):
    settings = Settings()
    for number in range(15):
        settings.remember_piece(tmp_path / f"{number}.mid")
    settings.remember_piece(tmp_path / "7.mid")
    names = [path.name for path in settings.recent]
    assert names[:2] == ["7.mid", "14.mid"]
    assert len(names) == len(set(names)) == 10
    settings.forget_recent()
    assert settings.recent == []


def test_close_in_the_middle_of_a_transfer_leaves_nothing(slow_session, piece_file, open_piece):
    open_piece(slow_session, piece_file)
    slow_session.transfers.run("jazz")
    slow_session.close()
    slow_session.close()


class Warmed(Slow):
    """Notes what it is warmed for."""

    def __init__(self):
        super().__init__()
        self.warmings = []

    def warm(self, request, progress):
        self.warmings.append(request)


def test_the_chosen_model_is_warmed_behind_the_window_and_again_after_a_cancelled_run(
    qtbot, tiny_model, piece_file, open_piece
):
    runner = Warmed()
    session = Session(runner=runner, models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    try:
        session.warm()
        qtbot.waitUntil(lambda: session.jobs.idle, timeout=10_000)
        assert runner.warmings == [Warming(str(tiny_model.path), "auto")]
        assert session.message is None
        open_piece(session, piece_file)
        session.transfers.run("jazz")
        qtbot.waitUntil(lambda: session.job is not None and session.job.fraction is not None, timeout=10_000)
        session.cancel()
        qtbot.waitUntil(lambda: session.jobs.idle, timeout=10_000)
        assert len(runner.warmings) == 2
    finally:
        session.close()


@pytest.fixture
def band_file(tmp_path):
    """A piano, a bass and drums, a track each."""
    path = tmp_path / "band.mid"
    path.write_bytes(combo())
    return path


def test_other_tracks_are_shown_at_once(session, band_file, open_piece, qtbot):
    piano = open_piece(session, band_file)
    session.transfers.set_tracks((3,))
    qtbot.waitUntil(lambda: session.idle)
    assert session.original.notes["pitch"].tolist() == [36, 37, 38, 39]
    assert session.transfers.options.tracks == (3,)
    assert session.original.to_bytes() == piano.to_bytes() == band_file.read_bytes()
    session.transfers.set_tracks(None)
    qtbot.waitUntil(lambda: session.idle)
    assert session.original.notes.tolist() == piano.notes.tolist()


def test_a_result_is_made_again_of_other_tracks_and_undo_gives_the_former_ones_back(
    session, band_file, open_piece, transfer, qtbot
):
    piano = open_piece(session, band_file)
    first = transfer(session, "jazz")
    session.transfers.set_tracks((2, 3))
    qtbot.waitUntil(lambda: session.styled is not first and session.idle, timeout=20_000)
    assert (len(session.original), len(session.styled), session.style) == (12, 12, "jazz")
    session.transfers.undo()
    assert (session.original, session.styled.to_bytes()) == (piano, first.to_bytes())
    assert session.transfers.options.tracks is None
    session.transfers.redo()
    assert session.transfers.options.tracks == (2, 3)
    session.transfers.undo()
    session.transfers.undo()
    assert session.sides == (piano, None)


def test_tracks_that_cannot_be_played_leave_the_former_ones(session, band_file, open_piece, say, qtbot):
    piano = open_piece(session, band_file)
    session.transfers.set_tracks((4,))
    assert "Track 4 of band.mid has no notes" in say(session, "error")
    assert session.original is piano
    assert session.transfers.options.tracks is None


def test_another_piece_has_its_own_tracks(session, band_file, piece_file, open_piece, qtbot):
    open_piece(session, band_file)
    session.transfers.set_tracks((3,))
    qtbot.waitUntil(lambda: session.idle)
    open_piece(session, piece_file)
    assert session.transfers.options.tracks is None


def test_the_level_acts_at_once_and_is_undone(performing, piece_file, open_piece, transfer):
    piece = open_piece(performing, piece_file)
    kept = transfer(performing, "jazz")
    assert kept.velocities.mean() == pytest.approx(piece.velocities.mean(), abs=0.5)
    performing.transfers.set_level("style")
    usual = performing.take.interpretation.median.mean()
    assert abs(performing.styled.velocities.mean() - usual) < abs(kept.velocities.mean() - usual)
    performing.transfers.undo()
    assert performing.styled.to_bytes() == kept.to_bytes()
    assert performing.transfers.options.level == "keep"
    performing.transfers.redo()
    assert performing.transfers.options.level == "style"


def test_performing_can_be_forced_either_way_and_is_undone(performing, piece_file, open_piece, transfer, qtbot):
    session = performing
    open_piece(session, piece_file)
    carried = transfer(session, "jazz")
    assert (session.take.interpretation.performed, session.transfers.performs) == (False, False)
    session.transfers.set_perform("yes")
    qtbot.waitUntil(lambda: session.styled is not carried and session.idle, timeout=20_000)
    assert (session.take.interpretation.performed, session.transfers.performs) == (True, True)
    session.transfers.undo()
    assert session.transfers.options.perform == "auto"
    assert session.styled.to_bytes() == carried.to_bytes()


def test_a_page_can_be_kept_as_it_is_written(performing, flat_file, open_piece, transfer):
    open_piece(performing, flat_file)
    assert performing.transfers.performs
    performing.transfers.set_perform("no")
    assert not performing.transfers.seeded
    transfer(performing, "jazz")
    assert not performing.take.interpretation.performed


def test_the_seed_matters_where_only_a_model_can_tell_a_player_from_chance(performing, open_piece, transfer, tmp_path):
    path = tmp_path / "humanised.mid"
    chance = np.random.default_rng(0)
    path.write_bytes(piece(Note(index * 240, 48 + index % 24, int(chance.normal(70, 4))) for index in range(80)))
    open_piece(performing, path)
    assert performing.transfers.performs is None
    assert performing.transfers.seeded
    transfer(performing, "jazz")
    assert performing.transfers.performs is performing.take.interpretation.performed
