"""A pytest plugin: hypothesis tries the same examples each time, and does not look for the smallest that fails."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
