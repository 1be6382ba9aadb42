"""The parts of the evaluations: each measures one thing against something real and writes its section."""
