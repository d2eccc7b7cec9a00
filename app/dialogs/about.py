"""About: the program, versions of its components, devices, licences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.components import COMPONENTS, versions
from app.session.session import Session
from app.theme.icons import ICONS
from app.widgets.buttons import push_button
from tonenet_core import __version__
from tonenet_core.errors import SynthError
from tonenet_core.sound.soundfont import find_soundfont

ICON_PX = 64
ROW_PX = 24


class About(QDialog):
    """Two pages: facts that can be copied into a report, and the licences to read."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Describe the program, and the devices that `session` knows."""
        super().__init__(parent)
        self._session = session
        self.setObjectName("aboutDialog")
        self.setWindowTitle(self.tr("About ToneNet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.facts = [*versions(), *self._surroundings()]
        tabs = QTabWidget()
        tabs.setAccessibleName(self.tr("Pages"))
        tabs.addTab(self._build_facts(), self.tr("Versions"))
        tabs.addTab(self._build_licences(), self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = push_button(
            "copyFactsButton",
            self.tr("Copy"),
            self.tr("Copy versions and devices for a bug report"),
            lambda: QGuiApplication.clipboard().setText(self.text()),
            label=self.tr("Copy versions and devices"),
        )
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        column.addLayout(self._build_head())
        column.addWidget(tabs, 1)
        column.addWidget(buttons)
        self.resize(880, 560)

    def text(self) -> str:
        """Return versions and devices, a line each."""
        return "\n".join(f"{name}: {value}" for name, value in self.facts)

    def _surroundings(self) -> list[tuple[str, str]]:
        devices = ", ".join(f"{text} ({name})" for name, text in self._session.transfers.devices)
        try:
            soundfont = find_soundfont(self._session.settings.soundfont).name
        except SynthError:
            soundfont = self.tr("none found")
        models = ", ".join(info.title for info in self._session.transfers.options.models)
        return [
            (self.tr("Devices"), devices or self.tr("not known yet: the models are still starting")),
            (self.tr("Models"), models or self.tr("none")),
            (self.tr("SoundFont"), soundfont),
        ]

    def _build_head(self) -> QHBoxLayout:
        icon, name = QLabel(), QLabel(f"ToneNet {__version__}")
        icon.setPixmap(QIcon(str(ICONS / "tonenet.svg")).pixmap(ICON_PX, ICON_PX))
        name.setProperty("class", "title")
        what = QLabel(
            self.tr(
                "Plays a pianist's MIDI in another style: the same notes, played another way. It uses no network and "
                "never changes your files."
            )
        )
        what.setWordWrap(True)
        what.setProperty("class", "muted")
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(name)
        texts.addWidget(what)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        return head

    def _build_facts(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(4, 14, 4, 4)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self.facts):
            left, right = QLabel(name), QLabel(value)
            left.setProperty("class", "muted")
            right.setWordWrap(True)
            right.setTextFormat(Qt.TextFormat.PlainText)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, row, 1)
        grid.setRowStretch(len(self.facts), 1)
        return page

    def _build_licences(self) -> QWidget:
        self.components = QListWidget()
        self.components.setObjectName("componentList")
        self.components.setAccessibleName(self.tr("Components of ToneNet"))
        self.components.setFixedWidth(210)
        self.about_it = QLabel()
        self.about_it.setProperty("class", "muted")
        self.about_it.setWordWrap(True)
        self.licence = QPlainTextEdit()
        self.licence.setObjectName("licenceText")
        self.licence.setReadOnly(True)
        self.licence.setAccessibleName(self.tr("The licence"))
        self.licence.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        for component in COMPONENTS:
            item = QListWidgetItem(f"{component.name} {component.version}".strip(), self.components)
            item.setSizeHint(QSize(0, ROW_PX))
        self.components.currentRowChanged.connect(self._show_licence)
        self.components.setCurrentRow(0)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.about_it)
        right.addWidget(self.licence, 1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 12, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.components)
        row.addLayout(right, 1)
        return page

    def _show_licence(self, row: int) -> None:
        component = COMPONENTS[row]
        what_for = QCoreApplication.translate("Components", component.what_for)
        self.about_it.setText(self.tr("{0}: {1}. Licence: {2}.").format(component.name, what_for, component.licence))
        self.licence.setPlainText(component.text())
