"""Project files: all that a piece carries comes back, and whatever is no project is refused in one sentence."""

import errno
import io
import json
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app.documents import project_file
from app.documents.document import CoverOf, Document
from app.documents.history import History, Take
from app.documents.project_file import FORMAT, PieceSettings, ProjectError, read_project, write_project
from app.session.transfer_options import TransferChoices
from tests.conftest import ROOT
from tests.pieces import combo, melody
from tests.scores import compressed, waltz
from tonenet_core.editing.edits import NO_EDITS
from tonenet_core.interpretation import Interpretation, PedalInterpretation, TimeInterpretation
from tonenet_core.judge import Detection
from tonenet_core.midi import parse_midi, read_midi
from tonenet_core.progress import no_progress
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.taps import check_taps, with_taps

SETTINGS = PieceSettings(
    side="styled", position_sec=1.5, loop=(1.0, 2.5), passage_only=True, muted=(2,), solo=(1, 3),
    view=(0.5, 9.0, 40.0, 80.0), shown=(("tempoLane", True), ("velocityLane", False)),
)  # fmt: skip


def result_of(piece, seed=0, **settings):
    chance = np.random.default_rng(seed)
    median = chance.uniform(20, 110, len(piece)).astype(np.float32)
    made = Interpretation(
        "jazz", "classical", median, median[::-1].copy(), detected=Detection("jazz", 0.9, "judge", True)
    )
    return Take(piece, made, **{"strength": 1.0, "accents": 0.5, "seed": seed, "model": "Tiny", **settings})


@pytest.fixture
def document(tmp_path):
    """A piece with three takes, the second of which is B."""
    path = tmp_path / "music" / "piece.mid"
    path.parent.mkdir()
    path.write_bytes(melody(60))
    piece = read_midi(path)
    history = History().add(result_of(piece)).add(result_of(piece, 2, parts=("dynamics", "timing")))
    passage = Passage(2.0, float("inf"))
    history = history.add(result_of(piece, 1, name="Late night", starred=True, passage=passage, swing=0.25))
    edited = replace(history.takes[1], edits=NO_EDITS.set(np.array([3, 7]), [100, 20]))
    return Document(piece, "piece.mid", path, history=history.change(edited).choose(edited.number))


@pytest.fixture
def project(document, tmp_path):
    path = tmp_path / "piece.tonenet"
    write_project(path, document, SETTINGS)
    return path


def read(path):
    return read_project(path, no_progress)


def rewritten(project, change):
    """Write a project again with other members; `change` gets them by name."""
    with zipfile.ZipFile(project) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    change(members)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED if name != "mimetype" else zipfile.ZIP_STORED)
    project.write_bytes(data.getvalue())
    return project


def with_content(project, **changes):
    def change(members):
        members["project.json"] = json.dumps({**json.loads(members["project.json"]), **changes}).encode()

    return rewritten(project, change)


def refusal(path):
    with pytest.raises(ProjectError) as refused:
        read(path)
    text = str(refused.value)
    assert path.name in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_everything_that_a_piece_carries_comes_back(project, document):
    found = read(project)
    again, settings = found.document, found.settings
    assert settings == SETTINGS
    assert (again.title, again.path, again.project) == ("piece.mid", document.path, project)
    assert again.opened.to_bytes() == document.opened.to_bytes()
    assert [take.name for take in again.history.takes] == ["", "", "Late night"]
    for one, other in zip(again.history.takes, document.history.takes, strict=True):
        assert again.result_of(one).performance.to_bytes() == document.result_of(other).performance.to_bytes()
        assert one.edits.notes.tolist() == other.edits.notes.tolist()
        plain = {"performance": None, "interpretation": None, "edits": None, "number": 0}
        assert vars(replace(one, **plain)) == vars(replace(other, **plain))
        assert one.interpretation.detected == other.interpretation.detected
    assert again.take is again.history.takes[1]
    assert not again.history.can_undo


def test_the_source_is_in_it_byte_for_byte(tmp_path):
    path = tmp_path / "page.mxl"
    path.write_bytes(compressed(waltz()))
    project = tmp_path / "page.tonenet"
    write_project(project, Document(read_midi(path), path.name, path), PieceSettings())
    source = path.read_bytes()
    path.unlink()
    for _ in range(2):  # saved again, when the file is gone, it is taken out of the project
        with zipfile.ZipFile(project) as archive:
            assert archive.read("source/page.mxl") == source
        found = read(project)
        write_project(project, found.document, found.settings)
    assert read_midi(project).source == read_midi_of(source).source


def read_midi_of(data):
    return parse_midi(data, "page.mxl")


def test_where_the_file_is_another_by_now_the_piece_that_was_opened_is_kept(document, tmp_path):
    opened = document.path.read_bytes()
    document.path.write_bytes(combo())
    write_project(tmp_path / "kept.tonenet", document, PieceSettings())
    with zipfile.ZipFile(tmp_path / "kept.tonenet") as archive:
        assert archive.read("source/piece.mid") == opened


