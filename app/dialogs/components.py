"""Components of ToneNet: versions and licences, found without importing the packages."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

from PySide6.QtCore import QCoreApplication, qVersion

from app.system.language import QT_TRANSLATE_NOOP
from tonenet_core import __version__
from tonenet_core.files.locations import PROJECT, RESOURCES
from tonenet_core.sound.synth import fluidsynth_version

LICENCE_WORDS = ("LICEN", "COPYING", "NOTICE")


@dataclass(frozen=True)
class Component:
    """Something that ToneNet comes with or plays through.

    Attributes:
        name: for people.
        what_for: in a few words.
        licence: its name.
        distribution: the Python package whose metadata has version and licence text; empty for none.
    """

    name: str
    what_for: str
    licence: str
    distribution: str = ""

    @property
    def version(self) -> str:
        """The installed version; empty where it is not known."""
        if self.name == "ToneNet":
            return __version__
        if self.name == "FluidSynth":
            return fluidsynth_version() or ""
        try:
            return metadata.version(self.distribution) if self.distribution else ""
        except metadata.PackageNotFoundError:
            return ""

    def text(self) -> str:
        """Return the licence as it comes with the component; a sentence on where it is where none comes with it."""
        if self.name == "ToneNet" and PROJECT is not None:
            return (PROJECT / "LICENSE").read_text(encoding="utf-8")
        if self.name == "Weights":
            cards = [*sorted(RESOURCES.glob("checkpoints/*.md")), *sorted(RESOURCES.glob("judge/*.md"))]
            return "\n\n".join(card.read_text(encoding="utf-8") for card in cards)
        return "\n\n".join(_texts(self.distribution)) or WHERE[self.licence].format(self.name)


WHERE = {
    "LGPL-3.0": "{0} is under the GNU Lesser General Public License, version 3: https://www.gnu.org/licenses/lgpl-3.0.html",
    "LGPL-2.1": "{0} is under the GNU Lesser General Public License, version 2.1: "
    "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html",
    "GPL-2.0": "{0} is under the GNU General Public License, version 2: "
    "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
    "MIT": "{0} is under the MIT licence: https://opensource.org/license/mit",
    "BSD-3-Clause": "{0} is under the 3-clause BSD licence: https://opensource.org/license/bsd-3-clause",
    "Apache-2.0": "{0} is under the Apache License, version 2.0: https://www.apache.org/licenses/LICENSE-2.0",
    "PSF-based": "{0} is under its own licence, like Python's: https://matplotlib.org/stable/project/license.html",
}

COMPONENTS = (
    Component("ToneNet", QT_TRANSLATE_NOOP("Components", "this program, its demo piece"), "MIT", "tonenet"),
    Component(
        "Weights",
        QT_TRANSLATE_NOOP("Components", "the weights of the shipped models; their cards list the training data"),
        "see the cards",
    ),
    Component("Qt, PySide6", QT_TRANSLATE_NOOP("Components", "the window"), "LGPL-3.0", "PySide6_Essentials"),
    Component("PyTorch", QT_TRANSLATE_NOOP("Components", "runs the models"), "BSD-3-Clause", "torch"),
    Component("NumPy", QT_TRANSLATE_NOOP("Components", "arrays"), "BSD-3-Clause", "numpy"),
    Component(
        "pyqtgraph", QT_TRANSLATE_NOOP("Components", "plots, and the drawing of many notes at once"), "MIT", "pyqtgraph"
    ),
    Component("FluidSynth", QT_TRANSLATE_NOOP("Components", "makes the sound"), "LGPL-2.1", "pyfluidsynth"),
    Component("pyfluidsynth", QT_TRANSLATE_NOOP("Components", "FluidSynth from Python"), "LGPL-2.1", "pyfluidsynth"),
    Component("TimGM6mb", QT_TRANSLATE_NOOP("Components", "the SoundFont that pretty_midi brings"), "GPL-2.0"),
    Component("miniaudio", QT_TRANSLATE_NOOP("Components", "plays the sound"), "MIT", "miniaudio"),
    Component("soundfile", QT_TRANSLATE_NOOP("Components", "writes FLAC files"), "BSD-3-Clause", "soundfile"),
    Component("pretty_midi", QT_TRANSLATE_NOOP("Components", "brings TimGM6mb"), "MIT", "pretty_midi"),
    Component("mido", QT_TRANSLATE_NOOP("Components", "writes new pieces"), "MIT", "mido"),
    Component("safetensors", QT_TRANSLATE_NOOP("Components", "the files of the models"), "Apache-2.0", "safetensors"),
    Component("Typer", QT_TRANSLATE_NOOP("Components", "the command line"), "MIT", "typer"),
    Component("Rich", QT_TRANSLATE_NOOP("Components", "progress on the command line"), "MIT", "rich"),
    Component("platformdirs", QT_TRANSLATE_NOOP("Components", "the user's folders"), "MIT", "platformdirs"),
    Component("Matplotlib", QT_TRANSLATE_NOOP("Components", "pictures of the command line"), "PSF-based", "matplotlib"),
)


def versions() -> list[tuple[str, str]]:
    """Return names and versions of what matters when something goes wrong."""
    known = {component.name: component.version for component in COMPONENTS}
    named = ("PyTorch", "FluidSynth", "NumPy", "pyqtgraph")
    return [
        ("ToneNet", __version__),
        ("Python", platform.python_version()),
        ("Qt", f"{qVersion()} (PySide6 {known['Qt, PySide6']})"),
        *((name, known[name] or QCoreApplication.translate("Components", "not found")) for name in named),
        (QCoreApplication.translate("Components", "System"), platform.platform(terse=True)),
    ]


def _texts(distribution: str) -> list[str]:
    """Return the licence files of an installed Python package, the shortest names first: its own before its parts'."""
    try:
        files = metadata.files(distribution) if distribution else None
    except metadata.PackageNotFoundError:
        return []
    found = [file for file in files or () if any(word in file.name.upper() for word in LICENCE_WORDS)]
    inside = [file for file in found if ".dist-info" in str(file)]
    paths = sorted((file.locate() for file in inside), key=lambda path: len(str(path)))
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()]  # type: ignore[attr-defined]
