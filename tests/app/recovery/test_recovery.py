import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.background.in_process import InProcess
from app.documents.kept_piece import KeptPiece, KeptStep, KeptTake
from app.playback.player import Player
from app.recovery.recovery import Recovery
from app.recovery.snapshot import FORMAT, LOCK, SessionFolder, Snapshot
from app.session.session import Session
from app.window.message_bar import MessageBar
from tests.app.stand_in import no_judge
from tests.core.arranging.test_arranger import song
from tests.core.parts.test_render import band
from tests.pieces import combo, melody
from tonenet_core.cover import ARRANGER, stays

ROOT = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path):
    return tmp_path / "sessions"


@pytest.fixture
def start(qtbot, tiny_model, tiny_performer, tiny_generator, root):
    """Start the program's session with its recovery, as often as one likes."""
    started = []

    def begun(models=None, delay_ms=1):
        session = Session(
            runner=InProcess(),
            models=[tiny_model, tiny_performer] if models is None else models,
            player=Player(audio=False),
            generators=[tiny_generator],
            load_judge=no_judge,
        )
        recovery = Recovery(session, root, delay_ms=delay_ms)
        started.append((session, recovery))
        return session, recovery

    yield begun
    for session, recovery in started:
        recovery.close()
        session.close()


def crash(recovery, root):
    """Leave what a killed process leaves: its files, and a lock that names a process that is gone."""
    recovery.save()
    own = max(root.glob("*/session.json"), key=lambda file: file.stat().st_mtime_ns).parent
    left = own.with_name(f"{own.name}-killed")
    shutil.copytree(own, left, ignore=shutil.ignore_patterns(LOCK))
    recovery.close()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (left / LOCK).write_text(f"{gone.pid}\ntonenet\n\n\n\n")


def pressed(qtbot, session, name):
    offer = next(offer for offer in session.message.offers if offer.name == name)
    session.messages.dismiss()
    offer.call()


def test_a_result_comes_back_as_it_was(start, root, piece_file, open_piece, transfer, qtbot, tiny_performer):
    session, recovery = start()
    open_piece(session, piece_file)
    session.transfers.set_model(tiny_performer.name)
    session.transfers.set_source_style("classical")
    transfer(session, "jazz")
    session.transfers.set_strength(0.6)
    session.transfers.set_accents(0.3)
    session.set_side("original")
    session.player.set_loop((1.0, 2.5))
    session.player.seek(1.5)
    styled = session.styled.to_bytes()
    crash(recovery, root)

    again, after = start()
    after.offer()
    assert "piece.mid" in again.message.text
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=20_000)
    assert again.styled.to_bytes() == styled
    assert (again.transfers.options.model_name, again.transfers.options.source_style) == (
        tiny_performer.name,
        "classical",
    )
    assert (again.transfers.options.strength, again.transfers.options.accents) == (0.6, 0.3)
    assert again.side == again.player.side == "original"
    assert again.player.position_sec == pytest.approx(1.5, abs=0.01)
    assert again.player.loop == pytest.approx((1.0, 2.5), abs=0.01)
    third, later = start()
    later.offer()
    assert third.message is None  # what was restored is the running session's now


def test_an_edited_original_comes_back(start, root, piece_file, open_piece, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    session.editing.set(np.array([3]), [100])
    edited = session.styled.to_bytes()
    crash(recovery, root)

    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=20_000)
    assert again.styled.to_bytes() == edited
    assert again.side == "styled"
    again.transfers.undo()
    assert again.styled is None


def test_the_offer_names_the_project_of_the_piece(start, root, piece_file, open_piece, transfer, tmp_path):
    session, recovery = start()
    open_piece(session, piece_file)
    transfer(session, "jazz")
    session.document.set_project(tmp_path / "night.tonenet")
    crash(recovery, root)
    again, after = start()
    after.offer()
    assert "night.tonenet" in again.message.text


