"""The tracks of the open file: what the model plays, and what is muted or solo."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from app.session.session import Session
from app.system.language import translate
from app.widgets.forms import identify
from tonenet_core.midi.tracks import Track, list_tracks
from tonenet_core.performance import MidiSource

PLAYED, NOTES, MUTE, SOLO = range(4)  # columns
ROW_PX = 26
MOST_ROWS = 7  # of tracks; more are scrolled to
CHECKED = {"all": Qt.CheckState.Checked, "some": Qt.CheckState.PartiallyChecked, "none": Qt.CheckState.Unchecked}


class TrackList(QTreeWidget):
    """The open file's tracks with ticks for those that the model plays, and those that are muted or solo.

    Attributes:
        matters: whether there is something to choose: several tracks, or notes that are left out.
    """

    def __init__(self, session: Session) -> None:
        """Show and steer the tracks of `session`."""
        super().__init__()
        self.matters = False
        self._session = session
        self._file: MidiSource | None = None
        self._tracks: tuple[Track, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        tip = self.tr(
            "Tick the tracks that the model is to play, and those to mute or to hear alone (arrow keys, Space).\n"
            "Mute and solo are for listening only: exported files keep all tracks."
        )
        identify(self, "trackList", self.tr("Tracks"), tip)
        self._columns = [self.tr("Track"), self.tr("Notes"), self.tr("Mute"), self.tr("Solo")]
        self.setHeaderLabels(self._columns)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)  # arrow keys reach every tick
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        for column in (PLAYED, NOTES):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.header().setStretchLastSection(False)
        for column in (MUTE, SOLO):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionsMovable(False)
        self.itemChanged.connect(self._choose)

    def refresh(self) -> None:
        """Show the tracks of the open file, and which of them are chosen."""
        piece, chosen = self._session.original, self._session.transfers.options.tracks
        with QSignalBlocker(self):
            if piece is None:
                self.matters = False
                return
            if self._file is None or piece.source is not self._file.data:
                self._file, self._tracks = piece.file, list_tracks(piece)
                self._build()
            audible = self._session.player.audible
            for item, track in zip(self._items, self._tracks, strict=True):
                if not track.is_drums:
                    item.setCheckState(PLAYED, CHECKED[track.played(chosen)])
                item.setCheckState(MUTE, CHECKED["all" if track.number in audible.muted else "none"])
                item.setCheckState(SOLO, CHECKED["all" if track.number in audible.solo else "none"])
        self.matters = len(self._tracks) > 1 or bool(piece.left_out)

    def _build(self) -> None:
        self.clear()
        self._items = []
        for track in self._tracks:
            name = track.name or self.tr("Track {0}").format(track.number)
            instruments = "; ".join(map(translate, track.instruments))
            item = QTreeWidgetItem([name, instruments])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            for column, text in enumerate((f"{track.number}: {name}", instruments)):
                item.setToolTip(column, text)
            for column in (MUTE, SOLO):
                item.setData(column, Qt.ItemDataRole.AccessibleTextRole, f"{self._columns[column]}: {name}")
            self._items.append(item)
        self.addTopLevelItems(self._items)
        if self._items:
            self.setCurrentItem(self._items[0])
        header, frame = self.header().sizeHint().height(), 2 * self.frameWidth()
        self.setFixedHeight(header + frame + ROW_PX * min(max(len(self._tracks), 1), MOST_ROWS))

    def _choose(self, item: QTreeWidgetItem, column: int) -> None:
        """Follow a tick; of the tracks to play, one there must be."""
        number, ticked = self._tracks[self._items.index(item)].number, item.checkState(column) == CHECKED["all"]
        if column == MUTE:
            self._session.listening.mute_track(number, ticked)
            return
        if column == SOLO:
            self._session.listening.solo_track(number, ticked)
            return
        chosen = tuple(
            track.number
            for item, track in zip(self._items, self._tracks, strict=True)
            if item.checkState(PLAYED) != Qt.CheckState.Unchecked
        )
        if chosen:
            self._session.transfers.set_tracks(chosen)
        else:
            self.refresh()
