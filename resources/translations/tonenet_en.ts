<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Batch</name>
    <message numerus="yes">
        <source>{0} of %n files</source>
        <translation>
            <numerusform>{0} of %n file</numerusform>
            <numerusform>{0} of %n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n results already exist in {1}.</source>
        <translation>
            <numerusform>{0} of %n result already exists in {1}.</numerusform>
            <numerusform>{0} of %n results already exist in {1}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DynamicsPanel</name>
    <message numerus="yes">
        <source>{0} of %Ln notes changed, by {1} on average</source>
        <translation>
            <numerusform>{0} of %Ln note changed, by {1} on average</numerusform>
            <numerusform>{0} of %Ln notes changed, by {1} on average</numerusform>
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
</context>
<context>
    <name>Opening</name>
    <message numerus="yes">
        <source>{0} and %n more</source>
        <translation>
            <numerusform>{0} and %n more</numerusform>
            <numerusform>{0} and %n more</numerusform>
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
