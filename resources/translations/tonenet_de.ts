<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>About</name>
    <message>
        <source>About ToneNet</source>
        <translation>Über ToneNet</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy versions and devices for a bug report</source>
        <translation>Versionen und Geräte kopieren, für eine Fehlermeldung</translation>
    </message>
    <message>
        <source>Copy versions and devices</source>
        <translation>Versionen und Geräte kopieren</translation>
    </message>
    <message>
        <source>Plays a pianist&apos;s MIDI in another style: the same notes, played another way. It uses no network and never changes your files.</source>
        <translation>Spielt Klavier-MIDI in einem anderen Stil: dieselben Noten, anders gespielt. Arbeitet ohne Netz und ändert nie eine Datei.</translation>
    </message>
    <message>
        <source>Components of ToneNet</source>
        <translation>Bestandteile von ToneNet</translation>
    </message>
    <message>
        <source>none found</source>
        <translation>keine gefunden</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>not known yet: the models are still starting</source>
        <translation>noch nicht bekannt: die Modelle starten noch</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>SoundFont</source>
        <translation>SoundFont</translation>
    </message>
    <message>
        <source>The licence</source>
        <translation>Die Lizenz</translation>
    </message>
    <message>
        <source>{0}: {1}. Licence: {2}.</source>
        <translation>{0}: {1}. Lizenz: {2}.</translation>
    </message>
</context>
<context>
    <name>AbxDialog</name>
    <message>
        <source>Blind Comparison (ABX)</source>
        <translation>Blindvergleich (ABX)</translation>
    </message>
    <message>
        <source>The levels of both sides are being measured; the round starts as soon as they are known.</source>
        <translation>Die Pegel beider Seiten werden gemessen; die Runde beginnt, sobald sie bekannt sind.</translation>
    </message>
    <message>
        <source>The levels could not be measured; the message in the main window says why.</source>
        <translation>Die Pegel konnten nicht gemessen werden; die Meldung im Hauptfenster nennt den Grund.</translation>
    </message>
    <message>
        <source>The round ended without a result because one of its sides has changed.</source>
        <translation>Die Runde endete ohne Ergebnis, weil sich eine ihrer Seiten geändert hat.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open the &amp;Demo</source>
        <translation>&amp;Demo öffnen</translation>
    </message>
    <message>
        <source>&amp;Export MIDI…</source>
        <translation>MIDI &amp;exportieren …</translation>
    </message>
    <message>
        <source>&amp;Batch…</source>
        <translation>&amp;Stapel …</translation>
    </message>
    <message>
        <source>Transfer many files, or a whole folder, to one style</source>
        <translation>Viele Dateien oder einen ganzen Ordner in einen Stil übertragen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About ToneNet</source>
        <translation>Ü&amp;ber ToneNet</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>Ab&amp;spielen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Stopp</translation>
    </message>
    <message>
        <source>Save the result as a MIDI file: your file with new velocities, or the generated piece</source>
        <translation>Das Ergebnis als MIDI-Datei speichern: die eigene Datei mit neuen Anschlagstärken oder das erzeugte Stück</translation>
    </message>
    <message>
        <source>Export &amp;Audio…</source>
        <translation>&amp;Audio exportieren …</translation>
    </message>
    <message>
        <source>Save the side you hear as a WAV or FLAC file</source>
        <translation>Die Seite, die zu hören ist, als WAV- oder FLAC-Datei speichern</translation>
    </message>
    <message>
        <source>Return to the previous result</source>
        <translation>Zum vorigen Ergebnis zurückkehren</translation>
    </message>
    <message>
        <source>Restore the result that was undone</source>
        <translation>Das rückgängig gemachte Ergebnis wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Copy Result</source>
        <translation>Ergebnis &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy the result as a MIDI file, to paste it into another program or a folder</source>
        <translation>Das Ergebnis als MIDI-Datei kopieren, zum Einfügen in ein anderes Programm oder einen Ordner</translation>
    </message>
    <message>
        <source>Show &amp;Log</source>
        <translation>&amp;Protokoll anzeigen</translation>
    </message>
    <message>
        <source>&amp;Switch Sides (A/B)</source>
        <translation>&amp;Seite wechseln (A/B)</translation>
    </message>
    <message>
        <source>Only the Marked &amp;Passage</source>
        <translation>Nur die markierte &amp;Passage</translation>
    </message>
    <message>
        <source>&amp;Tap the Beat</source>
        <translation>Schlag &amp;tippen</translation>
    </message>
    <message>
        <source>While the piece plays, press T with its beat: its timing and bars follow what you tap</source>
        <translation>Während das Stück spielt, T im Takt drücken: Timing und Takte folgen dem Getippten</translation>
    </message>
    <message>
        <source>Clear &amp;Loop</source>
        <translation>&amp;Loop aufheben</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Transfer</source>
        <translation>Ü&amp;bertragen</translation>
    </message>
    <message>
        <source>Ta&amp;kes</source>
        <translation>Ta&amp;kes</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>&amp;Wiedergabe</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Also Dropped</source>
        <translation>&amp;Ebenfalls abgelegt</translation>
    </message>
    <message numerus="yes">
        <source>%Ln More in the Batch Window…</source>
        <translation>
            <numerusform>%Ln weitere im Stapelfenster …</numerusform>
            <numerusform>%Ln weitere im Stapelfenster …</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear This List</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
</context>
<context>
    <name>AgreementPlot</name>
    <message>
        <source>Agreement with the pianist over the minutes of learning</source>
        <translation>Übereinstimmung mit dem Pianisten über die Minuten des Lernens</translation>
    </message>
    <message>
        <source>How well the style plays pieces that were kept back; dashed: before it learnt</source>
        <translation>Wie gut der Stil zurückbehaltene Stücke spielt; gestrichelt: bevor er gelernt hat</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Übereinstimmung</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>The colours of the window</source>
        <translation>Die Farben des Fensters</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Same as the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Velocity colours</source>
        <translation>Farben der Anschlagstärke</translation>
    </message>
    <message>
        <source>From soft to loud. Lightness changes evenly, so each map can be read without colour vision.</source>
        <translation>Von leise bis laut. Die Helligkeit ändert sich gleichmäßig, sodass jede Farbreihe auch ohne Farbsehen lesbar ist.</translation>
    </message>
    <message>
        <source>Sunset</source>
        <translation>Abendrot</translation>
    </message>
    <message>
        <source>Lagoon</source>
        <translation>Lagune</translation>
    </message>
    <message>
        <source>Blue to yellow</source>
        <translation>Blau bis Gelb</translation>
    </message>
    <message>
        <source>Greys</source>
        <translation>Graustufen</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message>
        <source>A fault of the program, not of the file.</source>
        <translation>Ein Fehler des Programms, nicht der Datei.</translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln files</source>
        <translation>
            <numerusform>{0} von %Ln Datei</numerusform>
            <numerusform>{0} von %Ln Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of {1} written</source>
        <translation>{0} von {1} geschrieben</translation>
    </message>
    <message>
        <source>{0} refused</source>
        <translation>{0} abgelehnt</translation>
    </message>
    <message>
        <source>{0} there already</source>
        <translation>{0} schon vorhanden</translation>
    </message>
    <message>
        <source>{0} left when it was cancelled</source>
        <translation>{0} beim Abbruch noch offen</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running, {0} %</source>
        <translation>läuft, {0} %</translation>
    </message>
    <message>
        <source>already there, kept</source>
        <translation>schon vorhanden, behalten</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>BatchOptions</name>
    <message>
        <source>Folder for the Results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Keep accents</source>
        <translation>Akzente behalten</translation>
    </message>
    <message>
        <source>The style to transfer to</source>
        <translation>Der Zielstil</translation>
    </message>
    <message>
        <source>That of the piece</source>
        <translation>Die des Stücks</translation>
    </message>
    <message>
        <source>Usual in the style</source>
        <translation>Im Stil üblich</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Perform the piece</source>
        <translation>Stück interpretieren</translation>
    </message>
    <message>
        <source>Keep the player&apos;s</source>
        <translation>Die gespielte behalten</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>The style that the files are played in; with “Auto” the model decides for each</source>
        <translation>Der Stil, in dem die Dateien gespielt sind; bei „Automatisch“ entscheidet das Modell für jede</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>The model that makes the transfers</source>
        <translation>Das Modell, das überträgt</translation>
    </message>
    <message>
        <source>How much of the style is applied: 0 % is the original, 100 % the style, more exaggerates it</source>
        <translation>Wie stark der Stil angewendet wird: 0 % ist das Original, 100 % der Stil, mehr übertreibt ihn</translation>
    </message>
    <message>
        <source>How much of the player&apos;s own accents is kept: at 0 % every note has the velocity typical of the style</source>
        <translation>Wie viel von den eigenen Akzenten erhalten bleibt: bei 0 % hat jede Note die für den Stil typische Anschlagstärke</translation>
    </message>
    <message>
        <source>How loud the results are: as loud as each piece was, or as the style usually is</source>
        <translation>Wie laut die Ergebnisse sind: so laut wie das jeweilige Stück, oder wie es im Stil üblich ist</translation>
    </message>
    <message>
        <source>Loudness</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Whether each player&apos;s dynamics are carried over, or the pieces are performed as from a page</source>
        <translation>Ob die gespielte Dynamik übertragen oder die Stücke wie vom Blatt interpretiert werden</translation>
    </message>
    <message>
        <source>Dynamics</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>Results in</source>
        <translation>Ergebnisse in</translation>
    </message>
    <message>
        <source>The hand of each file that is played in the style; the other one stays as it is</source>
        <translation>Die Hand jeder Datei, die im Stil gespielt wird; die andere bleibt, wie sie ist</translation>
    </message>
    <message>
        <source>The folder for the results</source>
        <translation>Der Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>For files without dynamics: another seed gives another performance</source>
        <translation>Für Dateien ohne Dynamik: Ein anderer Startwert ergibt eine andere Interpretation</translation>
    </message>
    <message>
        <source>Choose a folder for the results</source>
        <translation>Ordner für die Ergebnisse auswählen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
</context>
<context>
    <name>BatchTable</name>
    <message>
        <source>Files of the batch</source>
        <translation>Dateien des Stapels</translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Let go to add them</source>
        <translation>Loslassen, um sie hinzuzufügen</translation>
    </message>
    <message>
        <source>Start Again</source>
        <translation>Erneut starten</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Looking for MIDI files…</source>
        <translation>MIDI-Dateien werden gesucht …</translation>
    </message>
    <message>
        <source>Drop MIDI files or a folder here</source>
        <translation>MIDI-Dateien oder einen Ordner hier ablegen</translation>
    </message>
    <message>
        <source>Batch: {0} The results are in {1}.</source>
        <translation>Stapel: {0} Die Ergebnisse sind in {1}.</translation>
    </message>
    <message>
        <source>Please choose a folder for the results.</source>
        <translation>Bitte einen Ordner für die Ergebnisse auswählen.</translation>
    </message>
    <message>
        <source>A result in this folder would overwrite {0}, which is one of the files to transfer. Please choose another folder for the results.</source>
        <translation>In diesem Ordner würde ein Ergebnis die Datei {0} überschreiben, die selbst übertragen werden soll. Bitte einen anderen Ordner für die Ergebnisse auswählen.</translation>
    </message>
    <message>
        <source>The batch keeps running. File &gt; Batch shows it again.</source>
        <translation>Der Stapel läuft weiter. Datei &gt; Stapel zeigt ihn wieder.</translation>
    </message>
    <message>
        <source>All files to one style: the same notes, played another way. Your files are not changed.</source>
        <translation>Alle Dateien in einen Stil: dieselben Noten, anders gespielt. Die Originale bleiben unverändert.</translation>
    </message>
    <message>
        <source>Remove the selected files from the list (Del)</source>
        <translation>Die ausgewählten Dateien aus der Liste entfernen (Entf)</translation>
    </message>
    <message>
        <source>Stop; results already written are kept</source>
        <translation>Anhalten; bereits geschriebene Ergebnisse bleiben erhalten</translation>
    </message>
    <message>
        <source>Replace Them</source>
        <translation>Ersetzen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln found</source>
        <translation>
            <numerusform>%Ln gefunden</numerusform>
            <numerusform>%Ln gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln results already exist in {1}.</source>
        <translation>
            <numerusform>{0} von %Ln Ergebnis ist in {1} schon vorhanden.</numerusform>
            <numerusform>{0} von %Ln Ergebnissen sind in {1} schon vorhanden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep Them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Add MIDI Files</source>
        <translation>MIDI-Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Add a Folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Add Files…</source>
        <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
        <source>Add MIDI files</source>
        <translation>MIDI-Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Add all MIDI files in a folder and in the folders below it</source>
        <translation>Alle MIDI-Dateien eines Ordners und seiner Unterordner hinzufügen</translation>
    </message>
    <message>
        <source>Add Folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Progress of the batch</source>
        <translation>Fortschritt des Stapels</translation>
    </message>
    <message>
        <source>Show the results in the file manager</source>
        <translation>Die Ergebnisse in der Dateiverwaltung anzeigen</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Transfer all files</source>
        <translation>Alle Dateien übertragen</translation>
    </message>
</context>
<context>
    <name>BugDialog</name>
    <message>
        <source>Error in ToneNet</source>
        <translation>Fehler in ToneNet</translation>
    </message>
    <message>
        <source>Something went wrong. This is a bug in ToneNet, not a mistake of yours. Your files are unharmed, and you can keep working. The text below helps to fix it.</source>
        <translation>Etwas ist schiefgegangen. Das ist ein Fehler in ToneNet, kein Bedienfehler. Alle Dateien sind unversehrt, und die Arbeit kann weitergehen. Der Text unten hilft, den Fehler zu beheben.</translation>
    </message>
    <message>
        <source>Error report</source>
        <translation>Fehlerbericht</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the error report</source>
        <translation>Den Fehlerbericht kopieren</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>Close ToneNet</source>
        <translation>ToneNet schließen</translation>
    </message>
    <message>
        <source>{0} has not been exported.</source>
        <translation>{0} wurde noch nicht exportiert.</translation>
    </message>
    <message>
        <source>Close Without Exporting</source>
        <translation>Ohne Export schließen</translation>
    </message>
    <message>
        <source>Export All…</source>
        <translation>Alle exportieren …</translation>
    </message>
    <message>
        <source>You can turn this question on again under Edit &gt; Preferences</source>
        <translation>Unter Bearbeiten &gt; Einstellungen lässt sich die Frage wieder einschalten</translation>
    </message>
    <message>
        <source>Close Without Saving</source>
        <translation>Ohne Speichern schließen</translation>
    </message>
    <message>
        <source>Save Project…</source>
        <translation>Projekt speichern …</translation>
    </message>
    <message>
        <source>Stop and Close</source>
        <translation>Abbrechen und schließen</translation>
    </message>
    <message>
        <source>The batch is still running and stops when you close the window. Files already written are kept.</source>
        <translation>Der Stapel läuft noch und wird beim Schließen abgebrochen. Bereits geschriebene Dateien bleiben erhalten.</translation>
    </message>
    <message>
        <source>The WAV file is still being written and will be lost.</source>
        <translation>Die WAV-Datei wird noch geschrieben und geht verloren.</translation>
    </message>
    <message>
        <source>A style is still being learnt. It stops now; you can go on at the next start.</source>
        <translation>Ein Stil wird noch gelernt. Das wird jetzt angehalten; beim nächsten Start können Sie es fortsetzen.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save and Export…</source>
        <translation>Speichern und exportieren …</translation>
    </message>
    <message>
        <source>{0} has changes that were not saved.</source>
        <translation>{0} hat Änderungen, die nicht gespeichert sind.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results have not been exported:</source>
        <translation>
            <numerusform>%n Ergebnis wurde nicht exportiert:</numerusform>
            <numerusform>%n Ergebnisse wurden nicht exportiert:</numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>Nicht mehr fragen</translation>
    </message>
    <message>
        <source>The result of {0}</source>
        <translation>Das Ergebnis von {0}</translation>
    </message>
