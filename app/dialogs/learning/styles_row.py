"""The preferences' row of learned styles: another name, or away with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QInputDialog, QLineEdit, QMessageBox

from app.session.session import Session
from app.system.language import translate
from app.widgets.buttons import push_button
from app.widgets.forms import combo_box, fill
from app.widgets.page_layout import row_of
from tonenet_core.checkpoint import CheckpointInfo, StyleFile, check_name, remove_style, rename_style
from tonenet_core.errors import ToneNetError


class StylesRow(QObject):
    """Chooser of a learned style, and what can be done with it; acts at once, not with OK."""

    def __init__(self, session: Session, dialog: QDialog) -> None:
        """Show the styles that were added to the models of `session`."""
        super().__init__(dialog)
        self._session, self._dialog = session, dialog
        tip = self.tr("The styles that you have added")
        self.style = combo_box("learnedStyleCombo", self.tr("Learned styles"), tip)
        tip = self.tr("Give the style another name")
        self.rename = push_button("renameStyleButton", self.tr("Rename…"), tip, self._ask_name)
        tip = self.tr("Delete the style")
        self.delete = push_button("deleteStyleButton", self.tr("Delete…"), tip, self._ask_delete)
        self.refresh("")

    def add_to(self, form: QFormLayout) -> None:
        """Put the row into a form."""
        row = row_of(self.style, self.rename, self.delete)
        row.setStretch(0, 1)
        form.addRow(self.tr("Learned styles"), row)

    def refresh(self, chosen: str) -> None:
        """Show the styles, with `chosen` selected if it is one of them."""
        styles = {style.style: style.title for _, style in self._added()}
        choices: list[tuple[str | None, str]] = [*styles.items()]
        first = chosen if chosen in styles else next(iter(styles), None)
        fill(self.style, choices or [(None, self.tr("None yet"))], first)
        for part in (self.style, self.rename, self.delete):
            part.setEnabled(bool(styles))

    def _added(self) -> list[tuple[CheckpointInfo, StyleFile]]:
        return [(info, style) for info in self._session.transfers.options.models for style in info.added]

    def _chosen(self) -> tuple[CheckpointInfo, StyleFile] | None:
        return next((each for each in self._added() if each[1].style == self.style.currentData()), None)

    def _ask_name(self) -> None:
        if (chosen := self._chosen()) is None:
            return
        box = QInputDialog(self._dialog)
        box.setObjectName("renameStyleDialog")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Rename the Style"))
        box.setLabelText(self.tr("Name"))
        box.setTextValue(chosen[1].title)
        for edit in box.findChildren(QLineEdit):
            edit.setMaxLength(40)
            edit.setAccessibleName(self.tr("Name"))
        box.textValueSelected.connect(lambda title: self._rename(*chosen, title))
        box.open()

    def _rename(self, info: CheckpointInfo, style: StyleFile, title: str) -> None:
        try:
            check_name(info, title, apart_from=style.style)
            rename_style(style, title)
        except ToneNetError as error:
            self._refuse(error)
            return
        self._read_again()
        self.refresh(" ".join(title.split()).lower())

    def _ask_delete(self) -> None:
        if (chosen := self._chosen()) is None:
            return
        text = self.tr(
            "Delete the style {0}? It would have to be learnt again; results that you have made with it stay."
        )
        standard = QMessageBox.StandardButton
        box = QMessageBox(self._dialog)
        box.setObjectName("deleteStyleBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Delete the Style"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text.format(chosen[1].title))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.setObjectName("confirmDeleteStyleButton")
        box.setDefaultButton(box.addButton(standard.Cancel))
        delete.clicked.connect(lambda: self._delete(chosen[1]))
        box.open()

    def _delete(self, style: StyleFile) -> None:
        try:
            remove_style(style)
        except ToneNetError as error:
            self._refuse(error)
            return
        self._read_again()
        self.refresh("")

    def _read_again(self) -> None:
        transfers = self._session.transfers
        transfers.set(**transfers.options.read_again())

    def _refuse(self, error: ToneNetError) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, self._dialog.windowTitle(), translate(error), parent=self._dialog)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
