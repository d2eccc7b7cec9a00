import os

import pytest

from tonenet_core.files.atomic import replacing


def write(path, text):
    with replacing(path) as unfinished:
        unfinished.write_text(text)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_new_file_has_the_permissions_of_the_one_it_replaces(tmp_path):
    path = tmp_path / "a.mid"
    path.write_text("old")
    path.chmod(0o640)
    write(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_link_keeps_pointing_to_its_file_which_is_replaced(tmp_path):
    path, link = tmp_path / "a.mid", tmp_path / "link.mid"
    path.write_text("old")
    link.symlink_to(path)
    write(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "a.mid"
    path.write_text("old")

    def fail():
        with replacing(path) as unfinished:
            unfinished.write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.mid", "old")]