</context>
<context>
    <name>Components</name>
    <message>
        <source>this program, its demo piece</source>
        <translation>dieses Programm, sein Demostück</translation>
    </message>
    <message>
        <source>the window</source>
        <translation>das Fenster</translation>
    </message>
    <message>
        <source>runs the models</source>
        <translation>führt die Modelle aus</translation>
    </message>
    <message>
        <source>arrays</source>
        <translation>Rechnen mit Feldern</translation>
    </message>
    <message>
        <source>the weights of the shipped models; their cards list the training data</source>
        <translation>die Gewichte der mitgelieferten Modelle; ihre Karten nennen die Trainingsdaten</translation>
    </message>
    <message>
        <source>plots, and the drawing of many notes at once</source>
        <translation>Diagramme, und das Zeichnen vieler Noten auf einmal</translation>
    </message>
    <message>
        <source>makes the sound</source>
        <translation>erzeugt den Klang</translation>
    </message>
    <message>
        <source>FluidSynth from Python</source>
        <translation>FluidSynth aus Python</translation>
    </message>
    <message>
        <source>the SoundFont that pretty_midi brings</source>
        <translation>der SoundFont, den pretty_midi mitbringt</translation>
    </message>
    <message>
        <source>plays the sound</source>
        <translation>gibt den Klang wieder</translation>
    </message>
    <message>
        <source>writes FLAC files</source>
        <translation>schreibt FLAC-Dateien</translation>
    </message>
    <message>
        <source>brings TimGM6mb</source>
        <translation>bringt TimGM6mb mit</translation>
    </message>
    <message>
        <source>writes new pieces</source>
        <translation>schreibt neue Stücke</translation>
    </message>
    <message>
        <source>the files of the models</source>
        <translation>die Dateien der Modelle</translation>
    </message>
    <message>
        <source>the command line</source>
        <translation>die Befehlszeile</translation>
    </message>
    <message>
        <source>progress on the command line</source>
        <translation>Fortschritt auf der Befehlszeile</translation>
    </message>
    <message>
        <source>the user&apos;s folders</source>
        <translation>die Ordner des Benutzers</translation>
    </message>
    <message>
        <source>pictures of the command line</source>
        <translation>Bilder der Befehlszeile</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>There is no model called {name}; installed: {names}.</source>
        <translation>Es gibt kein Modell namens {name}; installiert: {names}.</translation>
    </message>
    <message>
        <source>{name} was made for another version of ToneNet (format {number}).</source>
        <translation>{name} gehört zu einer anderen Version von ToneNet (Format {number}).</translation>
    </message>
    <message>
        <source>The style file {name} is damaged: {why}.</source>
        <translation>Die Stildatei {name} ist beschädigt: {why}.</translation>
    </message>
    <message>
        <source>The checkpoint {name} cannot be read: {why}.</source>
        <translation>Der Checkpoint {name} lässt sich nicht lesen: {why}.</translation>
    </message>
    <message>
        <source>{name} is not a ToneNet checkpoint, or it is damaged ({why}).</source>
        <translation>{name} ist kein Checkpoint von ToneNet oder beschädigt ({why}).</translation>
    </message>
    <message>
        <source>{name} is not a style file, or it is damaged ({why}).</source>
        <translation>{name} ist keine Stildatei oder ist beschädigt ({why}).</translation>
    </message>
    <message>
        <source>{name} is damaged, or made for another version: {why}.</source>
        <translation>{name} ist beschädigt oder gehört zu einer anderen Version: {why}.</translation>
    </message>
    <message>
        <source>There is no device {name} on this machine; it has {found}.</source>
        <translation>Das Gerät {name} gibt es auf diesem Rechner nicht; vorhanden: {found}.</translation>
    </message>
    <message>
        <source>The model&apos;s styles are {styles}</source>
        <translation>Die Stile des Modells sind {styles}</translation>
    </message>
    <message>
        <source>A tempo is {least} to {most} beats a minute</source>
        <translation>Ein Tempo hat {least} bis {most} Schläge in der Minute</translation>
    </message>
    <message>
        <source>A length is 1 to 3600 seconds</source>
        <translation>Eine Länge hat 1 bis 3600 Sekunden</translation>
    </message>
    <message>
        <source>A temperature is 0 to 2</source>
        <translation>Eine Temperatur liegt zwischen 0 und 2</translation>
    </message>
    <message>
        <source>A top-p is above 0 and at most 1</source>
        <translation>Top-p liegt über 0 und höchstens bei 1</translation>
    </message>
    <message>
        <source>An interpolation has at least 2 steps</source>
        <translation>Eine Interpolation hat mindestens 2 Schritte</translation>
    </message>
    <message>
        <source>The piece has no notes.</source>
        <translation>Das Stück hat keine Noten.</translation>
    </message>
    <message>
        <source>{rule}, not {found}.</source>
        <translation>{rule}, nicht {found}.</translation>
    </message>
    <message>
        <source>No such piece can be written: {why}.</source>
        <translation>Ein solches Stück lässt sich nicht schreiben: {why}.</translation>
    </message>
    <message>
        <source>{name} was made for another version of ToneNet.</source>
        <translation>{name} gehört zu einer anderen Version von ToneNet.</translation>
    </message>
    <message>
        <source>The folder {name} could not be made: {why}.</source>
        <translation>Der Ordner {name} konnte nicht angelegt werden: {why}.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} MB, which is too large to open.</source>
        <translation>{name} ist größer als {size} MB und damit zu groß zum Öffnen.</translation>
    </message>
    <message>
        <source>{name} contains no notes within the piano&apos;s 88 keys.</source>
        <translation>{name} enthält keine Noten innerhalb der 88 Klaviertasten.</translation>
    </message>
    <message>
        <source>{name} contains no notes.</source>
        <translation>{name} enthält keine Noten.</translation>
    </message>
    <message>
        <source>{name} has no piano; the notes of all its other instruments but the drums are taken.</source>
        <translation>{name} hat kein Klavier; genommen werden die Noten aller anderen Instrumente außer dem Schlagzeug.</translation>
    </message>
    <message>
        <source>{name} contains {count} notes; up to {most} can be opened.</source>
        <translation>{name} enthält {count} Noten; höchstens {most} lassen sich öffnen.</translation>
    </message>
    <message>
        <source>{name} lasts {hours} hours; up to {most} can be opened.</source>
        <translation>{name} dauert {hours} Stunden; höchstens {most} lassen sich öffnen.</translation>
    </message>
    <message>
        <source>{name} contains only drums.</source>
        <translation>{name} enthält nur Schlagzeug.</translation>
    </message>
    <message>
        <source>{name} is a folder, not a MIDI file.</source>
        <translation>{name} ist ein Ordner, keine MIDI-Datei.</translation>
    </message>
    <message>
        <source>{name} is not a file.</source>
        <translation>{name} ist keine Datei.</translation>
    </message>
    <message>
        <source>{name} does not exist.</source>
        <translation>{name} gibt es nicht.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>{name} konnte nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>{name} ends inside its header.</source>
        <translation>{name} bricht im Kopf der Datei ab.</translation>
    </message>
    <message>
        <source>it does not define the length of a tick</source>
        <translation>sie legt nicht fest, wie lang ein Tick ist</translation>
    </message>
    <message>
        <source>track {number} ends early</source>
        <translation>Spur {number} bricht ab</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>{name} konnte nicht geschrieben werden: {why}.</translation>
    </message>
    <message>
        <source>{name} contains no tracks.</source>
        <translation>{name} enthält keine Spuren.</translation>
    </message>
    <message>
        <source>The piece has no beats of its own: its pulse was found by ear, and bars were guessed.</source>
        <translation>Das Stück hat keine eigenen Schläge: sein Puls wurde herausgehört, und die Takte wurden geschätzt.</translation>
    </message>
    <message>
        <source>{name} has no melody that an accompaniment could be put under.</source>
        <translation>{name} hat keine Melodie, unter die eine Begleitung gesetzt werden könnte.</translation>
    </message>
    <message>
        <source>The model {name} generates pieces; it cannot play given ones.</source>
        <translation>Das Modell {name} erzeugt Stücke; vorhandene spielen kann es nicht.</translation>
    </message>
    <message>
        <source>The model {name} plays given pieces; it cannot generate any.</source>
        <translation>Das Modell {name} spielt vorhandene Stücke; erzeugen kann es keine.</translation>
    </message>
    <message>
        <source>The model {name} has no encoder.</source>
        <translation>Das Modell {name} hat keinen Encoder.</translation>
    </message>
    <message>
        <source>The model {name} makes no transfers of its own.</source>
        <translation>Das Modell {name} macht für sich allein keine Übertragungen.</translation>
    </message>
    <message>
        <source>The model {name} writes no accompaniments.</source>
        <translation>Das Modell {name} schreibt keine Begleitungen.</translation>
    </message>
    <message numerus="yes">
        <source>A cover is for piano alone: {notes} notes of other instruments are left out ({instruments}).</source>
        <translation>
            <numerusform>Ein Cover ist für Klavier allein: {notes} Note anderer Instrumente fehlt ({instruments}).</numerusform>
            <numerusform>Ein Cover ist für Klavier allein: {notes} Noten anderer Instrumente fehlen ({instruments}).</numerusform>
        </translation>
    </message>
    <message>
        <source>The share to keep is 0 to 1, not {found}.</source>
        <translation>Der Anteil, der bleibt, ist 0 bis 1, nicht {found}.</translation>
    </message>
    <message>
        <source>A temperature is 0 to 2, not {found}.</source>
        <translation>Eine Temperatur ist 0 bis 2, nicht {found}.</translation>
    </message>
    <message>
        <source>{name} has no page: {why}.</source>
        <translation>{name} hat keine Notenseite: {why}.</translation>
    </message>
    <message>
        <source>The result is silent; try another piece.</source>
        <translation>Das Ergebnis ist stumm; bitte ein anderes Stück versuchen.</translation>
    </message>
    <message>
        <source>{name} is not a style judge, or it is damaged ({why}).</source>
        <translation>{name} ist kein Stilrichter oder beschädigt ({why}).</translation>
    </message>
    <message>
        <source>{name} is not a judge of notes, or it is damaged ({why}).</source>
        <translation>{name} ist kein Beurteiler der Noten oder ist beschädigt ({why}).</translation>
    </message>
    <message>
        <source>{member} was taken out of the archive {name}.</source>
        <translation>{member} wurde aus dem Archiv {name} genommen.</translation>
    </message>
    <message>
        <source>{name} is a MIDI 2.0 clip file; export it as a Standard MIDI File (.mid) first.</source>
        <translation>{name} ist eine MIDI-2.0-Clip-Datei; bitte zuerst als Standard-MIDI-Datei (.mid) exportieren.</translation>
    </message>
    <message>
        <source>{name} could not be unpacked: {why}.</source>
        <translation>{name} konnte nicht entpackt werden: {why}.</translation>
    </message>
    <message>
        <source>{name} is an archive without a MIDI file.</source>
        <translation>{name} ist ein Archiv ohne MIDI-Datei.</translation>
    </message>
    <message>
        <source>{name} is an archive of {count} MIDI files; unpack it, and open them one by one or as a folder.</source>
        <translation>{name} ist ein Archiv mit {count} MIDI-Dateien; bitte entpacken und einzeln oder als Ordner öffnen.</translation>
    </message>
    <message numerus="yes">
        <source>and {more} more problems</source>
        <translation>
            <numerusform>und {more} weiterer Fehler</numerusform>
            <numerusform>und {more} weitere Fehler</numerusform>
        </translation>
    </message>
    <message>
        <source>piano: {notes}</source>
        <translation>Klavier: {notes}</translation>
    </message>
    <message>
        <source>chromatic percussion: {notes}</source>
        <translation>Stabspiele: {notes}</translation>
    </message>
    <message>
        <source>organ: {notes}</source>
        <translation>Orgel: {notes}</translation>
    </message>
    <message>
        <source>guitar: {notes}</source>
        <translation>Gitarre: {notes}</translation>
    </message>
    <message>
        <source>bass: {notes}</source>
        <translation>Bass: {notes}</translation>
    </message>
    <message>
        <source>strings: {notes}</source>
        <translation>Streicher: {notes}</translation>
    </message>
    <message>
        <source>ensemble: {notes}</source>
        <translation>Ensemble: {notes}</translation>
    </message>
    <message>
        <source>brass: {notes}</source>
        <translation>Blechbläser: {notes}</translation>
    </message>
    <message>
        <source>reed: {notes}</source>
        <translation>Rohrblattinstrumente: {notes}</translation>
    </message>
    <message>
        <source>pipe: {notes}</source>
        <translation>Flöten: {notes}</translation>
    </message>
    <message>
        <source>synth lead: {notes}</source>
        <translation>Synth Lead: {notes}</translation>
    </message>
    <message>
        <source>synth pad: {notes}</source>
        <translation>Synth Pad: {notes}</translation>
    </message>
    <message>
        <source>synth effects: {notes}</source>
        <translation>Synth-Effekte: {notes}</translation>
    </message>
    <message>
        <source>ethnic: {notes}</source>
        <translation>Folkloreinstrumente: {notes}</translation>
    </message>
    <message>
        <source>percussive: {notes}</source>
        <translation>Perkussion: {notes}</translation>
    </message>
    <message>
        <source>sound effects: {notes}</source>
        <translation>Klangeffekte: {notes}</translation>
    </message>
    <message>
        <source>The MIDI file in {name} is too large to open.</source>
        <translation>Die MIDI-Datei in {name} ist zu groß zum Öffnen.</translation>
    </message>
    <message>
        <source>Track {tracks} of {name} has no notes to play.</source>
        <translation>Spur {tracks} von {name} hat keine Noten zum Spielen.</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} ist leer.</translation>
    </message>
    <message>
        <source>{name} is not a MIDI file.</source>
        <translation>{name} ist keine MIDI-Datei.</translation>
    </message>
    <message numerus="yes">
        <source>{missing} of {declared} tracks are missing</source>
        <translation>
            <numerusform>{missing} von {declared} Spuren fehlt</numerusform>
            <numerusform>{missing} von {declared} Spuren fehlen</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is damaged ({problems}); what could be read was kept.</source>
        <translation>{name} ist beschädigt ({problems}); was lesbar war, wurde übernommen.</translation>
    </message>
    <message>
        <source>{name} holds more than {most} messages, which is too many to open.</source>
        <translation>{name} enthält mehr als {most} Nachrichten und damit zu viele zum Öffnen.</translation>
    </message>
    <message>
        <source>format {number} does not exist</source>
        <translation>ein Format {number} gibt es nicht</translation>
    </message>
    <message>
        <source>track {number} has no end</source>
        <translation>Spur {number} hat kein Ende</translation>
    </message>
    <message>
        <source>system messages stand between the notes</source>
        <translation>zwischen den Noten stehen Systemnachrichten</translation>
    </message>
    <message>
        <source>some data bytes are above 127</source>
        <translation>einige Datenbytes liegen über 127</translation>
    </message>
    <message>
        <source>a message has no status</source>
        <translation>einer Nachricht fehlt der Status</translation>
    </message>
    <message>
        <source>The piece has no beats, so its tempo and swing stay.</source>
        <translation>Das Stück hat keine Schläge; Tempo und Swing bleiben.</translation>
    </message>
    <message numerus="yes">
        <source>{taken} of the {all} melodic notes of {name} are played; the others stay as they are ({instruments}).</source>
        <translation>
            <numerusform>{taken} der {all} melodischen Noten von {name} wird gespielt; die übrigen bleiben, wie sie sind ({instruments}).</numerusform>
            <numerusform>{taken} der {all} melodischen Noten von {name} werden gespielt; die übrigen bleiben, wie sie sind ({instruments}).</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no sound because no SoundFont was found. Put one (.sf2 or .sf3) into {folder}, or install one (Debian and Ubuntu: apt install fluidr3mono-gm-soundfont).</source>
        <translation>Es gibt keinen Klang, weil kein SoundFont gefunden wurde. Bitte einen (.sf2 oder .sf3) in {folder} ablegen oder installieren (Debian und Ubuntu: apt install fluidr3mono-gm-soundfont).</translation>
    </message>
    <message>
        <source>The SoundFont {name} does not exist; choose another one.</source>
        <translation>Den SoundFont {name} gibt es nicht; bitte einen anderen wählen.</translation>
    </message>
    <message>
        <source>{name} is not a SoundFont; choose a file whose name ends in .sf2 or .sf3.</source>
        <translation>{name} ist kein SoundFont; bitte eine Datei wählen, deren Name auf .sf2 oder .sf3 endet.</translation>
    </message>
    <message>
        <source>The style file {name} cannot be read: {why}.</source>
        <translation>Die Stildatei {name} lässt sich nicht lesen: {why}.</translation>
    </message>
    <message>
        <source>The style file {name} cannot be changed: {why}.</source>
        <translation>Die Stildatei {name} kann nicht geändert werden: {why}.</translation>
    </message>
    <message>
        <source>There is a style called {name} already: choose another name.</source>
        <translation>Einen Stil namens {name} gibt es schon: Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>A style cannot be called {name}: take up to 40 letters, digits, spaces and hyphens.</source>
        <translation>Ein Stil kann nicht {name} heißen: Nehmen Sie bis zu 40 Buchstaben, Ziffern, Leerzeichen und Bindestriche.</translation>
    </message>
    <message>
        <source>The GPU has too little free memory; the CPU is used instead.</source>
        <translation>Die Grafikkarte hat zu wenig freien Speicher; stattdessen rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>The model {name} has no checkpoint yet: train it with `tonenet train {recipe}`, and give its file.</source>
        <translation>Das Modell {name} ist noch nicht trainiert: Trainieren Sie es mit `tonenet train {recipe}`, und geben Sie seine Datei an.</translation>
    </message>
    <message>
        <source>{name} is no list of beats: {why}.</source>
        <translation>{name} ist keine Liste von Schlägen: {why}.</translation>
    </message>
    <message>
        <source>A model that generates images takes no top-p, key or metre, and cannot continue a piece.</source>
        <translation>Ein Modell, das Bilder erzeugt, kennt weder Top-p noch Tonart oder Takt und kann kein Stück fortsetzen.</translation>
    </message>
    <message>
        <source>The result is silent; try another seed or temperature.</source>
        <translation>Das Ergebnis ist stumm; bitte einen anderen Startwert oder eine andere Temperatur versuchen.</translation>
    </message>
    <message>
        <source>{name} is not a judge of time, or it is damaged ({why}).</source>
        <translation>{name} ist kein Beurteiler der Zeit oder ist beschädigt ({why}).</translation>
    </message>
    <message numerus="yes">
        <source>{found} pieces with {notes} notes are too little: a style needs {pieces} pieces and {least} notes.</source>
        <translation>
            <numerusform>{found} Stück mit {notes} Noten ist zu wenig: Ein Stil braucht {pieces} Stücke und {least} Noten.</numerusform>
            <numerusform>{found} Stücke mit {notes} Noten sind zu wenig: Ein Stil braucht {pieces} Stücke und {least} Noten.</numerusform>
        </translation>
    </message>
    <message>
        <source>The folder has {files} files; {read} of them, evenly spread, are enough.</source>
        <translation>Der Ordner hat {files} Dateien; {read} davon, gleichmäßig verteilt, genügen.</translation>
    </message>
    <message>
        <source>Nobody has played the pieces in {folder}: their velocities are written, and show no style.</source>
        <translation>Die Stücke in {folder} hat niemand gespielt: Ihre Anschlagstärken sind geschrieben und zeigen keinen Stil.</translation>
    </message>
    <message>
        <source>There is no MIDI file in {folder}.</source>
        <translation>In {folder} ist keine MIDI-Datei.</translation>
    </message>
    <message>
        <source>None of the files in {folder} can be used.</source>
        <translation>Keine der Dateien in {folder} ist brauchbar.</translation>
    </message>
    <message>
        <source>{name} has velocities that nobody has played.</source>
        <translation>{name} hat Anschlagstärken, die niemand gespielt hat.</translation>
    </message>
    <message>
        <source>{name} is the same as {other}.</source>
        <translation>{name} ist dasselbe wie {other}.</translation>
    </message>
    <message>
        <source>{name} is a damaged project.</source>
        <translation>{name} ist ein beschädigtes Projekt.</translation>
    </message>
    <message>
        <source>{name} is a project: its piece is read without its takes, which the window shows.</source>
        <translation>{name} ist ein Projekt: gelesen wird sein Stück ohne die Takes, die das Fenster zeigt.</translation>
    </message>
    <message numerus="yes">
        <source>Some notes of {name} ({notes}) are not on the piano&apos;s keyboard; they stay as they are.</source>
        <translation>
            <numerusform>{notes} Note von {name} liegt außerhalb der Klaviatur; sie bleibt, wie sie ist.</numerusform>
            <numerusform>Einige Noten von {name} ({notes}) liegen außerhalb der Klaviatur; sie bleiben, wie sie sind.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some notes of {name} ({notes}) are key switches far from the music; they stay as they are.</source>
        <translation>
            <numerusform>{notes} Note von {name} ist ein Keyswitch weit abseits der Musik; sie bleibt, wie sie ist.</numerusform>
            <numerusform>Einige Noten von {name} ({notes}) sind Keyswitches weit abseits der Musik; sie bleiben, wie sie sind.</numerusform>
        </translation>
    </message>
    <message>
        <source>The times of {name} cannot be changed without damage to it.</source>
        <translation>Die Zeiten von {name} lassen sich nicht ändern, ohne die Datei zu beschädigen.</translation>
    </message>
    <message numerus="yes">
        <source>{bytes} bytes stand before its header</source>
        <translation>
            <numerusform>vor dem Dateikopf steht {bytes} Byte</numerusform>
            <numerusform>vor dem Dateikopf stehen {bytes} Byte</numerusform>
        </translation>
    </message>
    <message>
        <source>drums: {notes}</source>
        <translation>Schlagzeug: {notes}</translation>
    </message>
    <message>
        <source>No beats that are sure were found in the notes.</source>
        <translation>In den Noten wurden keine sicheren Schläge gefunden.</translation>
    </message>
    <message>
        <source>The model {name} tracks no beats.</source>
        <translation>Das Modell {name} findet keine Schläge.</translation>
    </message>
    <message>
        <source>No beats were tapped to {name}.</source>
        <translation>Zu {name} wurden keine Schläge getippt.</translation>
    </message>
    <message>
        <source>No beats can be told from so few notes.</source>
        <translation>Aus so wenigen Noten lassen sich keine Schläge bestimmen.</translation>
    </message>
    <message>
        <source>The beats were found in the notes, {tempo} a minute on average; the timing follows them.</source>
        <translation>Die Schläge wurden in den Noten gefunden, im Mittel {tempo} in der Minute; das Timing folgt ihnen.</translation>
    </message>
    <message>
        <source>The beats that were found in the notes, {tempo} a minute on average, are not sure; the timing follows them.</source>
        <translation>Die Schläge, die in den Noten gefunden wurden, im Mittel {tempo} in der Minute, sind nicht sicher; das Timing folgt ihnen.</translation>
    </message>
    <message>
        <source>The model {name} is no model of time.</source>
        <translation>Das Modell {name} ist kein Modell der Zeit.</translation>
    </message>
    <message>
        <source>Swing, tempo and pedal belong to both hands: they stay, as one hand does.</source>
        <translation>Swing, Tempo und Pedal gehören beiden Händen: Sie bleiben, weil eine Hand bleibt.</translation>
    </message>
    <message>
        <source>The left hand plays no note of {name} there.</source>
        <translation>Die linke Hand spielt dort keine Note von {name}.</translation>
    </message>
    <message>
        <source>The right hand plays no note of {name} there.</source>
        <translation>Die rechte Hand spielt dort keine Note von {name}.</translation>
    </message>
    <message>
        <source>The piece has no pedal: it is pedalled as is usual for the style.</source>
        <translation>Das Stück hat kein Pedal: Es wird so pedalisiert, wie es im Stil üblich ist.</translation>
    </message>
    <message>
        <source>The piece has too few pairs of eighths to tell its swing, which stays as it is.</source>
        <translation>Das Stück hat zu wenige Achtelpaare, um seinen Swing zu bestimmen; er bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>The eighths are straight already, and stay so.</source>
        <translation>Die Achtel sind schon gerade und bleiben es.</translation>
    </message>
    <message>
        <source>The piece has no pedal, and its notes are let go early, as players do over one: play the pedal in the style too, and they sound on.</source>
        <translation>Das Stück hat kein Pedal, und seine Noten werden so früh losgelassen, wie man es mit Pedal tut: Wird auch das Pedal im Stil gespielt, klingen sie weiter.</translation>
    </message>
    <message>
        <source>Only the dynamics are played: the timing and touch of {style} have not been learnt.</source>
        <translation>Nur die Dynamik wird gespielt: Timing und Anschlag von {style} wurden nicht gelernt.</translation>
    </message>
    <message>
        <source>{count} other instruments</source>
        <translation>{count} weitere Instrumente</translation>
    </message>
    <message>
        <source>{name} names no score that is in it.</source>
        <translation>{name} nennt keine Partitur, die darin ist.</translation>
    </message>
    <message>
        <source>{name} is an XML file, but no MusicXML score.</source>
        <translation>{name} ist eine XML-Datei, aber keine MusicXML-Partitur.</translation>
    </message>
    <message>
        <source>{name} has a measure that is longer than music can be.</source>
        <translation>{name} hat einen Takt, der länger ist, als Musik sein kann.</translation>
    </message>
    <message>
        <source>{name} has more than {count} measures, which is too many to open.</source>
        <translation>{name} hat mehr als {count} Takte; das sind zu viele zum Öffnen.</translation>
    </message>
    <message>
        <source>{name} has repeats without an end.</source>
        <translation>{name} hat Wiederholungen ohne Ende.</translation>
    </message>
    <message>
        <source>{name} declares XML entities, which no score needs; it was not opened.</source>
        <translation>{name} erklärt XML-Entitäten, die keine Partitur braucht; die Datei wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>{name} is no score of a sensible size; it was not opened.</source>
        <translation>{name} ist keine Partitur von vernünftiger Größe; die Datei wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>{name} is damaged: {why}.</source>
        <translation>{name} ist beschädigt: {why}.</translation>
    </message>
    <message>
        <source>There is no sound because FluidSynth is not installed. Install it (Debian and Ubuntu: apt install libfluidsynth3; macOS: brew install fluid-synth) and try again.</source>
        <translation>Es gibt keinen Klang, weil FluidSynth nicht installiert ist. Bitte installieren (Debian und Ubuntu: apt install libfluidsynth3; macOS: brew install fluid-synth) und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>There is no sound because FluidSynth is older than version 2. Install a newer one (Debian and Ubuntu: apt install libfluidsynth3; macOS: brew install fluid-synth) and try again.</source>
        <translation>Es gibt keinen Klang, weil FluidSynth älter als Version 2 ist. Bitte ein neueres installieren (Debian und Ubuntu: apt install libfluidsynth3; macOS: brew install fluid-synth) und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The SoundFont {name} is damaged or cannot be read; choose another one.</source>
        <translation>Der SoundFont {name} ist beschädigt oder nicht lesbar; bitte einen anderen wählen.</translation>
    </message>
    <message>
        <source>{name}: sound is written as .wav or .flac; please choose such a name.</source>
        <translation>{name}: Klang wird als .wav oder .flac geschrieben; bitte einen solchen Namen wählen.</translation>
    </message>
    <message>
        <source>{refused} Until then {name} plays.</source>
        <translation>{refused} Bis dahin spielt {name}.</translation>
    </message>
    <message>
        <source>No note of {name} is in that passage.</source>
        <translation>In dieser Passage ist keine Note von {name}.</translation>
    </message>
    <message>
        <source>{name} has no bars, as its beats are not known; give the passage in seconds.</source>
        <translation>{name} hat keine Takte, weil die Schläge nicht bekannt sind; geben Sie die Passage in Sekunden an.</translation>
    </message>
    <message numerus="yes">
        <source>{name} has {bars} bars; {bar} is none of them.</source>
        <translation>
            <numerusform>{name} hat {bars} Takt; {bar} gehört nicht dazu.</numerusform>
            <numerusform>{name} hat {bars} Takte; {bar} gehört nicht dazu.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is too large for a file of beats.</source>
        <translation>{name} ist zu groß für eine Datei mit Schlägen.</translation>
    </message>
    <message>
        <source>{name} has fewer than two beats.</source>
        <translation>{name} hat weniger als zwei Schläge.</translation>
    </message>
    <message>
        <source>The beats of {name} must rise, each {least} to {most} seconds after the one before.</source>
        <translation>Die Schläge von {name} müssen steigen, jeder {least} bis {most} Sekunden nach dem vorigen.</translation>
    </message>
    <message>
        <source>Line {line} of {name} is no time in seconds, such as 12.5.</source>
        <translation>Zeile {line} von {name} ist keine Zeit in Sekunden wie 12.5.</translation>
    </message>
    <message>
        <source>The beats were tapped from {begin} to {end} s; before and after that the tempo goes on as it was.</source>
        <translation>Die Schläge wurden von {begin} bis {end} s getippt; davor und danach geht das Tempo weiter, wie es war.</translation>
    </message>
    <message>
        <source>Learning needs Lightning Fabric: pip install lightning-fabric.</source>
        <translation>Lernen braucht Lightning Fabric: pip install lightning-fabric.</translation>
    </message>
    <message>
        <source>The velocities are written, not played: the piece is performed, and its levels and accents stay.</source>
        <translation>Die Anschlagstärken sind notiert, nicht gespielt: Das Stück wird interpretiert, seine Lautstärken und Akzente bleiben.</translation>
    </message>
    <message>
        <source>The velocities are written, not played: the piece is performed, at a level with room for dynamics.</source>
        <translation>Die Anschlagstärken sind notiert, nicht gespielt: Das Stück wird interpretiert, in einer Lautstärke, die Raum für Dynamik lässt.</translation>
    </message>
    <message>
        <source>The velocities follow no player: the piece is performed.</source>
        <translation>Die Anschlagstärken stammen von keinem Spieler: Das Stück wird interpretiert.</translation>
    </message>
    <message>
        <source>The piece is performed, whatever its velocities.</source>
        <translation>Das Stück wird interpretiert, was auch immer seine Anschlagstärken sind.</translation>
    </message>
    <message>
        <source>The piece seems to be played in {style} style already; it was taken further in it.</source>
        <translation>Das Stück scheint schon im Stil {style} gespielt zu sein; es wurde darin weitergeführt.</translation>
    </message>
    <message>
        <source>The model gives no velocities for this piece; its checkpoint must be damaged.</source>
        <translation>Das Modell liefert für dieses Stück keine Anschlagstärken; sein Checkpoint muss beschädigt sein.</translation>
    </message>
    <message>
        <source>The model has no style {name}; it plays {styles}.</source>
        <translation>Das Modell hat keinen Stil {name}; es spielt {styles}.</translation>
    </message>
    <message>
        <source>The model stopped unexpectedly (code {code}), perhaps for want of memory. It was started again: please try once more.</source>
        <translation>Das Modell wurde unerwartet beendet (Code {code}), vielleicht aus Mangel an Speicher. Es läuft wieder: bitte noch einmal versuchen.</translation>
    </message>
