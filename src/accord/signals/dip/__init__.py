"""The dip filter: how likely it is that a client's alliance has just fallen below their own course."""
