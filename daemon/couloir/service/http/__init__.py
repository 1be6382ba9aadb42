"""HTTP: routes, guards, problems, and the structs of requests and answers."""