</context>
<context>
    <name>Counting</name>
    <message>
        <source>This recording has no beats for the metronome to follow. Tap them while it plays (T), then use them.</source>
        <translation>Diese Aufnahme hat keine Schläge, denen das Metronom folgen könnte. Beim Abspielen mit T mitklopfen, dann verwenden.</translation>
    </message>
</context>
<context>
    <name>CoverPanel</name>
    <message>
        <source>The same cover with another accompaniment: the next seed</source>
        <translation>Dasselbe Cover mit einer anderen Begleitung: der nächste Startwert</translation>
    </message>
    <message>
        <source>Another Take</source>
        <translation>Noch ein Take</translation>
    </message>
    <message>
        <source>{0} (experimental)</source>
        <translation>{0} (Versuch)</translation>
    </message>
    <message>
        <source>Best for the genre</source>
        <translation>Das beste je Genre</translation>
    </message>
    <message>
        <source>Arranger (by rule)</source>
        <translation>Arrangeur</translation>
    </message>
    <message>
        <source>Open a piece first: its melody is kept.</source>
        <translation>Öffnen Sie zuerst ein Stück: Seine Melodie bleibt.</translation>
    </message>
    <message>
        <source>An experiment: what is played under the melody is changed, often too little to be another genre.</source>
        <translation>Ein Versuch: Was unter der Melodie gespielt wird, ändert sich, oft zu wenig für ein anderes Genre.</translation>
    </message>
    <message>
        <source>Other notes are written under the melody, which stays note by note. For piano alone.</source>
        <translation>Unter die Melodie, die Note für Note bleibt, kommt eine neue Begleitung. Für Klavier allein.</translation>
    </message>
    <message>
        <source>Pink is new; the melody and what was kept have the colours of their velocities.</source>
        <translation>Rosa ist neu; Melodie und Behaltenes haben die Farben ihrer Anschlagstärken.</translation>
    </message>
    <message>
        <source>Green is new; the melody and what was kept have the colours of their velocities.</source>
        <translation>Grün ist neu; Melodie und Behaltenes haben die Farben ihrer Anschlagstärken.</translation>
    </message>
    <message>
        <source>Cover in {0}</source>
        <translation>{0}-Cover</translation>
    </message>
    <message>
        <source>Keep the melody and write an accompaniment in {0} under it</source>
        <translation>Die Melodie behalten und eine Begleitung im Stil {0} darunter schreiben</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>What writes the accompaniment: a model that learnt it, or rules</source>
        <translation>Was die Begleitung schreibt: ein Modell, das es gelernt hat, oder Regeln</translation>
    </message>
    <message>
        <source>How much of the piece&apos;s own accompaniment stays: at 0 % all of it is new</source>
        <translation>Wie viel von der Begleitung des Stücks bleibt: bei 0 % ist alles neu</translation>
    </message>
    <message>
        <source>Original accompaniment</source>
        <translation>Originalbegleitung</translation>
    </message>
    <message>
        <source>The lowest note of each half bar stays; nothing is written below it</source>
        <translation>Die tiefste Note jedes halben Taktes bleibt; darunter wird nichts geschrieben</translation>
    </message>
    <message>
        <source>Keep the bass</source>
        <translation>Bass behalten</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Another seed gives another accompaniment</source>
        <translation>Ein anderer Startwert gibt eine andere Begleitung</translation>
    </message>
