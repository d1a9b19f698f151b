"""One client's therapy in order: sessions, who came, who rated what, and how dependable it is. Values only, no I/O."""
