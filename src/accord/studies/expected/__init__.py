"""The expected course of a client, with its band, and who is not on track."""