</context>
<context>
    <name>Covering</name>
    <message>
        <source>Cover in {0}</source>
        <translation>{0}-Cover</translation>
    </message>
    <message>
        <source>{0} cover of {1} (seed {2})</source>
        <translation>{0}-Cover von {1} (Startwert {2})</translation>
    </message>
</context>
<context>
    <name>DragHandle</name>
    <message>
        <source>Copy the result, or drag it into another program</source>
        <translation>Das Ergebnis kopieren oder in ein anderes Programm ziehen</translation>
    </message>
    <message>
        <source>Drag the result into another program as a MIDI file; a click copies it (Ctrl+C)</source>
        <translation>Das Ergebnis als MIDI-Datei in ein anderes Programm ziehen; ein Klick kopiert es (Strg+C)</translation>
    </message>
    <message>
        <source>Drag MIDI</source>
        <translation>MIDI ziehen</translation>
    </message>
</context>
<context>
    <name>DynamicsCurve</name>
    <message>
        <source>Dynamics over time, before and after</source>
        <translation>Dynamik im Verlauf, vorher und nachher</translation>
    </message>
    <message>
        <source>Mean velocity over time. Click to seek; the wheel zooms, a double click shows the whole piece</source>
        <translation>Mittlere Anschlagstärke im Verlauf. Klick springt dorthin, das Mausrad zoomt, ein Doppelklick zeigt das ganze Stück</translation>
    </message>
</context>
<context>
    <name>EditMenu</name>
    <message>
        <source>Select &amp;All Notes</source>
        <translation>&amp;Alle Noten auswählen</translation>
    </message>
    <message>
        <source>Select the Le&amp;ft Hand</source>
        <translation>&amp;Linke Hand auswählen</translation>
    </message>
    <message>
        <source>Select the Ri&amp;ght Hand</source>
        <translation>Rechte &amp;Hand auswählen</translation>
    </message>
    <message>
        <source>Select the Notes in the L&amp;oop</source>
        <translation>Noten im L&amp;oop auswählen</translation>
    </message>
    <message>
        <source>Select All of This Pitc&amp;h</source>
        <translation>Alle &amp;dieser Tonhöhe auswählen</translation>
    </message>
    <message>
        <source>D&amp;eselect</source>
        <translation>Auswahl auf&amp;heben</translation>
    </message>
    <message>
        <source>&amp;Louder</source>
        <translation>La&amp;uter</translation>
    </message>
    <message>
        <source>&amp;Softer</source>
        <translation>Lei&amp;ser</translation>
    </message>
    <message>
        <source>Louder in Propo&amp;rtion</source>
        <translation>Im &amp;Verhältnis lauter</translation>
    </message>
    <message>
        <source>Softer in Proport&amp;ion</source>
        <translation>Im Verhält&amp;nis leiser</translation>
    </message>
    <message>
        <source>Le&amp;vel</source>
        <translation>Ein&amp;ebnen</translation>
    </message>
    <message>
        <source>Co&amp;mpress</source>
        <translation>Unterschiede ver&amp;kleinern</translation>
    </message>
    <message>
        <source>E&amp;xpand</source>
        <translation>Unterschiede ver&amp;größern</translation>
    </message>
    <message>
        <source>Straight Li&amp;ne</source>
        <translation>&amp;Gerade Linie</translation>
    </message>
    <message>
        <source>Remove E&amp;dits</source>
        <translation>Von Hand Gesetztes zurücknehmen</translation>
    </message>
    <message>
        <source>Finding the hands</source>
        <translation>Die Hände werden unterschieden</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>Not all results could be written: {0}</source>
        <translation>Nicht alle Ergebnisse konnten geschrieben werden: {0}</translation>
    </message>
    <message numerus="yes">
        <source>Saved %n results in {0}.</source>
        <translation>
            <numerusform>%n Ergebnis in {0} gespeichert.</numerusform>
            <numerusform>%n Ergebnisse in {0} gespeichert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Writing {0}</source>
        <translation>{0} wird geschrieben</translation>
    </message>
    <message>
        <source>{0} is the original, which is never changed: please choose another name.</source>
        <translation>{0} ist das Original und wird nie geändert: bitte einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>Saved {0} in {1}.</source>
        <translation>{0} in {1} gespeichert.</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>MIDI files and scores ({0});;All files (*)</source>
        <translation>MIDI-Dateien und Partituren ({0});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>MIDI files, scores and projects ({0});;All files (*)</source>
        <translation>MIDI-Dateien, Partituren und Projekte ({0});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>ToneNet projects ({0})</source>
        <translation>ToneNet-Projekte ({0})</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>There is no MIDI file in {0}.</source>
        <translation>In {0} ist keine MIDI-Datei.</translation>
    </message>
    <message>
        <source>{0} of {1} MIDI files are listed.</source>
        <translation>{0} von {1} MIDI-Dateien sind aufgeführt.</translation>
    </message>
</context>
<context>
    <name>GeneratePanel</name>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Generate a new piece with these settings</source>
        <translation>Mit diesen Einstellungen ein neues Stück erzeugen</translation>
    </message>
    <message>
        <source>Another (seed {0})</source>
        <translation>Noch eins (Startwert {0})</translation>
    </message>
    <message>
        <source>{0} (for comparison)</source>
        <translation>{0} (zum Vergleich)</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>The open piece</source>
        <translation>Offenes Stück</translation>
    </message>
    <message>
        <source>Two pieces</source>
        <translation>Zwei Stücke</translation>
    </message>
    <message>
        <source>The first bars</source>
        <translation>Die ersten Takte</translation>
    </message>
    <message>
        <source>Constant</source>
        <translation>Gleichbleibend</translation>
    </message>
    <message>
        <source>As generated</source>
        <translation>Wie erzeugt</translation>
    </message>
    <message>
        <source>Choose the second piece…</source>
        <translation>Zweites Stück auswählen …</translation>
    </message>
    <message>
        <source>Open a piece first: the new one is made from it.</source>
        <translation>Zuerst ein Stück öffnen: daraus entsteht das neue.</translation>
    </message>
    <message>
        <source>The open piece was recorded without a metronome, so it has no bars to continue.</source>
        <translation>Das offene Stück wurde ohne Metronom eingespielt und hat daher keine Takte, die sich fortsetzen ließen.</translation>
    </message>
    <message>
        <source>The model that generates the piece</source>
        <translation>Das Modell, das das Stück erzeugt</translation>
    </message>
    <message>
        <source>The style of the new piece</source>
        <translation>Der Stil des neuen Stücks</translation>
    </message>
    <message>
        <source>The model that plays the new piece, with the dynamics of its style</source>
        <translation>Das Modell, das das neue Stück spielt, mit der Dynamik seines Stils</translation>
    </message>
    <message>
        <source>The key of the new piece; with “Any”, keys come up as often as in the training music</source>
        <translation>Die Tonart des neuen Stücks; bei „Beliebig“ kommen Tonarten so häufig vor wie in der Trainingsmusik</translation>
    </message>
    <message>
        <source>Time signature</source>
        <translation>Taktart</translation>
    </message>
    <message>
        <source>The time signature of the new piece; with “Any”, each comes up as often as in the training music</source>
        <translation>Die Taktart des neuen Stücks; bei „Beliebig“ kommt jede so häufig vor wie in der Trainingsmusik</translation>
    </message>
    <message>
        <source>Choose the piece at the other end of the way</source>
        <translation>Das Stück am anderen Ende des Weges wählen</translation>
    </message>
    <message>
        <source>How many bars from the beginning of the open piece are continued</source>
        <translation>Wie viele Takte vom Anfang des offenen Stücks fortgesetzt werden</translation>
    </message>
    <message>
        <source>First bars</source>
        <translation>Erste Takte</translation>
    </message>
    <message>
        <source>The length of the new piece</source>
        <translation>Die Länge des neuen Stücks</translation>
    </message>
    <message>
        <source>Play each part twice, as folk tunes are played; otherwise nothing is repeated</source>
        <translation>Jeden Teil zweimal spielen, wie bei Volksmelodien üblich; sonst wird nichts wiederholt</translation>
    </message>
    <message>
        <source>Position between the pieces</source>
        <translation>Position zwischen den Stücken</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>{0} minor</source>
        <translation>{0}-Moll</translation>
    </message>
    <message>
        <source>{0} major</source>
        <translation>{0}-Dur</translation>
    </message>
    <message>
        <source>No generator is installed. Put its model file (.safetensors) into resources/checkpoints and restart ToneNet.</source>
        <translation>Es ist kein Generator installiert. Bitte seine Modelldatei (.safetensors) nach resources/checkpoints legen und ToneNet neu starten.</translation>
    </message>
    <message>
        <source>Choose the second piece first.</source>
        <translation>Zuerst das zweite Stück wählen.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>What to start from: nothing for a new piece, the open piece for an imitation of it, its first bars for a continuation, two pieces for nine pieces on the way from one to the other</source>
        <translation>Womit begonnen wird: mit nichts für ein neues Stück, mit dem offenen Stück für eine Nachbildung, mit seinen ersten Takten für eine Fortsetzung, mit zwei Stücken für neun Stücke auf dem Weg vom einen zum anderen</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Dynamics</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Tonart</translation>
    </message>
    <message>
        <source>Lower leaves out more of the notes that the model thinks unlikely; at 1.00 any note can come (top-p)</source>
        <translation>Kleiner lässt mehr von dem weg, was das Modell für unwahrscheinlich hält; bei 1,00 kann jeder Ton kommen (Top-p)</translation>
    </message>
    <message>
        <source>Surprises</source>
        <translation>Überraschungen</translation>
    </message>
    <message>
        <source>Left: the first piece as the model imitates it. Right: the second one</source>
        <translation>Links: das erste Stück, wie das Modell es nachbildet. Rechts: das zweite</translation>
    </message>
    <message>
        <source>The second piece</source>
        <translation>Das zweite Stück</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>How daring the piece is: 1.0 is as the model learnt it, lower is tamer, higher is wilder</source>
        <translation>Wie gewagt das Stück ist: 1,0 ist wie gelernt, kleiner ist zahmer, größer wilder</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The number that a piece is drawn by: the same one gives the same piece, any other another</source>
        <translation>Die Zahl, nach der ein Stück gewürfelt wird: dieselbe ergibt dasselbe Stück, jede andere ein anderes</translation>
    </message>
    <message>
        <source>A A B B</source>
        <translation>A A B B</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>Generation</name>
    <message>
        <source>Generating</source>
        <translation>Ein Stück wird erzeugt</translation>
    </message>
    <message>
        <source>New {0} piece (seed {1})</source>
        <translation>Neues Stück, {0} (Startwert {1})</translation>
    </message>
    <message>
        <source>Imitation of {0}</source>
        <translation>Nachbildung von {0}</translation>
    </message>
    <message>
        <source>{0}, continued (seed {1})</source>
        <translation>{0}, fortgesetzt (Startwert {1})</translation>
    </message>
    <message>
        <source>Between {0} and {1}</source>
        <translation>Zwischen {0} und {1}</translation>
    </message>
</context>
<context>
    <name>HandsChoice</name>
    <message>
        <source>Hands</source>
        <translation>Hände</translation>
    </message>
    <message>
        <source>How the hands are told apart: by the two staves of the file, or by voice where it has none; or at a key</source>
        <translation>Woran die Hände zu erkennen sind: an den zwei Systemen der Datei, ohne diese an den Stimmen; oder an einer Taste</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Teilung</translation>
    </message>
    <message>
        <source>Lowest key of the right hand</source>
        <translation>Tiefste Taste der rechten Hand</translation>
    </message>
    <message>
        <source>The right hand&apos;s lowest key</source>
        <translation>Die tiefste Taste der rechten Hand</translation>
    </message>
    <message>
        <source>Both hands</source>
        <translation>Beide Hände</translation>
    </message>
    <message>
        <source>Right hand</source>
        <translation>Rechte Hand</translation>
    </message>
    <message>
        <source>Left hand</source>
        <translation>Linke Hand</translation>
    </message>
    <message>
        <source>By voice</source>
        <translation>Nach Stimmen</translation>
    </message>
    <message>
        <source>At a key</source>
        <translation>Bei Taste</translation>
    </message>
    <message>
        <source>which can be dragged beside the upper roll too</source>
        <translation>die auch neben der oberen Rolle verschoben werden kann</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>No piece is open</source>
        <translation>Kein Stück ist offen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln Note</numerusform>
            <numerusform>%Ln Noten</numerusform>
        </translation>
    </message>
    <message>
        <source>style: {0}</source>
        <translation>Stil: {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tracks muted</source>
        <translation>
            <numerusform>%Ln Spur stumm</numerusform>
            <numerusform>%Ln Spuren stumm</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Histogram of velocities, before and after</source>
        <translation>Histogramm der Anschlagstärken, vorher und nachher</translation>
    </message>
</context>
<context>
    <name>LearnDialog</name>
    <message>
        <source>Learn a Style from a Folder</source>
        <translation>Stil aus einem Ordner lernen</translation>
    </message>
    <message>
        <source>Let go to learn from it</source>
        <translation>Loslassen, um daraus zu lernen</translation>
    </message>
    <message>
        <source>The style is learnt meanwhile. Transfer &gt; Learn a Style from a Folder shows how far it is.</source>
        <translation>Der Stil wird währenddessen gelernt. Übertragen &gt; Stil aus einem Ordner lernen zeigt, wie weit er ist.</translation>
    </message>
</context>
<context>
    <name>LearnMenu</name>
    <message>
        <source>&amp;Learn a Style from a Folder…</source>
        <translation>Stil aus einem Ordner &amp;lernen…</translation>
    </message>
    <message>
        <source>Teach ToneNet how somebody plays, from their MIDI files</source>
        <translation>ToneNet beibringen, wie jemand spielt, aus dessen MIDI-Dateien</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message>
        <source>The style cannot be learnt: {0}.</source>
        <translation>Der Stil kann nicht gelernt werden: {0}.</translation>
    </message>
    <message>
        <source>{0} was still being learnt when ToneNet ended. Go on?</source>
        <translation>{0} wurde noch gelernt, als ToneNet endete. Fortsetzen?</translation>
    </message>
    <message>
        <source>Go On</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The process that learns has ended. What it has learnt so far is kept.</source>
        <translation>Der Prozess, der lernt, hat geendet. Was bisher gelernt wurde, ist erhalten.</translation>
    </message>
    <message>
        <source>{0} cannot be written to: {1}.</source>
        <translation>In {0} kann nicht geschrieben werden: {1}.</translation>
    </message>
</context>
<context>
    <name>LearningSentences</name>
    <message numerus="yes">
        <source>%n pieces, {0}, {1} notes.</source>
        <translation>
            <numerusform>%n Stück, {0}, {1} Noten.</numerusform>
            <numerusform>%n Stücke, {0}, {1} Noten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other files cannot be used.</source>
        <translation>
            <numerusform>%n weitere Datei ist nicht brauchbar.</numerusform>
            <numerusform>%n weitere Dateien sind nicht brauchbar.</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} has been learnt.</source>
        <translation>{0} ist gelernt.</translation>
    </message>
    <message numerus="yes">
        <source>On %n pieces that it had not seen, its dynamics agree with the pianist&apos;s at {0} (1 is full agreement); {1} reaches {2}.</source>
        <translation>
            <numerusform>Bei %n Stück, das er nicht kannte, stimmt seine Dynamik zu {0} mit der des Pianisten überein (1 ist volle Übereinstimmung); {1} erreicht {2}.</numerusform>
            <numerusform>Bei %n Stücken, die er nicht kannte, stimmt seine Dynamik zu {0} mit der des Pianisten überein (1 ist volle Übereinstimmung); {1} erreicht {2}.</numerusform>
        </translation>
    </message>
    <message>
        <source>That is no better than {0}: more pieces may help.</source>
        <translation>Das ist nicht besser als {0}: Mehr Stücke können helfen.</translation>
    </message>
    <message>
        <source>That is hardly better than {0}: more pieces may help.</source>
        <translation>Das ist kaum besser als {0}: Mehr Stücke können helfen.</translation>
    </message>
    <message>
        <source>With so few pieces, the figure flatters a little.</source>
        <translation>Bei so wenigen Stücken schmeichelt die Zahl ein wenig.</translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
