"""Draws times over sizes as SVG, both axes logarithmic: what is linear rises by one in one."""

from html import escape
from math import ceil, floor, log10
from typing import Any

WIDE, HIGH, MARGIN = 640, 400, 56
COLOURS = ("#1f6feb", "#d1571f", "#2a8f4d", "#8250df")


def draw(plot: dict[str, Any]) -> str:
    """Return the SVG of one plot: title, across, series of points (size, seconds)."""
    series: dict[str, list[tuple[float, float]]] = plot["series"]
    points = [point for one in series.values() for point in one]
    left, right = _decades([size for size, _ in points])
    low, high = _decades([seconds for _, seconds in points])

    def x(size: float) -> float:
        return MARGIN + (log10(size) - left) / (right - left) * (WIDE - MARGIN - 150)

    def y(seconds: float) -> float:
        return HIGH - MARGIN - (log10(seconds) - low) / (high - low) * (HIGH - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
        f'<text x="{MARGIN}" y="24" font-size="15">{escape(plot["title"])}</text>',
        f'<text x="{(WIDE - 150) / 2}" y="{HIGH - 14}">{escape(plot["across"])}</text>',
        '<text x="10" y="44">seconds</text>',
    ]
    for decade in range(left, right + 1):
        parts.append(_rule(x(10.0**decade), MARGIN, x(10.0**decade), HIGH - MARGIN))
        parts.append(_label(x(10.0**decade) - 8, HIGH - MARGIN + 16, decade))
    for decade in range(low, high + 1):
        parts.append(_rule(MARGIN, y(10.0**decade), WIDE - 150, y(10.0**decade)))
        parts.append(_label(14, y(10.0**decade) + 4, decade))
    for (name, line), colour in zip(series.items(), COLOURS, strict=False):
        path = " ".join(f"{x(size):.1f},{y(seconds):.1f}" for size, seconds in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for size, seconds in line:
            dot = f'cx="{x(size):.1f}" cy="{y(seconds):.1f}"'
            told = f"{size:,.10g}: {seconds:.2f} s"
            parts.append(f'<circle {dot} r="3.5" fill="{colour}"><title>{told}</title></circle>')
        end = line[-1]
        parts.append(
            f'<text x="{x(end[0]) + 8:.1f}" y="{y(end[1]) + 4:.1f}" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>\n"])


def _decades(values: list[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _label(x: float, y: float, decade: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#555">{10.0**decade:,.10g}</text>'