def test_edits_come_back_with_their_take_and_its_steps(start, root, piece_file, open_piece, transfer, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    transfer(session, "jazz")
    session.editing.set(np.array([3, 7]), [100, 20])
    session.editing.set(np.array([7]), [90])
    edited = session.styled.to_bytes()
    transfer(session, "classical")
    session.takes.hear(1)
    crash(recovery, root)

    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=20_000)
    assert again.styled.to_bytes() == edited
    assert [len(take.edits) for take in again.takes.all] == [2, 0]
    again.transfers.set_strength(0.2)
    assert again.styled.velocities[[3, 7]].tolist() == [100, 90]
    for _ in range(4):  # strength, the way back to the take, the other take, the second edit
        again.transfers.undo()
    assert again.editing.edits.velocities.tolist() == [100, 20]


def test_a_result_in_time_comes_back_as_it_was(start, root, tmp_path, open_piece, transfer, qtbot, tiny_performer):
    path = tmp_path / "band.mid"
    path.write_bytes(band())
    session, recovery = start()
    open_piece(session, path)
    session.transfers.set_model(tiny_performer.name)
    session.transfers.set_source_style("jazz")
    session.transfers.set_parts(("timing", "articulation", "pedal"))
    session.transfers.set_swing(0.35)
    session.transfers.set_rubato(0.8)
    transfer(session, "classical")
    result = session.document.result.to_bytes()
    session.player.seek(5.0)
    session.player.set_loop((2.0, 3.0))
    assert session.side == "styled"
    crash(recovery, root)

    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=20_000)
    assert again.document.result.to_bytes() == result
    assert again.transfers.options.parts == ("timing", "articulation", "pedal")
    assert (again.transfers.options.swing, again.transfers.options.rubato) == (0.35, 0.8)
    again.set_side("styled")
    assert again.player.places.time_map is not None
    assert again.player.position_sec == pytest.approx(5.0, abs=2e-3)
    assert again.player.loop == pytest.approx((2.0, 3.0), abs=2e-3)


def test_a_performance_comes_back_with_its_seed(start, root, flat_file, open_piece, transfer, tiny_performer, qtbot):
    session, recovery = start([tiny_performer])
    open_piece(session, flat_file)
    session.transfers.set_seed(7)
    styled = transfer(session, "jazz").to_bytes()
    crash(recovery, root)
    again, after = start([tiny_performer])
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=20_000)
    assert again.transfers.options.seed == 7
    assert again.styled.to_bytes() == styled


def test_pieces_that_were_made_here_come_back(start, root, invented, qtbot):
    session, recovery = start()
    first = invented(session).to_bytes()
    session.transfers.set_seed(2)
    second = invented(session).to_bytes()
    session.document.bring_back(session.document.pieces.documents[0])
    crash(recovery, root)
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.original is not None, timeout=10_000)
    assert again.original.to_bytes() == first
    assert again.path is None
    assert again.title == session.title
    assert [each.performance.to_bytes() for each in again.document.pieces.documents] == [first, second]
    assert again.document.unsaved


def test_a_cover_comes_back_beside_its_piece_and_knows_what_is_new(start, root, tmp_path, open_piece, qtbot):
    path = tmp_path / "song.mid"
    path.write_bytes(song())
    session, recovery = start()
    source = open_piece(session, path)
    session.covering.set(model_name=ARRANGER)
    session.covering.run("jazz")
    qtbot.waitUntil(lambda: session.original is not source and session.idle, timeout=30_000)
    cover = session.original
    crash(recovery, root)
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.original is not None, timeout=10_000)
    assert again.original.to_bytes() == cover.to_bytes()
    assert again.document.source.to_bytes() == source.to_bytes()
    assert stays(again.original).tolist() == stays(cover).tolist()
    assert again.covering.piece is again.document.source  # what another cover would be of
    assert again.covering.style == "jazz"
    again.covering.set(model_name=ARRANGER)
    assert again.covering.run_again()
    qtbot.waitUntil(lambda: again.title != session.title and again.idle, timeout=30_000)
    assert again.title == "Jazz cover of song (seed 1)"


def test_tapped_beats_come_back_before_there_is_a_result(start, root, piece_file, open_piece, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    session.tapping.taps_sec[:] = [0.5, 1.1, 1.7, 2.4]
    session.tapping.use()
    beats = session.original.beats_sec.tolist()
    assert {0.5, 1.1, 1.7, 2.4} <= set(beats)
    crash(recovery, root)
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.original is not None, timeout=10_000)
    assert again.original.tapped_sec == (0.5, 1.1, 1.7, 2.4)
    assert again.original.beats_sec.tolist() == beats