</context>
<context>
    <name>LevelButton</name>
    <message>
        <source>Match the levels of A and B: {0}</source>
        <translation>Die Pegel von A und B angleichen: {0}</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Pegel</translation>
    </message>
    <message>
        <source>Level …</source>
        <translation>Pegel …</translation>
    </message>
    <message>
        <source>{0} {1} dB</source>
        <translation>{0} {1} dB</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>wird gemessen</translation>
    </message>
    <message>
        <source>Match the levels of A and B: the louder side is turned down until both are equally loud overall (M).
The dynamics within the piece and exported files are not affected.</source>
        <translation>Die Pegel von A und B angleichen: Die lautere Seite wird abgesenkt, bis beide insgesamt gleich laut sind (M).
Die Dynamik innerhalb des Stücks und exportierte Dateien bleiben unberührt.</translation>
    </message>
    <message>
        <source>This needs a result to compare, and the built-in synthesizer.</source>
        <translation>Dafür braucht es ein Ergebnis zum Vergleichen und den eingebauten Synthesizer.</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>A and B are heard equally loud: {0} (M: as they are)</source>
        <translation>A und B sind gleich laut zu hören: {0} (M: wie sie sind)</translation>
    </message>
</context>
<context>
    <name>LogDialog</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>The log is empty.</source>
        <translation>Das Protokoll ist leer.</translation>
    </message>
    <message>
        <source>The log</source>
        <translation>Das Protokoll</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>Das Protokoll kopieren</translation>
    </message>
    <message>
        <source>Open the folder of the log file</source>
        <translation>Den Ordner der Protokolldatei öffnen</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Let go to open it</source>
        <translation>Loslassen, um zu öffnen</translation>
    </message>
    <message>
        <source>Open a Piece or a Project</source>
        <translation>Stück oder Projekt öffnen</translation>
    </message>
    <message>
        <source>Choose the Second Piece</source>
        <translation>Zweites Stück auswählen</translation>
    </message>
    <message>
        <source>Export MIDI</source>
        <translation>MIDI exportieren</translation>
    </message>
    <message>
        <source>MIDI files (*.mid *.midi)</source>
        <translation>MIDI-Dateien (*.mid *.midi)</translation>
    </message>
    <message>
        <source>Choose a Folder for the Results</source>
        <translation>Ordner für die Ergebnisse wählen</translation>
    </message>
    <message>
        <source>WAV files (*.wav);;FLAC files (*.flac)</source>
        <translation>WAV-Dateien (*.wav);;FLAC-Dateien (*.flac)</translation>
    </message>
    <message>
        <source>Export Audio</source>
        <translation>Audio exportieren</translation>
    </message>
    <message>
        <source>{0} exists already. Replace it?</source>
        <translation>{0} ist schon vorhanden. Ersetzen?</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss the message</source>
        <translation>Die Meldung ausblenden</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>MessageBoard</name>
    <message>
        <source>Show in Folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>MoreOptions</name>
    <message>
        <source>More options</source>
        <translation>Weitere Optionen</translation>
    </message>
    <message>
        <source>How loud the result is as a whole: as loud as the piece was, or as the style usually is.
Without your accents it is always as loud as the style.</source>
        <translation>Wie laut das Ergebnis im Ganzen ist: so laut wie das Stück, oder wie es im Stil üblich ist.
Ohne die eigenen Akzente ist es immer so laut wie der Stil.</translation>
    </message>
    <message>
        <source>Loudness</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Whether the player&apos;s dynamics are kept and carried over, or the piece is performed as from a page.
With “Auto” it is performed where nobody has played its dynamics.</source>
        <translation>Ob die gespielte Dynamik behalten und übertragen oder das Stück wie vom Blatt interpretiert wird.
Bei „Auto“ wird es interpretiert, wo niemand seine Dynamik gespielt hat.</translation>
    </message>
    <message>
        <source>Dynamics</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>How much of the strength the left hand gets; acts on the result at once</source>
        <translation>Wie viel von der Stärke die linke Hand bekommt; wirkt sofort auf das Ergebnis</translation>
    </message>
    <message>
        <source>Left hand</source>
        <translation>Linke Hand</translation>
    </message>
    <message>
        <source>How much of the strength the right hand gets; acts on the result at once</source>
        <translation>Wie viel von der Stärke die rechte Hand bekommt; wirkt sofort auf das Ergebnis</translation>
    </message>
    <message>
        <source>Right hand</source>
        <translation>Rechte Hand</translation>
    </message>
    <message>
        <source>Play the notes that are played unless you choose: the piano&apos;s</source>
        <translation>Wieder die Noten spielen, die ohne Auswahl gespielt werden: die des Klaviers</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Ticked tracks are played by the model</source>
        <translation>Angekreuzte Spuren spielt das Modell</translation>
    </message>
    <message>
        <source>That of the piece</source>
        <translation>Die des Stücks</translation>
    </message>
    <message>
        <source>Usual in the style</source>
        <translation>Im Stil üblich</translation>
    </message>
    <message>
        <source>Auto: perform the piece</source>
        <translation>Auto: interpretieren</translation>
    </message>
    <message>
        <source>Auto: keep the player&apos;s</source>
        <translation>Auto: die gespielte behalten</translation>
    </message>
    <message>
        <source>Perform the piece</source>
        <translation>Stück interpretieren</translation>
    </message>
    <message>
        <source>Keep the player&apos;s</source>
        <translation>Die gespielte behalten</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
</context>
<context>
    <name>NameEdit</name>
    <message>
        <source>Name of the take</source>
        <translation>Name des Takes</translation>
    </message>
</context>
<context>
    <name>NoteKeys</name>
    <message>
        <source>velocity {0}</source>
        <translation>Anschlagstärke {0}</translation>
    </message>
</context>
<context>
    <name>OpenDocument</name>
    <message>
        <source>Source</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Styled</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>The result of {0} was not exported.</source>
        <translation>Das Ergebnis von {0} wurde nicht exportiert.</translation>
    </message>
    <message>
        <source>{0} was not exported.</source>
        <translation>{0} wurde nicht exportiert.</translation>
    </message>
    <message>
        <source>Go Back to It</source>
        <translation>Dorthin zurück</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Opening {0}</source>
        <translation>{0} wird geöffnet</translation>
    </message>
    <message>
        <source>Transfer All…</source>
        <translation>Alle übertragen …</translation>
    </message>
    <message>
        <source>Choose Tracks…</source>
        <translation>Spuren wählen …</translation>
    </message>
    <message>
        <source>A transfer has changed the times of this piece; the file keeps the original.</source>
        <translation>Eine Übertragung hat die Zeiten dieses Stücks geändert; die Datei bewahrt das Original.</translation>
    </message>
    <message>
        <source>Open the Original</source>
        <translation>Original öffnen</translation>
    </message>
    <message>
        <source>{0} (original)</source>
        <translation>{0} (Original)</translation>
    </message>
    <message numerus="yes">
        <source>{0} and %Ln more</source>
        <translation>
            <numerusform>{0} und %Ln weitere</numerusform>
            <numerusform>{0} und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Also dropped: {0} (see File, Also Dropped).</source>
        <translation>Ebenfalls abgelegt: {0} (siehe Datei, Ebenfalls abgelegt).</translation>
    </message>
</context>
<context>
    <name>OrderPage</name>
    <message>
        <source>Reading the folder…</source>
        <translation>Der Ordner wird gelesen…</translation>
    </message>
    <message>
        <source>MIDI files that somebody has played: three at least, better a hundred.</source>
        <translation>MIDI-Dateien, die jemand gespielt hat: mindestens drei, besser hundert.</translation>
    </message>
    <message>
        <source>{0} was still being learnt.</source>
        <translation>{0} wurde noch gelernt.</translation>
    </message>
    <message>
        <source>The style of this name is replaced.</source>
        <translation>Der Stil dieses Namens wird ersetzt.</translation>
    </message>
    <message>
        <source>No model is installed that styles can be added to.</source>
        <translation>Kein Modell ist installiert, dem Stile hinzugefügt werden können.</translation>
    </message>
    <message>
        <source>Folder to Learn From</source>
        <translation>Ordner, aus dem gelernt wird</translation>
    </message>
    <message>
        <source>Teach ToneNet how somebody plays: it learns the dynamics from a folder of their MIDI files, and the style gets a button of its own. You can go on working meanwhile.</source>
        <translation>Bringen Sie ToneNet bei, wie jemand spielt: Es lernt die Dynamik aus einem Ordner von dessen MIDI-Dateien, und der Stil bekommt einen eigenen Knopf. Sie können währenddessen weiterarbeiten.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>The name of the style, as on its button</source>
        <translation>Der Name des Stils, wie auf seinem Knopf</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>The folder of the pieces to learn from</source>
        <translation>Der Ordner der Stücke, aus denen gelernt wird</translation>
    </message>
    <message>
        <source>Choose the folder of the pieces to learn from</source>
        <translation>Den Ordner der Stücke wählen, aus denen gelernt wird</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Thorough takes four times as long and comes a little nearer</source>
        <translation>Gründlich dauert viermal so lange und kommt ein wenig näher</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Quick: a few minutes</source>
        <translation>Schnell: wenige Minuten</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>Progress of the reading</source>
        <translation>Fortschritt des Lesens</translation>
    </message>
    <message>
        <source>Files that cannot be used</source>
        <translation>Dateien, die nicht brauchbar sind</translation>
    </message>
    <message>
        <source>Why these files cannot be used</source>
        <translation>Warum diese Dateien nicht brauchbar sind</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>Learn the style</source>
        <translation>Den Stil lernen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Go on with the style that was still being learnt</source>
        <translation>Den Stil weiterlernen, der noch gelernt wurde</translation>
    </message>
    <message>
        <source>Go On</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Delete what has been learnt of it so far</source>
        <translation>Löschen, was bisher davon gelernt wurde</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
</context>
<context>
    <name>OverviewStrip</name>
    <message>
        <source>Overview of the piece</source>
        <translation>Überblick über das Stück</translation>
    </message>
    <message>
        <source>The whole piece: drag the handle to scroll, its edges to zoom</source>
        <translation>Das ganze Stück: Griff ziehen verschiebt, seine Ränder ziehen zoomt</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
</context>
<context>
    <name>PartsRow</name>
    <message>
        <source>Played in the style</source>
        <translation>Im Stil gespielt</translation>
    </message>
    <message>
        <source>Dynamics</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>How hard each key is struck</source>
        <translation>Wie stark jede Taste angeschlagen wird</translation>
    </message>
    <message>
        <source>Timing</source>
        <translation>Timing</translation>
    </message>
    <message>
        <source>Swing of the eighths, and how the notes of a chord are struck one after the other</source>
        <translation>Swing der Achtel, und wie die Töne eines Akkords nacheinander angeschlagen werden</translation>
    </message>
    <message>
        <source>Articulation</source>
        <translation>Artikulation</translation>
    </message>
    <message>
        <source>How long the notes are held</source>
        <translation>Wie lange die Töne gehalten werden</translation>
    </message>
    <message>
        <source>Pedal</source>
        <translation>Pedal</translation>
    </message>
    <message>
        <source>When the sustain pedal is pressed and lifted</source>
        <translation>Wann das Haltepedal getreten und gelöst wird</translation>
    </message>
</context>
<context>
    <name>Passage</name>
    <message>
        <source>{0}, {1}, to {2}</source>
        <translation>{0}, {1}, nach {2}</translation>
    </message>
    <message>
        <source>Transfer {0} to {1}</source>
        <translation>{0} nach {1} übertragen</translation>
    </message>
    <message>
        <source>Transfer to {0}</source>
        <translation>Nach {0} übertragen</translation>
    </message>