def test_tapped_beats_tracks_and_covers_come_back(tmp_path):
    piece, source = parse_midi(combo(), "band", (2, 3)), parse_midi(melody(20), "song")
    tapped = with_taps(piece, check_taps([0.5, 1.0, 1.5, 2.1], "band"))
    made = Document(tapped, "Jazz cover", source=source, between=(source, piece), cover=CoverOf("song", "jazz", 7))
    write_project(tmp_path / "cover.tonenet", made, PieceSettings())
    again = read(tmp_path / "cover.tonenet").document
    assert (again.path, again.cover, again.opened.tracks) == (None, made.cover, (2, 3))
    assert again.opened.beats_sec.tolist() == tapped.beats_sec.tolist()
    assert [each.to_bytes() for each in (again.source, *again.between)] == [
        each.to_bytes() for each in (source, *made.between)
    ]


def test_times_and_pedal_of_a_take_come_back(document, tmp_path):
    piece = document.opened
    clusters, chance = len(find_clusters(piece.notes).time_sec), np.random.default_rng(0)
    pedal = PedalInterpretation(
        chance.normal(size=clusters), None, chance.random(clusters) < 0.5, *chance.uniform(0, 0.1, (2, clusters))
    )
    lags = chance.uniform(-0.01, 0.01, len(piece))
    late, nothing = chance.uniform(-0.1, 0.1, clusters), np.full(len(piece), np.nan)
    time = TimeInterpretation(lags, nothing, np.zeros(0), ("A sentence.",), pedal=pedal, micro_timing=late)
    plain = result_of(piece, parts=("timing", "pedal"))
    take = replace(plain, interpretation=replace(plain.interpretation, time=time))
    made = replace(document, history=History().add(take))
    write_project(tmp_path / "times.tonenet", made, PieceSettings())
    again = read(tmp_path / "times.tonenet").document
    assert again.result.to_bytes() == made.result.to_bytes() != piece.to_bytes()
    assert again.take.interpretation.time.notices == ("A sentence.",)
    assert np.array_equal(again.take.interpretation.time.micro_timing, late)
    other = replace(time, micro_timing=late[1:])
    take = replace(plain, interpretation=replace(plain.interpretation, time=other))
    write_project(tmp_path / "other.tonenet", replace(document, history=History().add(take)), PieceSettings())
    assert "damaged" in refusal(tmp_path / "other.tonenet")


def test_a_project_that_moved_with_its_piece_finds_it_and_one_that_moved_alone_goes_beside(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "music").mkdir(parents=True)
    moved = project.rename(elsewhere / project.name)
    assert read(moved).document.path == elsewhere / "piece.mid"
    (elsewhere / "music" / "piece.mid").write_bytes(melody(60))
    assert read(moved).document.path.samefile(elsewhere / "music" / "piece.mid")


def test_the_same_project_has_the_same_bytes(project, document, tmp_path):
    write_project(tmp_path / "again.tonenet", document, SETTINGS)
    assert (tmp_path / "again.tonenet").read_bytes() == project.read_bytes()


def test_a_full_disk_leaves_the_project_as_it_was(project, document, monkeypatch):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = project.read_bytes()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(ProjectError, match=r"piece.tonenet could not be saved: No space left on device."):
        write_project(project, document, PieceSettings())
    assert project.read_bytes() == before
    assert {path.name for path in project.parent.iterdir()} == {"music", "piece.tonenet"}


def test_a_folder_that_is_not_there_is_told(document, tmp_path):
    with pytest.raises(ProjectError, match=r"x.tonenet could not be saved: No such file"):
        write_project(tmp_path / "none" / "x.tonenet", document, PieceSettings())


def test_a_newer_version_is_refused(project):
    assert "newer version" in refusal(with_content(project, format=FORMAT + 1))


def test_what_the_first_version_wrote_is_read():
    found = read(Path(__file__).parent / "first-format.tonenet")
    assert [take.name for take in found.document.history.takes] == ["Late night", ""]
    assert found.document.take.strength == 0.7
    assert found.settings.loop == (1.0, 2.5)


