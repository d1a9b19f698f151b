"""SQLite for a process with several threads: those that want to write wait in a queue instead of knocking.

See docs/decisions/0003-one-writer-for-sqlite.md.
"""