</context>
<context>
    <name>PedalLane</name>
    <message>
        <source>Pedal lane</source>
        <translation>Pedal</translation>
    </message>
    <message>
        <source>Pedal</source>
        <translation>Pedal</translation>
    </message>
    <message>
        <source>The pedal is not used in this piece</source>
        <translation>In diesem Stück wird kein Pedal benutzt</translation>
    </message>
    <message>
        <source>the pedal is used</source>
        <translation>das Pedal wird benutzt</translation>
    </message>
    <message>
        <source>the pedal is not used</source>
        <translation>das Pedal wird nicht benutzt</translation>
    </message>
    <message>
        <source>down</source>
        <translation>unten</translation>
    </message>
    <message>
        <source>half down</source>
        <translation>halb unten</translation>
    </message>
    <message>
        <source>up</source>
        <translation>oben</translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message numerus="yes">
        <source>{0} of %Ln notes changed, by {1}</source>
        <translation>
            <numerusform>{0} von %Ln Note geändert, um {1}</numerusform>
            <numerusform>{0} von %Ln Noten geändert, um {1}</numerusform>
        </translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Vortrag</translation>
    </message>
    <message>
        <source>The number of notes whose velocity changed, and by how much on average</source>
        <translation>Die Zahl der Noten mit geänderter Anschlagstärke, und um wie viel im Mittel</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Dynamics over time</source>
        <translation>Dynamik im Verlauf</translation>
    </message>
    <message>
        <source>{0} : 1</source>
        <translation>{0} : 1</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>Velocity</source>
        <translation>Anschlag</translation>
    </message>
    <message>
        <source>Mean velocity, and the range that nine out of ten notes lie in</source>
        <translation>Mittlere Anschlagstärke, und der Bereich, in dem neun von zehn Noten liegen</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Quarter notes a minute; nine out of ten beats lie in this range</source>
        <translation>Viertel pro Minute; neun von zehn Schlägen liegen in diesem Bereich</translation>
    </message>
    <message>
        <source>Swing</source>
        <translation>Swing</translation>
    </message>
    <message>
        <source>Length of the first of two eighths against the second; 1 is straight</source>
        <translation>Länge der ersten von zwei Achteln gegen die zweite; 1 ist gerade</translation>
    </message>
    <message>
        <source>Legato</source>
        <translation>Legato</translation>
    </message>
    <message>
        <source>Share of the notes that reach the next one</source>
        <translation>Anteil der Noten, die bis zur nächsten reichen</translation>
    </message>
    <message>
        <source>Pedal</source>
        <translation>Pedal</translation>
    </message>
    <message>
        <source>Share of the time with the pedal down</source>
        <translation>Anteil der Zeit mit getretenem Pedal</translation>
    </message>
    <message>
        <source>The number of notes at each velocity</source>
        <translation>Wie viele Noten welche Anschlagstärke haben</translation>
    </message>
    <message>
        <source>Mean velocity over the course of the piece</source>
        <translation>Mittlere Anschlagstärke im Verlauf des Stücks</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>PianoRoll</name>
    <message>
        <source>softer {0}</source>
        <translation>leiser {0}</translation>
    </message>
    <message>
        <source>{0} louder</source>
        <translation>{0} lauter</translation>
    </message>
    <message>
        <source>Change of velocity</source>
        <translation>Änderung der Anschlagstärke</translation>
    </message>
    <message>
        <source>soft {0}</source>
        <translation>leise {0}</translation>
    </message>
    <message>
        <source>{0} loud</source>
        <translation>{0} laut</translation>
    </message>
    <message>
        <source>Velocities of this piece, A and B</source>
        <translation>Anschlagstärken dieses Stücks, A und B</translation>
    </message>
    <message>
        <source>velocity {0}</source>
        <translation>Anschlagstärke {0}</translation>
    </message>
    <message>
        <source>{0}  ·  strength {1} %</source>
        <translation>{0}  ·  Stärke {1} %</translation>
    </message>
    <message>
        <source>Made by {0}</source>
        <translation>Von {0}</translation>
    </message>
    <message>
        <source>Made by {0}, from {1} to {2}</source>
        <translation>Von {0}, aus {1} nach {2}</translation>
    </message>
    <message>
        <source>Drop a piano MIDI file or a score here, or press Ctrl+O</source>
        <translation>Ein Klavier-MIDI oder Noten hier ablegen oder Strg+O drücken</translation>
    </message>
    <message>
        <source>Press Transfer to {0} to hear it in another style</source>
        <translation>„Nach {0} übertragen“ drücken, um das Stück in einem anderen Stil zu hören</translation>
    </message>
    <message>
        <source>Piano roll: {0}</source>
        <translation>Pianorolle: {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln Note</numerusform>
            <numerusform>%Ln Noten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PictureExport</name>
    <message>
        <source>Export &amp;Picture</source>
        <translation>&amp;Bild exportieren</translation>
    </message>
    <message>
        <source>{0}…</source>
        <translation>{0} …</translation>
    </message>
    <message>
        <source>Export Picture</source>
        <translation>Bild exportieren</translation>
    </message>
    <message>
        <source>PNG images (*.png);;SVG images (*.svg)</source>
        <translation>PNG-Bilder (*.png);;SVG-Bilder (*.svg)</translation>
    </message>
    <message>
        <source>Pictures can be saved as .png or .svg, not as {0}.</source>
        <translation>Bilder lassen sich als .png oder .svg speichern, nicht als {0}.</translation>
    </message>
    <message>
        <source>{0} could not be written: {1}. Please choose another place.</source>
        <translation>{0} konnte nicht geschrieben werden: {1}. Bitte einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>Saved {0} in {1}.</source>
        <translation>{0} in {1} gespeichert.</translation>
    </message>
    <message>
        <source>Export Picture…</source>
        <translation>Bild exportieren …</translation>
    </message>
</context>
<context>
    <name>PitchScrollBar</name>
    <message>
        <source>Scroll in pitch</source>
        <translation>Tonhöhe verschieben</translation>
    </message>
</context>
<context>
    <name>PlaybackMenu</name>
    <message>
        <source>Slo&amp;wer</source>
        <translation>&amp;Langsamer</translation>
    </message>
    <message>
        <source>&amp;Faster</source>
        <translation>S&amp;chneller</translation>
    </message>
    <message>
        <source>Original &amp;Tempo</source>
        <translation>Original&amp;tempo</translation>
    </message>
    <message>
        <source>Solo &amp;Piano</source>
        <translation>Klavier &amp;solo</translation>
    </message>
    <message>
        <source>Show the tracks of the file, to silence some or hear some alone</source>
        <translation>Die Spuren der Datei zeigen, um manche stummzuschalten oder allein zu hören</translation>
    </message>
    <message>
        <source>Mute or Solo T&amp;racks…</source>
        <translation>Spu&amp;ren stumm oder solo…</translation>
    </message>
    <message>
        <source>&amp;Match Levels</source>
        <translation>Pe&amp;gel angleichen</translation>
    </message>
    <message>
        <source>&amp;Blind Comparison (ABX)…</source>
        <translation>&amp;Blindvergleich (ABX) …</translation>
    </message>
    <message>
        <source>Find out whether you hear the difference: X is secretly A or B</source>
        <translation>Herausfinden, ob der Unterschied zu hören ist: X ist heimlich A oder B</translation>
    </message>
    <message>
        <source>Click with the beats of what you hear, accented on the first of each bar</source>
        <translation>Mit den Schlägen dessen klicken, was zu hören ist, betont auf dem ersten jedes Takts</translation>
    </message>
    <message>
        <source>Metro&amp;nome</source>
        <translation>Metro&amp;nom</translation>
    </message>
    <message>
        <source>Click one bar, then play from the loop&apos;s start, or from where the music is</source>
        <translation>Einen Takt vorzählen und dann vom Anfang des Loops spielen oder von der Stelle, an der die Musik steht</translation>
    </message>
    <message>
        <source>Count &amp;In and Play</source>
        <translation>&amp;Einzählen und abspielen</translation>
    </message>
    <message>
        <source>Metronome &amp;Volume</source>
        <translation>&amp;Lautstärke des Metronoms</translation>
    </message>
    <message>
        <source>&amp;Soft</source>
        <translation>&amp;Leise</translation>
    </message>
    <message>
        <source>&amp;Medium</source>
        <translation>&amp;Mittel</translation>
    </message>
    <message>
        <source>&amp;Loud</source>
        <translation>La&amp;ut</translation>
    </message>
    <message>
        <source>Keys of a connected MIDI keyboard sound and light up beside the roll; nothing is recorded</source>
        <translation>Tasten einer angeschlossenen MIDI-Tastatur klingen und leuchten neben der Pianorolle; aufgenommen wird nichts</translation>
    </message>
    <message>
        <source>Play from MIDI &amp;Keyboard</source>
        <translation>Mit MIDI-&amp;Tastatur spielen</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Device for the models</source>
        <translation>Gerät für die Modelle</translation>
    </message>
    <message>
        <source>Where the models run</source>
        <translation>Worauf die Modelle rechnen</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Takes effect the next time ToneNet starts</source>
        <translation>Gilt ab dem nächsten Start von ToneNet</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Ask before discarding a result that has not been exported</source>
        <translation>Nachfragen, bevor ein nicht exportiertes Ergebnis verworfen wird</translation>
    </message>
    <message>
        <source>after a restart</source>
        <translation>nach einem Neustart</translation>
    </message>
    <message>
        <source>Leave empty to use the best one in soundfonts/ and the system&apos;s folders, or else the built-in one.</source>
        <translation>Leer lassen, um den besten aus soundfonts/ und den Ordnern des Systems zu verwenden, sonst den eingebauten.</translation>
    </message>
    <message>
        <source>When closing</source>
        <translation>Beim Schließen</translation>
    </message>
    <message>
        <source>SoundFont</source>
        <translation>SoundFont</translation>
    </message>
    <message>
        <source>Best one found: {0}</source>
        <translation>Bester gefundener: {0}</translation>
    </message>
    <message>
        <source>None found</source>
        <translation>Keiner gefunden</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Choose a SoundFont</source>
        <translation>SoundFont auswählen</translation>
    </message>
    <message>
        <source>SoundFonts (*.sf2 *.sf3 *.SF2 *.SF3);;All files (*)</source>
        <translation>SoundFonts (*.sf2 *.sf3 *.SF2 *.SF3);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>about {0} s left</source>
        <translation>noch etwa {0} s</translation>
    </message>
    <message>
        <source>about {0} min left</source>
        <translation>noch etwa {0} min</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>Abbrechen (Esc)</translation>
    </message>
    <message>
        <source>Cancel the running job</source>
        <translation>Den laufenden Vorgang abbrechen</translation>
    </message>
    <message>
        <source>{0}, {1} waiting</source>
        <translation>{0}, {1} warten</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>startet …</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>{0} could not be saved: {1}.</source>
        <translation>{0} konnte nicht gespeichert werden: {1}.</translation>
    </message>
    <message>
        <source>{0} unpacks to more than a project can hold; it was not opened.</source>
        <translation>{0} ist entpackt größer, als ein Projekt sein kann; es wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>{0} could not be read: {1}.</source>
        <translation>{0} konnte nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0} is damaged, or no project; it was not opened.</source>
        <translation>{0} ist beschädigt oder kein Projekt; es wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>{0} was saved by a newer version of ToneNet; please update to open it.</source>
        <translation>{0} wurde von einer neueren Version von ToneNet gespeichert; bitte ToneNet aktualisieren.</translation>
    </message>
    <message>
        <source>&amp;Save Project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Keep the piece, its takes and what you set in one file, to go on with another day</source>
        <translation>Das Stück, seine Takes und alle Einstellungen in einer Datei aufheben, um an einem anderen Tag weiterzumachen</translation>
    </message>
    <message>
        <source>Save Project &amp;As…</source>
        <translation>Projekt speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Save Project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>{0} exists already. Replace it?</source>
        <translation>{0} ist schon vorhanden. Ersetzen?</translation>
    </message>
    <message>
        <source>Saved {0} in {1}.</source>
        <translation>{0} in {1} gespeichert.</translation>
    </message>
</context>
<context>
    <name>RecentPieces</name>
    <message>
        <source>Recent &amp;Pieces</source>
        <translation>Letzte St&amp;ücke</translation>
    </message>
    <message>
        <source>{0} (not exported)</source>
        <translation>{0} (nicht exportiert)</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>ToneNet did not close properly. You can restore what was open: {0}.</source>
        <translation>ToneNet wurde nicht ordentlich beendet. Was offen war, lässt sich zurückholen: {0}.</translation>
    </message>
    <message numerus="yes">
        <source>{0} and %n more</source>
        <translation>
            <numerusform>{0} und %n weiteres</numerusform>
            <numerusform>{0} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>Wird wiederhergestellt</translation>
    </message>
</context>
<context>
    <name>ResultFiles</name>
    <message>
        <source>The result could not be copied: {0}</source>
        <translation>Das Ergebnis konnte nicht kopiert werden: {0}</translation>
    </message>
    <message>
        <source>{0} stays in {1}, where other programs find it.</source>
        <translation>{0} bleibt in {1}, wo andere Programme die Datei finden.</translation>
    </message>
    <message>
        <source>{0} is on the clipboard. Paste it before you close ToneNet.</source>
        <translation>{0} ist in der Zwischenablage. Bitte einfügen, bevor ToneNet geschlossen wird.</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>Open the folder with the results</source>
        <translation>Den Ordner mit den Ergebnissen öffnen</translation>
    </message>
    <message>
        <source>Show File</source>
        <translation>Datei anzeigen</translation>
    </message>
    <message>
        <source>Save As…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Save a copy of the result</source>
        <translation>Eine Kopie des Ergebnisses speichern</translation>
    </message>
    <message>
        <source>Another Round</source>
        <translation>Noch eine Runde</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{0} of {1} right, {2}</source>
        <translation>{0} von {1} richtig, {2}</translation>
    </message>
    <message>
        <source>less than 0.1</source>
        <translation>weniger als 0,1</translation>
    </message>
    <message>
        <source>You hear the difference: guessing would do this well in only {0} % of all rounds.</source>
        <translation>Der Unterschied ist zu hören: Bloßes Raten wäre nur in {0} % aller Runden so gut.</translation>
    </message>
    <message>
        <source>This does not show that you hear a difference: guessing would do this well in {0} % of all rounds.</source>
        <translation>Das belegt keinen hörbaren Unterschied: Bloßes Raten wäre in {0} % aller Runden so gut.</translation>
    </message>
    <message>
        <source>Saved in {0}</source>
        <translation>Gespeichert in {0}</translation>
    </message>
    <message>
        <source>The result could not be saved: {0}.</source>
        <translation>Das Ergebnis konnte nicht gespeichert werden: {0}.</translation>
    </message>
    <message>
        <source>Save the Result</source>
        <translation>Ergebnis speichern</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>{0} could not be written: {1}.</source>
        <translation>{0} konnte nicht geschrieben werden: {1}.</translation>
    </message>
</context>
<context>
    <name>RubatoSlider</name>
    <message>
        <source>How freely the tempo is played: 0 % keeps that of the piece, 100 % is as is usual for the style.
On the far left a written page that the piano plays alone breathes, and all else keeps its tempo.
Only with Timing.</source>
        <translation>Wie frei das Tempo gespielt wird: Bei 0 % bleibt es das des Stücks, bei 100 % ist es so, wie es für den Stil üblich ist.
Ganz links atmet ein notiertes Stück für Klavier allein, und alles andere behält sein Tempo.
Nur mit Timing.</translation>
    </message>
    <message>
        <source>Rubato</source>
        <translation>Rubato</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>You can close this dialog and go on working: the style is learnt meanwhile.</source>
        <translation>Sie können dieses Fenster schließen und weiterarbeiten: Der Stil wird währenddessen gelernt.</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>beginnt…</translation>
    </message>
    <message>
        <source>Agreement with the pianist on pieces kept back: {0} at first, {1} now. 1 is full agreement.</source>
        <translation>Übereinstimmung mit dem Pianisten bei zurückbehaltenen Stücken: zuerst {0}, jetzt {1}. 1 ist volle Übereinstimmung.</translation>
    </message>
    <message>
        <source>The curve begins as soon as the style was tried for the first time.</source>
        <translation>Die Kurve beginnt, sobald der Stil zum ersten Mal geprüft wurde.</translation>
    </message>
    <message>
        <source>Progress of the learning</source>
        <translation>Fortschritt des Lernens</translation>
    </message>
    <message>
        <source>Stop, and delete what has been learnt so far</source>
        <translation>Anhalten und löschen, was bisher gelernt wurde</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close this dialog; the style is learnt meanwhile</source>
        <translation>Dieses Fenster schließen; der Stil wird währenddessen gelernt</translation>
    </message>
    <message>
        <source>Go On Working</source>
        <translation>Weiterarbeiten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Learn another style</source>
        <translation>Einen anderen Stil lernen</translation>
    </message>
    <message>
        <source>Another Style…</source>
        <translation>Anderer Stil…</translation>
    </message>
    <message>
        <source>Transfer the open piece to the new style</source>
        <translation>Das offene Stück in den neuen Stil übertragen</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Go on with the style that was still being learnt</source>
        <translation>Den Stil weiterlernen, der noch gelernt wurde</translation>
    </message>
    <message>
        <source>Go On</source>
        <translation>Fortsetzen</translation>
    </message>
</context>
<context>
    <name>Scope</name>
    <message>
        <source>bar {0}</source>
        <translation>Takt {0}</translation>
    </message>
    <message>
        <source>bars {0}–{1}</source>
        <translation>Takte {0}–{1}</translation>
    </message>
    <message>
        <source>left hand</source>
        <translation>linke Hand</translation>
    </message>
    <message>
        <source>right hand</source>
        <translation>rechte Hand</translation>
    </message>
    <message>
        <source>left {0} %, right {1} %</source>
        <translation>links {0} %, rechts {1} %</translation>
    </message>
