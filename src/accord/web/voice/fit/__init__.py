"""The fit check: one page for people in therapy or looking for it, which keeps and sends nothing."""