def test_every_truncation_is_refused(project):
    data = project.read_bytes()
    for length in range(0, len(data), max(len(data) // 60, 1)):
        project.write_bytes(data[:length])
        refusal(project)


def test_damage_anywhere_is_refused_or_does_no_harm(project):
    data = project.read_bytes()
    chance = np.random.default_rng(0)
    for place in chance.integers(0, len(data), 80):
        project.write_bytes(data[:place] + bytes([data[place] ^ 1 << int(chance.integers(8))]) + data[place + 1 :])
        try:
            read(project)
        except ProjectError as error:
            refused = str(error)
        else:
            continue
        assert re.fullmatch(r"[^\n]+\.", refused)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "1"}, {"format": 0}, {"piece": None}, {"piece": {}}, {"settings": {"loop": [1]}},
        {"settings": {"view": ["a", 1, 2, 3]}}, {"settings": {"side": "left"}}, {"settings": {"unheard": 1}},
    ],
)  # fmt: skip
def test_content_that_makes_no_sense_is_refused(project, change):
    assert "is damaged" in refusal(with_content(project, **change))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("strength", 9.0), ("strength", "1"), ("strength", float("nan")), ("accents", -1), ("seed", 1.5),
        ("parts", []), ("parts", ["all"]), ("level", "loud"), ("perform", 1), ("swing", 99.0), ("rubato", 2.0),
        ("name", 3), ("starred", 1), ("passage", {"begin_sec": 1.0}), ("passage", [1.0, 2.0]), ("odd", 1),
    ],
)  # fmt: skip
def test_a_take_with_settings_that_do_not_exist_is_refused(project, field, value):
    with zipfile.ZipFile(project) as archive:
        piece = json.loads(archive.read("project.json"))["piece"]
    piece["takes"][0]["values"][field] = value
    assert "is damaged" in refusal(with_content(project, piece=piece))


def test_a_take_of_a_former_version_keeps_its_rubato_where_its_timing_was_played(project):
    with zipfile.ZipFile(project) as archive:
        piece = json.loads(archive.read("project.json"))["piece"]
    assert [take["values"]["rubato"] for take in piece["takes"]] == [None] * 3
    for take, rubato in zip(piece["takes"], (0.0, 0.8, 0.0), strict=True):
        take["values"]["rubato"] = rubato
    piece["takes"][0]["values"]["parts"] = ["dynamics"]
    takes = read(with_content(project, piece=piece)).document.history.takes

    assert [take.rubato for take in takes] == [None, 0.8, 0.0]
    plain = TransferChoices(parts=("dynamics",), seed=takes[0].seed)
    assert plain.made(takes[0])  # no run of the model is needed to show it again


def test_edits_of_notes_that_are_not_there_are_refused(project, document):
    take = document.take
    outside = replace(take, edits=take.edits.set(np.array([len(document.opened)]), [64]), name="outside")
    history = document.history.add(replace(outside, number=take.number + 100)).choose(take.number)
    write_project(project, replace(document, history=history), SETTINGS)
    assert "is damaged" in refusal(project)


def test_members_that_lead_out_of_the_project_are_not_followed(project, tmp_path):
    (tmp_path / "secret.mid").write_bytes(melody(60))
    with zipfile.ZipFile(project) as archive:
        piece = json.loads(archive.read("project.json"))["piece"]
    for name in ("../secret.mid", str(tmp_path / "secret.mid"), ""):
        assert "is damaged" in refusal(with_content(project, piece={**piece, "file": name, "path": "../secret.mid"}))
    rewritten(project, lambda members: members.update({"../../escaped.mid": b"x", "/tmp/escaped.mid": b"x"}))
    with_content(project, piece=piece)
    read(project)  # what nobody asks for is nothing to be unpacked
    assert not list(tmp_path.rglob("escaped.mid"))


def test_a_bomb_is_refused(project, monkeypatch):
    monkeypatch.setattr(project_file, "UNPACKED_BYTES", 1_000_000)

    def blow_up(members):
        name = next(name for name in members if name.startswith("take-"))
        members[name] = bytes(3_000_000)

    assert "unpacks to more" in refusal(rewritten(project, blow_up))


@pytest.mark.parametrize("data", [b"", b"no zip at all", melody(10), compressed(waltz())])
def test_what_is_no_project_is_refused(tmp_path, data):
    path = tmp_path / "x.tonenet"
    path.write_bytes(data)
    assert "no project" in refusal(path)


def test_a_project_that_is_not_there_or_a_folder_is_told(tmp_path):
    assert "could not be read: No such file" in refusal(tmp_path / "none.tonenet")
    (tmp_path / "folder.tonenet").mkdir()
    assert "could not be read" in refusal(tmp_path / "folder.tonenet")


def test_desktops_know_a_project_by_its_name_and_by_its_beginning(project):
    desktop = ROOT / "resources" / "desktop"
    assert "application/x-tonenet;" in (desktop / "tonenet.desktop").read_text()
    names = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    kinds = ElementTree.parse(desktop / "tonenet-mime.xml").getroot()
    kind = next(each for each in kinds if each.get("type") == "application/x-tonenet")
    assert [each.get("pattern") for each in kind.findall("m:glob", names)] == ["*.tonenet"]
    data, matches = project.read_bytes(), kind.findall(".//m:match", names)
    assert len(matches) == 2
    for match in matches:
        value = match.get("value").encode().decode("unicode_escape").encode("latin-1")
        assert data[int(match.get("offset")) :].startswith(value)
