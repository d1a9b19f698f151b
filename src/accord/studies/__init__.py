"""What a service learns from its own sessions: one file per question, on a snapshot (`accord.studies.snapshot`).

A study is ``run(snapshot, options) -> Study`` in ``<id>.py``; beside it ``<id>.yaml`` says in words what it asks, how
it was done and what it cannot tell, and holds the examples that its tests run. Adding one: those two files and a line
in the table of its folder (`findings`, `frontiers`, …).
"""
