"""Requests and answers: routes, guards, problems, and what travels."""
