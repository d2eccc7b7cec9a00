"""The page on which a style is ordered: its name, the folder of its pieces, how long it is learnt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileInfo, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from app.learning.sentences import found_text
from app.session.session import Session
from app.system.file_names import path_of_text
from app.system.language import translate
from app.widgets.buttons import push_button
from app.widgets.forms import combo_box, fill, identify
from app.widgets.page_layout import fill_page, row_of
from tonenet_core.checkpoint import CheckpointInfo, check_name, style_key
from tonenet_core.errors import DataError, printable
from tonenet_core.learning.order import QUICK, THOROUGH, Order

FINE = 1000  # steps of the progress bar
REFUSED_HEIGHT = 84


class OrderPage(QWidget):
    """Reads a folder as soon as it is chosen, and says what was found before anything is learnt.

    Attributes:
        begin: signal with the order that the user has given.
        leave: the user wants to close the dialog.
    """

    begin = Signal(object)
    leave = Signal()

    def __init__(self, session: Session) -> None:
        """Offer to learn a style with the models of `session`."""
        super().__init__()
        self._session, self._learning = session, session.learning
        self._folder: Path | None = None
        self._build()
        self._learning.changed.connect(self.refresh)
        self._learning.advanced.connect(self._refresh_progress)
        self.refresh()

    @property
    def base(self) -> CheckpointInfo | None:
        """The model that styles are added to."""
        return next((info for info in self._session.transfers.options.models if info.performs), None)

    def choose(self, folder: Path) -> None:
        """Read a folder; the style is called as it is unless the user has named it."""
        self._folder = folder
        self.folder.setText(printable(folder))
        if not self.name.isModified():
            self.name.setText(printable(folder.name)[:40])
        self._session.settings.open_folder = folder
        self._learning.read(folder)

    def refresh(self) -> None:
        """Show what was found, and whether it can be learnt from."""
        learning = self._learning
        found, reading = learning.found, learning.phase == "reading"
        self.reading.setVisible(reading)
        if reading:
            text = self.tr("Reading the folder…")
        elif learning.problem:
            text = learning.problem
        elif found is None:
            text = self.tr("MIDI files that somebody has played: three at least, better a hundred.")
        else:
            text = found_text(found)
        self.found.setText(text)
        refused = [] if found is None else [translate(each) for each in found.refused]
        self.refused.setVisible(bool(refused))
        if self.refused.toPlainText() != "\n".join(refused):
            self.refused.setPlainText("\n".join(refused))
        left = learning.left
        self.left_row.setVisible(left is not None)
        if left is not None:
            self.left.setText(self.tr("{0} was still being learnt.").format(left.title))
        self._refresh_name()

    def _refresh_name(self) -> None:
        """Show what is wrong with the name, and whether everything is there."""
        problem, note = self._name_problem(), ""
        if not problem and self.base is not None and self._key() in {style.style for style in self.base.added}:
            note = self.tr("The style of this name is replaced.")
        self.note.setText(problem or note)
        found = self._learning.found
        ready = found is not None and found.problem is None and not self._learning.running
        self.learn.setEnabled(ready and not problem and bool(self.name.text().strip()))

    def _key(self) -> str:
        try:
            return style_key(self.name.text())
        except DataError:
            return ""

    def _name_problem(self) -> str:
        base, title = self.base, self.name.text()
        if base is None:
            return self.tr("No model is installed that styles can be added to.")
        if not title.strip():
            return ""
        added, key = {style.style for style in base.added}, self._key()
        try:
            check_name(base, title, apart_from=key if key in added else "")
        except DataError as error:
            return translate(error)
        return ""

    def _refresh_progress(self) -> None:
        state = self._learning.state
        if self._learning.phase == "reading" and state is not None:
            self.reading.setRange(0, FINE if state.fraction else 0)
            self.reading.setValue(round((state.fraction or 0.0) * FINE))

    def _ask_folder(self) -> None:
        start = printable(self._session.settings.open_folder)
        if name := QFileDialog.getExistingDirectory(self, self.tr("Folder to Learn From"), start):
            self.choose(path_of_text(name))

    def _take_typed(self) -> None:
        """Read the folder whose name was typed."""
        text = self.folder.text().strip()
        folder = path_of_text(text) if text else None
        if folder is not None and folder != self._folder and QFileInfo(text).isDir():
            self.choose(folder)

    def _begin(self) -> None:
        assert self._folder is not None
        device = self._session.transfers.options.device
        title = " ".join(self.name.text().split())
        self.begin.emit(Order(title, printable(self._folder), self.recipe.currentData(), device))

    # --- places --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        intro = QLabel(
            self.tr(
                "Teach ToneNet how somebody plays: it learns the dynamics from a folder of their MIDI files, and the"
                " style gets a button of its own. You can go on working meanwhile."
            )
        )
        intro.setWordWrap(True)
        self.name, self.folder = QLineEdit(), QLineEdit()
        identify(self.name, "styleNameEdit", self.tr("Name"), self.tr("The name of the style, as on its button"))
        self.name.setMaxLength(40)
        self.name.textChanged.connect(lambda _: self._refresh_name())
        identify(self.folder, "styleFolderEdit", self.tr("Folder"), self.tr("The folder of the pieces to learn from"))
        self.folder.editingFinished.connect(self._take_typed)
        tip = self.tr("Choose the folder of the pieces to learn from")
        self.browse = push_button("chooseStyleFolderButton", self.tr("Choose…"), tip, self._ask_folder)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        tip = self.tr("Thorough takes four times as long and comes a little nearer")
        self.recipe = combo_box("styleRecipeCombo", self.tr("How"), tip)
        fill(self.recipe, [(QUICK, self.tr("Quick: a few minutes")), (THOROUGH, self.tr("Thorough"))], QUICK)
        self.note, self.found = QLabel(), QLabel()
        self.note.setObjectName("styleNameNote")
        self.found.setObjectName("styleFoundLabel")
        for label in (self.note, self.found):
            label.setWordWrap(True)
            label.setProperty("class", "muted")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow(self.tr("Folder"), where)
        form.addRow(self.tr("Name"), self.name)
        form.addRow("", self.note)
        form.addRow(self.tr("How"), self.recipe)
        self.reading = QProgressBar()
        self.reading.setObjectName("styleReadingBar")
        self.reading.setAccessibleName(self.tr("Progress of the reading"))
        self.reading.setTextVisible(False)
        self.refused = QPlainTextEdit()
        self.refused.setReadOnly(True)
        self.refused.setTabChangesFocus(True)
        self.refused.setMaximumHeight(REFUSED_HEIGHT)
        name = self.tr("Files that cannot be used")
        identify(self.refused, "styleRefusedList", name, self.tr("Why these files cannot be used"))
        self.learn = push_button("learnButton", self.tr("Learn"), self.tr("Learn the style"), self._begin, primary=True)
        close = push_button("closeLearningButton", self.tr("Close"), call=self.leave.emit)
        parts = (intro, self._build_left(), form, self.found, self.reading, self.refused, None)
        fill_page(self, *parts, row_of(None, close, self.learn))

    def _build_left(self) -> QWidget:
        """Build the row that offers to go on with what was left."""
        self.left_row, self.left = QWidget(), QLabel()
        tip = self.tr("Go on with the style that was still being learnt")
        go_on = push_button("goOnButton", self.tr("Go On"), tip, self._learning.go_on)
        tip = self.tr("Delete what has been learnt of it so far")
        discard = push_button("discardLearningButton", self.tr("Discard"), tip, self._learning.discard)
        row = row_of(self.left, None, go_on, discard)
        row.setContentsMargins(0, 0, 0, 0)
        self.left_row.setLayout(row)
        return self.left_row
