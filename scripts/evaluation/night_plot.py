"""Draws what renderings buy: the mean difference of the edited photos against the renderings spent, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 340, 50, 230, 20, 46
_COLORS = ("#7f8c8d", "#b9770e", "#1b6ca8")
_DASHES = ("", "5 4")

Course = Sequence[tuple[int, float]]
"""(renderings spent, mean CIEDE2000), ascending."""


def draw_courses(ways: Mapping[str, Mapping[str, Course]], most: int) -> str:
    """`ways`: by how photos were translated, the courses by how renderings were spent. Points beyond `most` are left
    out; the last value of each course is a line of its own at the right edge of the library's order.
    """
    top = max(mean for courses in ways.values() for course in courses.values() for _, mean in course)
    across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(spent: float, mean: float) -> tuple[float, float]:
        return _LEFT + across * spent / most, _TOP + down * (1 - mean / (1.05 * top))

    parts = []
    for tick in range(0, most + 1, most // 4):
        x, y = place(tick, 0)
        parts.append(f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle">{tick:,}</text>')
    for mean in range(int(1.05 * top) + 1):
        x, y = place(0, mean)
        parts.append(f'<path d="M{x:.0f} {y:.1f}h{across}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 6:.0f}" y="{y + 4:.1f}" text-anchor="end">{mean}</text>')
    line = 0
    for dash, (way, courses) in zip(_DASHES, ways.items(), strict=True):
        for color, (name, course) in zip(_COLORS, courses.items(), strict=True):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*each) for each in course if each[0] <= most))
            drawn = f'fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dash}"'
            parts.append(f'<polyline points="{points}" {drawn}/>')
            x, y = _WIDTH - _RIGHT + 12, _TOP + 14 + 15 * line
            parts.append(f'<path d="M{x} {y - 4}h22" {drawn}/><text x="{x + 28}" y="{y}">{name}</text>')
            line += 1
        everything = next(iter(courses.values()))[-1][1]
        x, y = place(0, everything)
        parts.append(f'<path d="M{x:.0f} {y:.1f}h{across}" stroke="#2e8b57" stroke-dasharray="{dash}"/>')
        x, y = _WIDTH - _RIGHT + 12, _TOP + 14 + 15 * line
        parts.append(f'<text x="{x}" y="{y}" fill="#2e8b57">{way}; green: all matched</text>')
        line += 2
    x, y = _LEFT + across / 2, _HEIGHT - 8
    parts.append(f'<text x="{x:.0f}" y="{y}" text-anchor="middle">renderings spent on 100,000 photos</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="11"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