def test_a_passage_comes_back_with_its_take(start, root, piece_file, open_piece, transfer, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    session.player.set_loop((2.0, 5.0))
    session.transfers.set(passage_only=True)
    styled, passage = transfer(session, "jazz").to_bytes(), session.take.passage
    assert passage is not None
    crash(recovery, root)
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None, timeout=10_000)
    assert (again.take.passage, again.styled.to_bytes()) == (passage, styled)
    again.transfers.set_strength(0.4)
    outside = again.original.notes["onset_sec"] > 6.0
    assert (again.styled.velocities[outside] == again.original.velocities[outside]).all()


def test_a_file_is_kept_as_soon_as_it_is_open(start, root, piece_file, open_piece):
    session, _ = start(delay_ms=60_000)
    open_piece(session, piece_file)
    (own,) = root.glob("*/session.json")
    assert [piece["path"] for piece in json.loads(own.read_text())["pieces"]] == [str(piece_file)]


def test_a_take_is_kept_before_it_can_be_painted(start, root, piece_file, open_piece, transfer):
    session, _ = start(delay_ms=60_000)
    open_piece(session, piece_file)
    kept = []

    def look():
        if session.take is not None and not kept:
            kept.extend(json.loads(next(root.glob("*/session.json")).read_text())["pieces"][0]["takes"])

    session.changed.connect(look)  # the last to hear of it
    transfer(session, "jazz")
    assert [take["interpretation"]["style"] for take in kept] == ["jazz"]
    session.takes.rename(session.take, "Late night")
    takes = json.loads(next(root.glob("*/session.json")).read_text())["pieces"][0]["takes"]
    assert takes[-1]["values"]["name"] == "Late night"


def test_every_result_of_every_piece_comes_back_without_a_model(
    start, root, piece_file, open_piece, transfer, invented, qtbot, tiny_performer
):
    session, recovery = start([tiny_performer])
    open_piece(session, piece_file)
    transfer(session, "jazz")
    transfer(session, "classical")
    detected = session.take.interpretation.detected
    assert detected is not None
    session.takes.rename(session.takes.all[0], "Late night")
    session.takes.star(session.takes.all[1], starred=True)
    session.transfers.set_strength(0.5)
    session.transfers.undo()
    session.generation.set(origin="piece")
    invented(session)
    expected = [result.performance.to_bytes() for result in session.document.pieces.unsaved()]
    source = session.document.source.to_bytes()
    assert len(expected) == 3
    crash(recovery, root)
    piece_file.unlink()

    again, after = start([])
    after.offer()
    assert "1 more" in again.message.text
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.original is not None, timeout=10_000)
    assert [result.performance.to_bytes() for result in again.document.pieces.unsaved()] == expected
    assert again.document.source.to_bytes() == source
    piece = again.document.pieces.documents[0]
    assert (piece.title, piece.path) == ("piece.mid", piece_file)
    again.document.bring_back(piece)
    assert again.take.interpretation.detected == detected
    assert again.transfers.can_redo
    again.transfers.redo()
    assert again.transfers.options.strength == 0.5
    assert [(take.name, take.starred) for take in again.takes.all] == [("Late night", False), ("", True)]
    again.takes.hear(1)
    assert again.style == "jazz"
    again.takes.delete(again.takes.all[1])
    again.transfers.undo()
    assert len(again.takes.all) == 2


def test_a_piece_whose_copy_is_damaged_does_not_take_the_others_with_it(start, root, invented, qtbot):
    session, recovery = start()
    invented(session)
    session.transfers.set_seed(2)
    second = invented(session).to_bytes()
    crash(recovery, root)
    (left,) = root.glob("*-killed")
    next(file for file in left.glob("piece-*.mid") if file.read_bytes() != second).write_bytes(b"MThd")
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.original is not None, timeout=10_000)
    assert [each.performance.to_bytes() for each in again.document.pieces.documents] == [second]


