<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Actions</name>
    <message numerus="yes">
        <source>%Ln More in the Batch Window…</source>
        <translation>
            <numerusform>%Ln More in the Batch Window…</numerusform>
            <numerusform>%Ln More in the Batch Window…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message numerus="yes">
        <source>{0} of %Ln files</source>
        <translation>
            <numerusform>{0} of %Ln file</numerusform>
            <numerusform>{0} of %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln found</source>
        <translation>
            <numerusform>%Ln found</numerusform>
            <numerusform>%Ln found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln results already exist in {1}.</source>
        <translation>
            <numerusform>{0} of %Ln result already exists in {1}.</numerusform>
            <numerusform>{0} of %Ln results already exist in {1}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results have not been exported:</source>
        <translation>
            <numerusform>%n result has not been exported:</numerusform>
            <numerusform>%n results have not been exported:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message numerus="yes">
        <source>A cover is for piano alone: {notes} notes of other instruments are left out ({instruments}).</source>
        <translation>
            <numerusform>A cover is for piano alone: {notes} note of other instruments is left out ({instruments}).</numerusform>
            <numerusform>A cover is for piano alone: {notes} notes of other instruments are left out ({instruments}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{found} pieces with {notes} notes are too little: a style needs {pieces} pieces and {least} notes.</source>
        <translation>
            <numerusform>{found} piece with {notes} notes is too little: a style needs {pieces} pieces and {least} notes.</numerusform>
            <numerusform>{found} pieces with {notes} notes are too little: a style needs {pieces} pieces and {least} notes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and {more} more problems</source>
        <translation>
            <numerusform>and {more} more problem</numerusform>
            <numerusform>and {more} more problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some notes of {name} ({notes}) are not on the piano&apos;s keyboard; they stay as they are.</source>
        <translation>
            <numerusform>{notes} note of {name} is not on the piano&apos;s keyboard; it stays as it is.</numerusform>
            <numerusform>Some notes of {name} ({notes}) are not on the piano&apos;s keyboard; they stay as they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some notes of {name} ({notes}) are key switches far from the music; they stay as they are.</source>
        <translation>
            <numerusform>{notes} note of {name} is a key switch far from the music; it stays as it is.</numerusform>
            <numerusform>Some notes of {name} ({notes}) are key switches far from the music; they stay as they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{missing} of {declared} tracks are missing</source>
        <translation>
            <numerusform>{missing} of {declared} tracks is missing</numerusform>
            <numerusform>{missing} of {declared} tracks are missing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{bytes} bytes stand before its header</source>
        <translation>
            <numerusform>{bytes} byte stands before its header</numerusform>
            <numerusform>{bytes} bytes stand before its header</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{taken} of the {all} melodic notes of {name} are played; the others stay as they are ({instruments}).</source>
        <translation>
            <numerusform>{taken} of the {all} melodic notes of {name} is played; the others stay as they are ({instruments}).</numerusform>
            <numerusform>{taken} of the {all} melodic notes of {name} are played; the others stay as they are ({instruments}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name} has {bars} bars; {bar} is none of them.</source>
        <translation>
            <numerusform>{name} has {bars} bar; {bar} is none of it.</numerusform>
            <numerusform>{name} has {bars} bars; {bar} is none of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message numerus="yes">
        <source>Saved %n results in {0}.</source>
        <translation>
            <numerusform>Saved %n result in {0}.</numerusform>
            <numerusform>Saved %n results in {0}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln tracks muted</source>
        <translation>
            <numerusform>%Ln track muted</numerusform>
            <numerusform>%Ln tracks muted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearningSentences</name>
    <message numerus="yes">
        <source>%n pieces, {0}, {1} notes.</source>
        <translation>
            <numerusform>%n piece, {0}, {1} notes.</numerusform>
            <numerusform>%n pieces, {0}, {1} notes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other files cannot be used.</source>
        <translation>
            <numerusform>%n other file cannot be used.</numerusform>
            <numerusform>%n other files cannot be used.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On %n pieces that it had not seen, its dynamics agree with the pianist&apos;s at {0} (1 is full agreement); {1} reaches {2}.</source>
        <translation>
            <numerusform>On %n piece that it had not seen, its dynamics agree with the pianist&apos;s at {0} (1 is full agreement); {1} reaches {2}.</numerusform>
            <numerusform>On %n pieces that it had not seen, its dynamics agree with the pianist&apos;s at {0} (1 is full agreement); {1} reaches {2}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message numerus="yes">
        <source>{0} and %Ln more</source>
        <translation>
            <numerusform>{0} and %Ln more</numerusform>
            <numerusform>{0} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message numerus="yes">
        <source>{0} of %Ln notes changed, by {1}</source>
        <translation>
            <numerusform>{0} of %Ln note changed, by {1}</numerusform>
            <numerusform>{0} of %Ln notes changed, by {1}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PianoRoll</name>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message numerus="yes">
        <source>{0} and %n more</source>
        <translation>
            <numerusform>{0} and %n more</numerusform>
            <numerusform>{0} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tapping</name>
    <message numerus="yes">
        <source>%Ln beats tapped</source>
        <translation>
            <numerusform>%Ln beat tapped</numerusform>
            <numerusform>%Ln beats tapped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VelocityLane</name>
    <message numerus="yes">
        <source>%Ln set by hand</source>
        <translation>
            <numerusform>%Ln set by hand</numerusform>
            <numerusform>%Ln set by hand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln notes</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VelocityMatrix</name>
    <message numerus="yes">
        <source>attention on %n notes, most on {0} at {1} ({2} %)</source>
        <translation>
            <numerusform>attention on %n note, most on {0} at {1} ({2} %)</numerusform>
            <numerusform>attention on %n notes, most on {0} at {1} ({2} %)</numerusform>
        </translation>
    </message>
</context>
</TS>
