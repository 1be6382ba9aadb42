"""How long things take: a model of time, and the counts that it needs."""