</context>
<context>
    <name>SeekSlider</name>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Click or drag to seek (arrow keys: one second)</source>
        <translation>Zum Springen klicken oder ziehen (Pfeiltasten: eine Sekunde)</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Can you hear the difference? In each trial X is secretly A or B. Listen to A, B and X as often as you like, then decide what X is. The music keeps playing while you switch, and a loop stays on.</source>
        <translation>Ist der Unterschied zu hören? In jedem Durchgang ist X heimlich A oder B. A, B und X beliebig oft anhören und dann entscheiden, was X ist. Beim Umschalten spielt die Musik weiter, und ein Loop bleibt eingeschaltet.</translation>
    </message>
    <message>
        <source>A: {0}     B: {1}</source>
        <translation>A: {0}     B: {1}</translation>
    </message>
    <message>
        <source>The number of trials in a round; it is fixed before the round begins</source>
        <translation>Die Anzahl der Durchgänge einer Runde; sie steht vor Beginn fest</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>Otherwise the louder side can be recognised by its level alone</source>
        <translation>Sonst ist die lautere Seite schon an ihrem Pegel zu erkennen</translation>
    </message>
    <message>
        <source>Match the levels of A and B</source>
        <translation>Die Pegel von A und B angleichen</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard and Mouse</source>
        <translation>Tastatur und Maus</translation>
    </message>
    <message>
        <source>In the views</source>
        <translation>In den Ansichten</translation>
    </message>
    <message>
        <source>Seek</source>
        <translation>Stelle anspringen</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klicken</translation>
    </message>
    <message>
        <source>Mark a loop</source>
        <translation>Loop markieren</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Zoom in time</source>
        <translation>Zeit vergrößern</translation>
    </message>
    <message>
        <source>Ctrl+wheel</source>
        <translation>Strg+Mausrad</translation>
    </message>
    <message>
        <source>Zoom in pitch</source>
        <translation>Tonhöhe vergrößern</translation>
    </message>
    <message>
        <source>Ctrl+Shift+wheel</source>
        <translation>Strg+Umschalt+Mausrad</translation>
    </message>
    <message>
        <source>Scroll in time</source>
        <translation>Zeit verschieben</translation>
    </message>
    <message>
        <source>Shift+wheel</source>
        <translation>Umschalt+Mausrad</translation>
    </message>
    <message>
        <source>Zoom the focused view</source>
        <translation>Die fokussierte Ansicht zoomen</translation>
    </message>
    <message>
        <source>+ and −</source>
        <translation>+ und −</translation>
    </message>
    <message>
        <source>Notes and velocities</source>
        <translation>Noten und Anschlagstärken</translation>
    </message>
    <message>
        <source>Select a note</source>
        <translation>Note auswählen</translation>
    </message>
    <message>
        <source>Select one more</source>
        <translation>Eine weitere auswählen</translation>
    </message>
    <message>
        <source>Shift+click</source>
        <translation>Umschalt+Klick</translation>
    </message>
    <message>
        <source>Select what is in a rectangle</source>
        <translation>Auswählen, was in einem Rechteck liegt</translation>
    </message>
    <message>
        <source>Ctrl+drag</source>
        <translation>Strg+Ziehen</translation>
    </message>
    <message>
        <source>Select all notes of a key</source>
        <translation>Alle Noten einer Taste auswählen</translation>
    </message>
    <message>
        <source>Click on the keyboard</source>
        <translation>Klick auf die Klaviatur</translation>
    </message>
    <message>
        <source>Next or previous note</source>
        <translation>Nächste oder vorige Note</translation>
    </message>
    <message>
        <source>Shift+← and →</source>
        <translation>Umschalt+← und →</translation>
    </message>
    <message>
        <source>Select up to there</source>
        <translation>Bis dorthin auswählen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+← and →</source>
        <translation>Strg+Umschalt+← und →</translation>
    </message>
    <message>
        <source>Selected notes louder or softer</source>
        <translation>Ausgewählte Noten lauter oder leiser</translation>
    </message>
    <message>
        <source>↑ and ↓, by 10: PgUp and PgDn</source>
        <translation>↑ und ↓, um 10: Bild ↑ und Bild ↓</translation>
    </message>
    <message>
        <source>Take the edits back</source>
        <translation>Von Hand Gesetztes zurücknehmen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Deselect, or give up what is drawn</source>
        <translation>Auswahl aufheben, Zeichnen abbrechen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Set a velocity of B</source>
        <translation>Eine Anschlagstärke von B setzen</translation>
    </message>
    <message>
        <source>Drag its dot in the lane</source>
        <translation>Ihren Punkt in der Spur ziehen</translation>
    </message>
    <message>
        <source>Selected notes in proportion</source>
        <translation>Ausgewählte Noten im Verhältnis</translation>
    </message>
    <message>
        <source>Ctrl+drag a dot</source>
        <translation>Einen Punkt mit Strg ziehen</translation>
    </message>
    <message>
        <source>Draw velocities of B</source>
        <translation>Anschlagstärken von B zeichnen</translation>
    </message>
    <message>
        <source>Drag across the lane</source>
        <translation>Quer durch die Spur ziehen</translation>
    </message>
    <message>
        <source>Draw a straight line</source>
        <translation>Eine gerade Linie zeichnen</translation>
    </message>
    <message>
        <source>Shift while dragging</source>
        <translation>Umschalt beim Ziehen</translation>
    </message>
    <message>
        <source>Chords keep their proportions</source>
        <translation>Akkorde behalten ihr Verhältnis</translation>
    </message>
    <message>
        <source>Alt while dragging</source>
        <translation>Alt beim Ziehen</translation>
    </message>
    <message>
        <source>Loop on or off</source>
        <translation>Loop ein oder aus</translation>
    </message>
    <message>
        <source>Next control (Ctrl+Tab while Tab switches sides)</source>
        <translation>Nächstes Element (Strg+Tab, solange Tab die Seite wechselt)</translation>
    </message>
    <message>
        <source>Previous control</source>
        <translation>Voriges Element</translation>
    </message>
    <message>
        <source>Press the focused button</source>
        <translation>Die Schaltfläche mit dem Fokus drücken</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Scroll the focused view</source>
        <translation>Die Ansicht mit dem Fokus verschieben</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Hear a take, or the original</source>
        <translation>Einen Take hören, oder das Original</translation>
    </message>
    <message>
        <source>1 to 9, or 0</source>
        <translation>1 bis 9, oder 0</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
</context>
<context>
    <name>SoloButton</name>
    <message>
        <source>Solo</source>
        <translation>Solo</translation>
    </message>
    <message>
        <source>Hear the piano alone, without the other instruments of the file (S).
For listening only: exported files keep all instruments.</source>
        <translation>Nur das Klavier hören, ohne die anderen Instrumente der Datei (S).
Nur zum Hören: exportierte Dateien behalten alle Instrumente.</translation>
    </message>
    <message>
        <source>Piano alone</source>
        <translation>Klavier allein</translation>
    </message>
</context>
<context>
    <name>Sound</name>
    <message>
        <source>There is no sound because no audio device was found; the playhead moves silently.</source>
        <translation>Es ist nichts zu hören, weil kein Audiogerät gefunden wurde; die Wiedergabe läuft stumm.</translation>
    </message>
    <message>
        <source>The audio device “{0}” is not available; the default one plays instead.</source>
        <translation>Das Audiogerät „{0}“ ist nicht da; zu hören ist es auf dem Standardgerät.</translation>
    </message>
    <message>
        <source>MIDI output needs the package python-rtmidi, which is not installed.</source>
        <translation>Die MIDI-Ausgabe braucht das Paket python-rtmidi; es ist nicht installiert.</translation>
    </message>
    <message>
        <source>The system&apos;s MIDI service cannot be reached, so there are no MIDI ports.</source>
        <translation>Der MIDI-Dienst des Systems ist nicht erreichbar, daher gibt es keine MIDI-Anschlüsse.</translation>
    </message>
    <message>
        <source>The MIDI port “{0}” is not available: connect it and press Play, or choose another output in the preferences.</source>
        <translation>Der MIDI-Anschluss „{0}“ ist nicht da: verbinden und erneut abspielen, oder in den Einstellungen einen anderen Ausgang wählen.</translation>
    </message>
    <message>
        <source>Playback stopped because the MIDI port is gone; press Play to try it again.</source>
        <translation>Die Wiedergabe hielt an, weil der MIDI-Anschluss verschwunden ist; zum erneuten Versuch abspielen.</translation>
    </message>
    <message>
        <source>Playback stopped because the audio device is gone; press Play to continue with another one.</source>
        <translation>Die Wiedergabe hielt an, weil das Audiogerät verschwunden ist; erneut abspielen, um mit einem anderen weiterzumachen.</translation>
    </message>
</context>
<context>
    <name>SoundPage</name>
    <message>
        <source>The output of the built-in synthesizer; it can be changed during playback</source>
        <translation>Der Ausgang des eingebauten Synthesizers; auch während der Wiedergabe änderbar</translation>
    </message>
    <message>
        <source>Audio device</source>
        <translation>Audiogerät</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Standard des Systems</translation>
    </message>
    <message>
        <source>None (built-in synthesizer)</source>
        <translation>Keiner (eingebauter Synthesizer)</translation>
    </message>
    <message>
        <source>MIDI output</source>
        <translation>MIDI-Ausgang</translation>
    </message>
    <message>
        <source>A MIDI instrument that plays instead of the built-in synthesizer</source>
        <translation>Ein MIDI-Instrument, das anstelle des eingebauten Synthesizers spielt</translation>
    </message>
    <message>
        <source>No MIDI port was found.</source>
        <translation>Es wurde kein MIDI-Anschluss gefunden.</translation>
    </message>
</context>
<context>
    <name>StyleButtons</name>
    <message>
        <source>Transfer to another style that you have added</source>
        <translation>In einen anderen Stil übertragen, den Sie hinzugefügt haben</translation>
    </message>
    <message>
        <source>More Styles</source>
        <translation>Weitere Stile</translation>
    </message>
    <message>
        <source>Play the same notes with the dynamics of {0} (Ctrl+{1})</source>
        <translation>Dieselben Noten mit der Dynamik von {0} spielen (Strg+{1})</translation>
    </message>
</context>
<context>
    <name>StyleMeter</name>
    <message>
        <source>Style meter</source>
        <translation>Stilmesser</translation>
    </message>
    <message>
        <source>An independent classifier estimates the style from the dynamics.
It is undecided below 80 %, with too few notes, and when nobody plays so in either style.</source>
        <translation>Ein unabhängiger Klassifikator schätzt den Stil anhand der Dynamik.
Unentschieden unter 80 %, bei zu wenigen Noten und wenn in keinem der Stile so gespielt wird.</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Styled</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>no result yet</source>
        <translation>noch kein Ergebnis</translation>
    </message>
    <message>
        <source>analysing…</source>
        <translation>wird analysiert …</translation>
    </message>
    <message>
        <source>undecided</source>
        <translation>unentschieden</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>jazz</source>
        <translation>Jazz</translation>
    </message>
    <message>
        <source>Jazz</source>
        <translation>Jazz</translation>
    </message>
    <message>
        <source>classical</source>
        <translation>Klassik</translation>
    </message>
    <message>
        <source>Classical</source>
        <translation>Klassik</translation>
    </message>
    <message>
        <source>folk</source>
        <translation>Folk</translation>
    </message>
    <message>
        <source>Folk</source>
        <translation>Folk</translation>
    </message>
</context>
<context>
    <name>StylesRow</name>
    <message>
        <source>The styles that you have added</source>
        <translation>Die Stile, die Sie hinzugefügt haben</translation>
    </message>
    <message>
        <source>Learned styles</source>
        <translation>Gelernte Stile</translation>
    </message>
    <message>
        <source>Give the style another name</source>
        <translation>Dem Stil einen anderen Namen geben</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Delete the style</source>
        <translation>Den Stil löschen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Rename the Style</source>
        <translation>Stil umbenennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Delete the style {0}? It would have to be learnt again; results that you have made with it stay.</source>
        <translation>Den Stil {0} löschen? Er müsste neu gelernt werden; Ergebnisse, die Sie mit ihm gemacht haben, bleiben.</translation>
    </message>
    <message>
        <source>Delete the Style</source>
        <translation>Stil löschen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>SwingSlider</name>
    <message>
        <source>How long the first of two eighths is beside the second: 1 : 1 is straight, 2 : 1 a triplet&apos;s swing.
On the far left it is as is usual for the style. Only with Timing.</source>
        <translation>Wie lang die erste von zwei Achteln gegenüber der zweiten ist: 1 : 1 ist gerade, 2 : 1 der Swing der Triole.
Ganz links ist sie wie im Stil üblich. Nur mit Timing.</translation>
    </message>
    <message>
        <source>Swing</source>
        <translation>Swing</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
</context>
<context>
    <name>TakeChip</name>
    <message>
        <source>{0}, starred</source>
        <translation>{0}, mit Stern</translation>
    </message>
</context>
<context>
    <name>TakeMenu</name>
    <message>
        <source>&amp;Another Take</source>
        <translation>&amp;Noch ein Take</translation>
    </message>
    <message>
        <source>Make a take with the same options and the next seed</source>
        <translation>Mit denselben Optionen und dem nächsten Startwert noch einen Take machen</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>&amp;Duplizieren</translation>
    </message>
    <message>
        <source>&amp;Star</source>
        <translation>&amp;Stern</translation>
    </message>
    <message>
        <source>&amp;Rename…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Export All…</source>
        <translation>&amp;Alle exportieren …</translation>
    </message>
    <message>
        <source>Remove the &amp;Star</source>
        <translation>&amp;Stern entfernen</translation>
    </message>
    <message>
        <source>&amp;Export MIDI…</source>
        <translation>MIDI &amp;exportieren …</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
</context>
<context>
    <name>TakeStrip</name>
    <message>
        <source>Takes</source>
        <translation>Takes</translation>
    </message>
    <message>
        <source>Another Take</source>
        <translation>Noch ein Take</translation>
    </message>
    <message>
        <source>Make a take with the same options and the next seed (Ctrl+T)</source>
        <translation>Mit denselben Optionen und dem nächsten Startwert noch einen Take machen (Strg+T)</translation>
    </message>
    <message>
        <source>The piece as it was opened ({0})</source>
        <translation>Das Stück, wie es geöffnet wurde ({0})</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
</context>
<context>
    <name>Takes</name>
    <message>
        <source>dynamics</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>timing</source>
        <translation>Timing</translation>
    </message>
    <message>
        <source>articulation</source>
        <translation>Artikulation</translation>
    </message>
    <message>
        <source>pedal</source>
        <translation>Pedal</translation>
    </message>
    <message>
        <source>Style: {0}</source>
        <translation>Stil: {0}</translation>
    </message>
    <message>
        <source>Carried over from: {0}</source>
        <translation>Übertragen von: {0}</translation>
    </message>
    <message>
        <source>Played in the style: {0}</source>
        <translation>Im Stil gespielt: {0}</translation>
    </message>
    <message>
        <source>Strength: {0} %</source>
        <translation>Stärke: {0} %</translation>
    </message>
    <message>
        <source>Own accents: {0} %</source>
        <translation>Eigene Akzente: {0} %</translation>
    </message>
    <message>
        <source>Swing: {0} to 1</source>
        <translation>Swing: {0} zu 1</translation>
    </message>
    <message>
        <source>Rubato: {0} %</source>
        <translation>Rubato: {0} %</translation>
    </message>
    <message>
        <source>Tracks: {0}</source>
        <translation>Spuren: {0}</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>Velocities set by hand: {0}</source>
        <translation>Von Hand gesetzte Anschlagstärken: {0}</translation>
    </message>
    <message>
        <source>Played: {0}</source>
        <translation>Gespielt: {0}</translation>
    </message>
    <message>
        <source>Seed: {0}</source>
        <translation>Startwert: {0}</translation>
    </message>
    <message>
        <source>Model: {0}</source>
        <translation>Modell: {0}</translation>
    </message>
    <message>
        <source>{0} {1} %</source>
        <translation>{0} {1} %</translation>
    </message>
    <message>
        <source>{0}, {1} only</source>
        <translation>{0}, nur {1}</translation>
    </message>
    <message>
        <source>{0} + {1}</source>
        <translation>{0} + {1}</translation>
    </message>
    <message>
        <source>{0}, edited</source>
        <translation>{0}, bearbeitet</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{0} was deleted.</source>
        <translation>{0} wurde gelöscht.</translation>
    </message>
    <message>
        <source>This take sounds like the one before it: it follows your own playing, and nothing is drawn by lot. Vary it with the sliders, or let the model perform the piece.</source>
        <translation>Dieser Take klingt wie der davor: Er folgt Ihrem eigenen Spiel, und nichts wird ausgelost. Ändern Sie ihn mit den Reglern, oder lassen Sie das Modell das Stück interpretieren.</translation>
    </message>
    <message>
        <source>Perform the Piece</source>
        <translation>Stück interpretieren</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>Timing as played</source>
        <translation>Timing wie gespielt</translation>
    </message>
    <message>
        <source>Tempo and swing as played</source>
        <translation>Tempo und Swing wie gespielt</translation>
    </message>
    <message>
        <source>Swing as played</source>
        <translation>Swing wie gespielt</translation>
    </message>
</context>
<context>
    <name>Tapping</name>
    <message>
        <source>Count In and Play</source>
        <translation>Einzählen und abspielen</translation>
    </message>
    <message>
        <source>Play the piece, and press T with its beat.</source>
        <translation>Spielen Sie das Stück ab und drücken Sie T im Takt.</translation>
    </message>
    <message>
        <source>The piece has the beats that you tapped; a transfer with Timing follows them.</source>
        <translation>Das Stück hat die getippten Schläge; eine Übertragung mit Timing folgt ihnen.</translation>
    </message>
    <message>
        <source>Discard the Beats</source>
        <translation>Schläge verwerfen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln beats tapped</source>
        <translation>
            <numerusform>%Ln Schlag getippt</numerusform>
            <numerusform>%Ln Schläge getippt</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} a minute.</source>
        <translation>{0}, {1} in der Minute.</translation>
    </message>
    <message>
        <source>Use These Beats</source>
        <translation>Diese Schläge nehmen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
