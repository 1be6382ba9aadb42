"""Long work that outlives a request, and its journal."""