def test_a_clean_end_leaves_nothing(start, root, piece_file, open_piece, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    qtbot.waitUntil(lambda: bool(list(root.glob("*/session.json"))), timeout=5_000)
    recovery.close()
    session.close()
    assert list(root.iterdir()) == []
    again, after = start()
    after.offer()
    assert again.message is None


def test_an_empty_session_writes_nothing(start, root):
    session, recovery = start()
    session.transfers.set_seed(3)
    recovery.save()
    assert not root.exists()


def test_two_windows_at_once_keep_to_their_own(start, root, piece_file, open_piece):
    (session, recovery), (other, second) = start(), start()
    open_piece(session, piece_file)
    recovery.save()
    second.offer()
    assert other.message is None
    open_piece(other, piece_file)
    second.save()
    assert len(list(root.glob("*/session.json"))) == 2
    recovery.close()
    assert len(list(root.glob("*/session.json"))) == 1


def test_what_a_killed_process_holds_is_free_and_what_a_living_one_holds_is_not(root):
    script = (
        "import sys, pathlib; from app.recovery.snapshot import SessionFolder, Snapshot\n"
        "folder = SessionFolder.new(pathlib.Path(sys.argv[1])); folder.write(Snapshot(model='mine'))\n"
        "print('written', flush=True); sys.stdin.read()"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with program:
        assert program.stdout.readline() == b"written\n"
        assert SessionFolder.left_by_a_crash(root) is None
        program.kill()
    folder = SessionFolder.left_by_a_crash(root)
    assert folder.read().model == "mine"
    assert SessionFolder.left_by_a_crash(root) is None  # another window does not get it too
    folder.remove()
    assert list(root.iterdir()) == []


def test_discard_forgets_and_saying_nothing_asks_again(start, root, piece_file, open_piece, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    crash(recovery, root)
    _, after = start()
    after.offer()
    after.close()
    third, later = start()
    later.offer()
    pressed(qtbot, third, "discardOffer")
    assert list(root.iterdir()) == []


def test_a_file_that_is_gone_is_told_and_stays_on_offer(start, root, piece_file, open_piece, qtbot):
    session, recovery = start()
    open_piece(session, piece_file)
    crash(recovery, root)
    piece_file.unlink()
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.message is not None and again.message.kind == "error", timeout=10_000)
    after.close()
    assert SessionFolder.left_by_a_crash(root) is not None


def test_what_is_cancelled_while_it_comes_back_stays_on_offer(start, root, piece_file, open_piece, qtbot, transfer):
    session, recovery = start()
    open_piece(session, piece_file)
    transfer(session, "jazz")
    crash(recovery, root)
    again, after = start()
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    again.cancel()
    qtbot.waitUntil(lambda: not after.restoring, timeout=10_000)
    assert again.original is None
    after.close()
    assert SessionFolder.left_by_a_crash(root) is not None


def test_a_kill_while_a_session_is_restored_loses_neither_it_nor_what_was_made_meanwhile(
    start, root, tmp_path, piece_file, open_piece, qtbot
):
    session, recovery = start()
    open_piece(session, piece_file)
    session.editing.set(np.array([3]), [100])
    crash(recovery, root)
    again, after = start()
    after.offer()
    offers = again.message.offers
    other = tmp_path / "other.mid"
    other.write_bytes(melody(8))
    open_piece(again, other)
    offers[0].call()
    again.editing.set(np.array([5]), [7])
    assert after.restoring
    crash(after, root)

    for title, note, velocity in (("other.mid", 5, 7), ("piece.mid", 3, 100)):  # the latest first
        later, last = start()
        last.offer()
        assert title in later.message.text
        pressed(qtbot, later, "restoreOffer")
        qtbot.waitUntil(lambda later=later: later.styled is not None, timeout=20_000)
        assert later.styled.velocities[note] == velocity
        qtbot.waitUntil(lambda last=last: not last.restoring)
        last.close()
    fifth, nothing = start()
    nothing.offer()
    assert fifth.message is None


def test_while_it_plays_the_position_is_written_now_and_then(start, root, piece_file, open_piece):
    session, recovery = start()
    open_piece(session, piece_file)
    recovery.save()
    session.player.seek(2.0)
    assert recovery.pending
    recovery.save()
    written = json.loads(next(root.glob("*/session.json")).read_text())
    assert written["position_sec"] == pytest.approx(2.0, abs=0.01)


def test_a_disk_that_refuses_does_not_disturb(start, root, piece_file, open_piece, caplog):
    root.write_text("a file where the folder would be")
    session, recovery = start()
    open_piece(session, piece_file)
    recovery.save()
    assert "could not be kept" in caplog.text
    assert session.message is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": {}}', f'{{"format": {FORMAT}, "pieces": 3}}'])
def test_a_damaged_session_is_no_offer(start, root, text):
    folder = root / "1-old"
    folder.mkdir(parents=True)
    (folder / "session.json").write_text(text)
    session, recovery = start()
    recovery.offer()
    assert session.message is None
    assert not folder.exists()


def test_a_session_of_another_version_is_left_to_that(start, root):
    folder = root / "1-newer"
    folder.mkdir(parents=True)
    (folder / "session.json").write_text('{"format": 99}')
    session, recovery = start()
    recovery.offer()
    assert session.message is None
    assert (folder / "session.json").exists()


@given(title=st.text(max_size=20), strength=st.floats(0, 1.5), loop=st.sampled_from([None, (1.0, 2.0)]))
def test_a_snapshot_survives_its_text(title, strength, loop):
    take = KeptTake(
        "take-0123456789abcdef.safetensors",
        (1, 3),
        (0.5, 1.25),
        {"strength": strength, "model": title},
        {"style": "jazz"},
        "take-2.safetensors",
    )
    steps = (KeptStep(), KeptStep((0,), 0))
    cover = (title, "jazz", 3)
    piece = KeptPiece(title, file="piece-0123456789abcdef.mid", cover=cover, takes=(take,), steps=steps, position=1)
    snapshot = Snapshot((piece,), 0, strength=strength, loop=loop)
    assert Snapshot.of_json(snapshot.to_json()) == snapshot


def test_a_name_that_leads_out_of_the_folder_is_not_followed():
    take = KeptTake("/etc/shadow", None, None, {}, {}, "../../etc/group")
    piece = KeptPiece("x", file="../../etc/passwd", source="../a.mid", between=("/b.mid",), takes=(take,))
    (read,) = Snapshot.of_json(Snapshot((piece,)).to_json()).pieces
    assert read.files == {"passwd", "a.mid", "b.mid", "shadow", "group"}


def test_a_piece_whose_name_is_no_utf8_comes_back(start, root, piece_file, open_piece, qtbot):
    path = piece_file.with_name(os.fsdecode(b"caf\xe9.mid"))
    piece_file.rename(path)
    session, recovery = start()
    open_piece(session, path)
    crash(recovery, root)
    session, recovery = start()
    recovery.offer()
    assert "caf\ufffd.mid" in session.message.text
    pressed(qtbot, session, "restoreOffer")
    qtbot.waitUntil(lambda: session.path == path and session.idle, timeout=10_000)


def test_the_offer_is_a_button_in_the_window(window, session, root, piece_file, open_piece, qtbot):
    folder = SessionFolder.new(root)
    folder.write(Snapshot((KeptPiece(piece_file.name, str(piece_file)),), 0))
    folder.release()
    recovery = Recovery(session, root)
    recovery.offer()
    qtbot.mouseClick(window.findChild(MessageBar).findChild(QPushButton, "restoreOffer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    recovery.close()


def test_tracks_loudness_and_performing_come_back(start, root, tmp_path, open_piece, transfer, tiny_performer, qtbot):
    band = tmp_path / "band.mid"
    band.write_bytes(combo())
    session, recovery = start([tiny_performer])
    open_piece(session, band)
    session.transfers.set_tracks((2, 3))
    qtbot.waitUntil(lambda: session.idle)
    session.transfers.set_perform("yes")
    session.transfers.set_level("style")
    styled = transfer(session, "jazz").to_bytes()
    crash(recovery, root)
    again, after = start([tiny_performer])
    after.offer()
    pressed(qtbot, again, "restoreOffer")
    qtbot.waitUntil(lambda: again.styled is not None and not after.restoring, timeout=20_000)
    assert again.styled.to_bytes() == styled
    options = again.transfers.options
    assert (options.tracks, options.level, options.perform) == ((2, 3), "style", "yes")


@pytest.mark.parametrize("odd", [{"level": "loud"}, {"perform": 1}, {"tracks": ["one"]}])
def test_a_snapshot_with_options_that_do_not_exist_is_not_restored(odd):
    with pytest.raises(ValueError, match=r"."):
        Snapshot.of_json(json.dumps({**json.loads(Snapshot().to_json()), **odd}))