</context>
<context>
    <name>TempoBox</name>
    <message>
        <source>Tempo</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Playback tempo in per cent of the original, at the same pitch (Ctrl+Up, Ctrl+Down; Ctrl+0: 100 %).
For listening only: exported files keep the original tempo.</source>
        <translation>Wiedergabetempo in Prozent des Originals, bei gleicher Tonhöhe (Strg+Hoch, Strg+Herunter; Strg+0: 100 %).
Nur zum Hören: Exportierte Dateien behalten das Originaltempo.</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
</context>
<context>
    <name>TempoLane</name>
    <message>
        <source>Tempo lane</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>No beats are known in this piece</source>
        <translation>In diesem Stück sind keine Schläge bekannt</translation>
    </message>
    <message>
        <source>{0} a minute</source>
        <translation>{0} pro Minute</translation>
    </message>
    <message>
        <source>no beats are known</source>
        <translation>keine Schläge bekannt</translation>
    </message>
    <message>
        <source>mean tempo {0}</source>
        <translation>mittleres Tempo {0}</translation>
    </message>
</context>
<context>
    <name>TimeScrollBar</name>
    <message>
        <source>Scroll in time</source>
        <translation>Zeit verschieben</translation>
    </message>
</context>
<context>
    <name>ToolPanel</name>
    <message>
        <source>Transfer</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Play the open piece in another style</source>
        <translation>Das offene Stück in einem anderen Stil spielen</translation>
    </message>
    <message>
        <source>Cover</source>
        <translation>Cover</translation>
    </message>
    <message>
        <source>Keep the melody of the open piece and write another accompaniment</source>
        <translation>Die Melodie des offenen Stücks behalten und eine andere Begleitung schreiben</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Generate a new piece</source>
        <translation>Ein neues Stück erzeugen</translation>
    </message>
</context>
<context>
    <name>TrackList</name>
    <message>
        <source>Tick the tracks that the model is to play, and those to mute or to hear alone (arrow keys, Space).
Mute and solo are for listening only: exported files keep all tracks.</source>
        <translation>Ankreuzen: die Spuren, die das Modell spielen soll, und die, die stumm oder allein zu hören sein sollen (Pfeiltasten, Leertaste).
Stumm und Solo gelten nur beim Hören: exportierte Dateien behalten alle Spuren.</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>Spuren</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>Spur</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Noten</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Solo</source>
        <translation>Solo</translation>
    </message>
    <message>
        <source>Track {0}</source>
        <translation>Spur {0}</translation>
    </message>
</context>
<context>
    <name>TransferRuns</name>
    <message>
        <source>Transferring to {0}</source>
        <translation>Übertragen nach {0}</translation>
    </message>
    <message>
        <source>Reading the tracks</source>
        <translation>Spuren werden gelesen</translation>
    </message>
    <message>
        <source>Tap them while it plays (T), then use them.</source>
        <translation>Beim Abspielen mit T mitklopfen, dann verwenden.</translation>
    </message>
    <message>
        <source>The piece was transferred as it was opened; what you edited stays in “{0}”.</source>
        <translation>Das Stück wurde so übertragen, wie es geöffnet wurde; was Sie bearbeitet haben, bleibt in „{0}“.</translation>
    </message>
    <message>
        <source>Without These Beats</source>
        <translation>Ohne diese Schläge</translation>
    </message>
    <message>
        <source>Find the Beats</source>
        <translation>Schläge finden</translation>
    </message>
    <message>
        <source>To {0} Instead</source>
        <translation>Stattdessen nach {0}</translation>
    </message>
    <message>
        <source>More of It</source>
        <translation>Mehr davon</translation>
    </message>
    <message>
        <source>Keep This</source>
        <translation>So lassen</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message>
        <source>From {0} to {0} nothing changes. Lower “Keep my accents” to hear the model’s own dynamics, or choose another style under “From”.</source>
        <translation>Von {0} nach {0} ändert sich nichts. „Akzente behalten“ senken, um die Dynamik des Modells zu hören, oder unter „Von“ einen anderen Stil wählen.</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Play or pause (Space)</source>
        <translation>Wiedergabe oder Pause (Leertaste)</translation>
    </message>
    <message>
        <source>Stop and return to the beginning (Shift+Space)</source>
        <translation>Anhalten und zurück zum Anfang (Umschalt+Leertaste)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>Loop</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Klang</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Tab to switch</source>
        <translation>Tab schaltet um</translation>
    </message>
    <message>
        <source>A or B, now playing: {0}</source>
        <translation>A oder B, zu hören: {0}</translation>
    </message>
    <message>
        <source>Switch between the original and the result at the same position (Tab; Ctrl+Tab moves the focus)</source>
        <translation>Zwischen Original und Ergebnis umschalten, an derselben Stelle (Tab; Strg+Tab bewegt den Fokus)</translation>
    </message>
    <message>
        <source>No result yet: transfer the piece first</source>
        <translation>Noch kein Ergebnis: zuerst das Stück übertragen</translation>
    </message>
    <message>
        <source>Repeat the marked passage, or the whole piece (L); drag over the notes to mark one</source>
        <translation>Die markierte Passage oder das ganze Stück wiederholen (L); zum Markieren über die Noten ziehen</translation>
    </message>
    <message>
        <source>Repeating {0} to {1} (L)</source>
        <translation>Wiederholt {0} bis {1} (L)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Mute, or return to the previous volume</source>
        <translation>Stummschalten oder zur vorigen Lautstärke zurück</translation>
    </message>
    <message>
        <source>Volume: {0} %</source>
        <translation>Lautstärke: {0} %</translation>
    </message>
</context>
<context>
    <name>TrialPage</name>
    <message>
        <source>Play or pause (Space)</source>
        <translation>Wiedergabe oder Pause (Leertaste)</translation>
    </message>
    <message>
        <source>Give Up</source>
        <translation>Aufgeben</translation>
    </message>
    <message>
        <source>End this round without a result (Esc)</source>
        <translation>Diese Runde ohne Ergebnis beenden (Esc)</translation>
    </message>
    <message>
        <source>A, X and B: listen. Shift+A and Shift+B: answer. Space: play or pause.</source>
        <translation>A, X und B: anhören. Umschalt+A und Umschalt+B: antworten. Leertaste: Wiedergabe und Pause.</translation>
    </message>
    <message>
        <source>Listen to {0} at this position ({0})</source>
        <translation>{0} an dieser Stelle hören ({0})</translation>
    </message>
    <message>
        <source>Listen to {0}</source>
        <translation>{0} hören</translation>
    </message>
    <message>
        <source>Answer that X is {0} and go to the next trial (Shift+{0})</source>
        <translation>Antworten, dass X gleich {0} ist, und weiter zum nächsten Durchgang (Umschalt+{0})</translation>
    </message>
    <message>
        <source>Trial {0} of {1}</source>
        <translation>Durchgang {0} von {1}</translation>
    </message>
    <message>
        <source>X is {0}</source>
        <translation>X ist {0}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
</context>
<context>
    <name>VelocityLane</name>
    <message>
        <source>Velocity</source>
        <comment>short</comment>
        <translation>Anschlag</translation>
    </message>
    <message>
        <source>Velocity, before and after</source>
        <translation>Anschlagstärke, vorher und nachher</translation>
    </message>
    <message>
        <source>Velocity</source>
        <translation>Anschlagstärke</translation>
    </message>
    <message numerus="yes">
        <source>%Ln set by hand</source>
        <translation>
            <numerusform>%Ln von Hand gesetzt</numerusform>
            <numerusform>%Ln von Hand gesetzt</numerusform>
        </translation>
    </message>
    <message>
        <source>Drag a dot, or draw across the stems; Shift: a straight line; Alt: chords keep their proportions</source>
        <translation>Ziehen Sie einen Punkt, oder zeichnen Sie quer durch die Stiele; Umschalt: eine gerade Linie; Alt: Akkorde behalten ihr Verhältnis</translation>
    </message>
    <message>
        <source>velocity {0}</source>
        <translation>Anschlagstärke {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln Note</numerusform>
            <numerusform>%Ln Noten</numerusform>
        </translation>
    </message>
    <message>
        <source>Velocity lane</source>
        <translation>Anschlagstärken</translation>
    </message>
    <message>
        <source>mean velocity {0}</source>
        <translation>mittlere Anschlagstärke {0}</translation>
    </message>
    <message>
        <source>no notes</source>
        <translation>keine Noten</translation>
    </message>
</context>
<context>
    <name>VelocityMatrix</name>
    <message>
        <source>Velocity matrix</source>
        <translation>Matrix der Anschlagstärken</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <source>struck</source>
        <translation>angeschlagen</translation>
    </message>
    <message>
        <source>sustained</source>
        <translation>gehalten</translation>
    </message>
    <message>
        <source>change {0}</source>
        <translation>Änderung {0}</translation>
    </message>
    <message>
        <source>velocity {0}</source>
        <translation>Anschlagstärke {0}</translation>
    </message>
    <message numerus="yes">
        <source>attention on %n notes, most on {0} at {1} ({2} %)</source>
        <translation>
            <numerusform>Aufmerksamkeit auf %n Note, am meisten auf {0} bei {1} ({2} %)</numerusform>
            <numerusform>Aufmerksamkeit auf %n Noten, am meisten auf {0} bei {1} ({2} %)</numerusform>
        </translation>
    </message>
    <message>
        <source>Velocities of the result</source>
        <translation>Anschlagstärken des Ergebnisses</translation>
    </message>
    <message>
        <source>The change of velocity: blue is softer, orange is louder</source>
        <translation>Die Änderung der Anschlagstärke: blau leiser, orange lauter</translation>
    </message>
    <message>
        <source>Which keys are struck and which are held</source>
        <translation>Welche Tasten angeschlagen und welche gehalten werden</translation>
    </message>
    <message>
        <source>The notes that the model attended to for the bar under the mouse, or the one being played</source>
        <translation>Die Noten, auf die das Modell für den Takt unter der Maus oder den gerade gespielten achtete</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Styled</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Noten</translation>
    </message>
    <message>
        <source>Velocities as played</source>
        <translation>Anschlagstärken wie gespielt</translation>
    </message>
    <message>
        <source>Note matrix</source>
        <translation>Notenmatrix</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>most</source>
        <translation>am meisten</translation>
    </message>
    <message>
        <source>Change of velocity</source>
        <translation>Änderung der Anschlagstärke</translation>
    </message>
    <message>
        <source>Velocity</source>
        <translation>Anschlagstärke</translation>
    </message>
</context>
<context>
    <name>ViewMenu</name>
    <message>
        <source>&amp;Colour B by Change</source>
        <translation>B nach &amp;Änderung färben</translation>
    </message>
    <message>
        <source>C&amp;hord Names</source>
        <translation>A&amp;kkordnamen</translation>
    </message>
    <message>
        <source>Zoom to &amp;Loop</source>
        <translation>Auf den &amp;Loop zoomen</translation>
    </message>
    <message>
        <source>Zoom to &amp;Selection</source>
        <translation>Auf die &amp;Auswahl zoomen</translation>
    </message>
    <message>
        <source>Zoom to &amp;All</source>
        <translation>&amp;Alles zeigen</translation>
    </message>
    <message>
        <source>&amp;Jump to Playhead</source>
        <translation>&amp;Zur Wiedergabeposition springen</translation>
    </message>
    <message>
        <source>&amp;Velocity Lane</source>
        <translation>A&amp;nschlagstärken</translation>
    </message>
    <message>
        <source>&amp;Tempo Lane</source>
        <translation>&amp;Tempo</translation>
    </message>
    <message>
        <source>&amp;Pedal Lane</source>
        <translation>&amp;Pedal</translation>
    </message>
    <message>
        <source>Velocity &amp;Matrix</source>
        <translation>&amp;Matrix der Anschlagstärken</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>Über&amp;blick</translation>
    </message>
    <message>
        <source>Performance Pa&amp;nel</source>
        <translation>Vortra&amp;g</translation>
    </message>
</context>
<context>
    <name>ViewStack</name>
    <message>
        <source>Piano roll A</source>
        <translation>Pianorolle A</translation>
    </message>
    <message>
        <source>Piano roll B</source>
        <translation>Pianorolle B</translation>
    </message>
    <message>
        <source>Velocities</source>
        <translation>Anschlagstärken</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Pedal</source>
        <translation>Pedal</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>Many files…</source>
        <translation>Viele Dateien …</translation>
    </message>
    <message>
        <source>All shortcuts (F1)</source>
        <translation>Alle Tastenkürzel (F1)</translation>
    </message>
    <message>
        <source>Drop a piano MIDI file or a score here</source>
        <translation>Ein Klavier-MIDI oder Noten hier ablegen</translation>
    </message>
    <message>
        <source>One file ({0}), several, or a whole folder. Your files are never changed.</source>
        <translation>Eine Datei ({0}), mehrere oder ein ganzer Ordner. Die Dateien werden nie verändert.</translation>
    </message>
    <message>
        <source>The piece appears as it was played. Space plays it.</source>
        <translation>Das Stück erscheint, wie es gespielt wurde. Die Leertaste spielt es ab.</translation>
    </message>
    <message>
        <source>Click a style: the same notes, played another way.</source>
        <translation>Einen Stil anklicken: dieselben Noten, anders gespielt.</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Drag the result out of the window, or press Ctrl+E.</source>
        <translation>Das Ergebnis aus dem Fenster ziehen oder Strg+E drücken.</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Ablegen</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Tab switches sides in the middle of a phrase.</source>
        <translation>Tab wechselt die Seite mitten in der Phrase.</translation>
    </message>
    <message>
        <source>Open {0}</source>
        <translation>{0} öffnen</translation>
    </message>
</context>
<context>
    <name>_AmountsPanel</name>
    <message>
        <source>How much of the style is applied: 0 % is the original, 100 % the style, more exaggerates it</source>
        <translation>Wie stark der Stil angewendet wird: 0 % ist das Original, 100 % der Stil, mehr übertreibt ihn</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>How much of the player&apos;s own accents is kept: at 0 % every note has the velocity typical of the style</source>
        <translation>Wie viel von den eigenen Akzenten erhalten bleibt: bei 0 % hat jede Note die für den Stil typische Anschlagstärke</translation>
    </message>
    <message>
        <source>Another seed gives another performance</source>
        <translation>Ein anderer Startwert ergibt eine andere Interpretation</translation>
    </message>
    <message>
        <source>Loudness, dynamics, and the tracks to play</source>
        <translation>Lautstärke, Dynamik und die zu spielenden Spuren</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Mehr …</translation>
    </message>
    <message>
        <source>Set by hand</source>
        <translation>Von Hand gesetzt</translation>
    </message>
    <message>
        <source>Performed</source>
        <translation>Neu interpretiert</translation>
    </message>
    <message>
        <source>Carried over from {0}</source>
        <translation>Übertragen aus {0}</translation>
    </message>
    <message>
        <source>{0} of {1} notes played</source>
        <translation>{0} von {1} Noten gespielt</translation>
    </message>
    <message>
        <source>Keep my accents</source>
        <translation>Akzente behalten</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
</context>
<context>
    <name>_StylesPanel</name>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The style that the piece is played in; with “Auto” the model decides</source>
        <translation>Der Stil, in dem das Stück gespielt ist; bei „Automatisch“ entscheidet das Modell</translation>
    </message>
    <message>
        <source>No model is installed. Put a model file (.safetensors) into resources/checkpoints and start again.</source>
        <translation>Es ist kein Modell installiert. Bitte eine Modelldatei (.safetensors) nach resources/checkpoints legen und neu starten.</translation>
    </message>
    <message>
        <source>The model that makes the transfer</source>
        <translation>Das Modell, das überträgt</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where the model runs</source>
        <translation>Wo das Modell läuft</translation>
    </message>
    <message>
        <source>Only the marked passage</source>
        <translation>Nur die markierte Passage</translation>
    </message>
    <message>
        <source>Transfer what the loop marks, and leave the rest of the piece as it is</source>
        <translation>Übertragen, was die Schleife markiert, und den Rest des Stücks lassen, wie er ist</translation>
    </message>
    <message>
        <source>The hand that is played in the style; the other one stays as it is</source>
        <translation>Die Hand, die im Stil gespielt wird; die andere bleibt, wie sie ist</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Auto ({0})</source>
        <translation>Automatisch ({0})</translation>
    </message>
    <message>
        <source>Auto: {0}</source>
        <translation>Auto: {0}</translation>
    </message>
</context>
</TS>
