"""Where the marks of a chart are drawn: lanes and times become places on a page."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fencepost.render import times
from fencepost.render.evidence import Exhibits
from fencepost.render.lanes import Chart, Lane, Mark, Row

WIDTH = 1000
LEFT = 150
RIGHT = 14
TOP = 34
ROW = 19
BAR = 13
LANE_HEAD = 24
LANE_FOOT = 10
LETTER = 6.1
"""Width of a letter of a label, in the drawing's units."""

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Bar:
    """A mark in its place."""

    x: float
    y: float
    width: float
    tone: str
    label: str
    says: str
    exhibit: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text in its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A node's lane in its place. resets are upright bars from y over height."""

    y: float
    height: float
    node: Words
    rows: tuple[Words, ...]
    bars: tuple[Bar, ...]
    resets: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart in its places; all sizes in the drawing's own units."""

    width: int
    height: float
    left: int
    right: float
    top: int
    bottom: float
    axis: str
    ticks: tuple[Words, ...]
    strips: tuple[Strip, ...]
    tones: frozenset[str]
    left_out: int


def draw(chart: Chart, exhibits: Exhibits) -> Drawing:
    """Give every mark of a chart its place and the number of its evidence."""
    scale = _Scale(chart.since, chart.until)
    strips: list[Strip] = []
    y: float = TOP
    for lane in chart.lanes:
        strip = _strip(lane, y, scale, exhibits)
        strips.append(strip)
        y += strip.height
    first, last = chart.since.astimezone(UTC), chart.until.astimezone(UTC)
    days = f"{first:%Y-%m-%d}"
    if first.date() != last.date():
        days += f" to {last:%Y-%m-%d}"
    return Drawing(
        width=WIDTH,
        height=y + 10,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=y,
        axis=f"{days}, UTC",
        ticks=tuple(_ticks(scale)),
        strips=tuple(strips),
        tones=frozenset(mark.tone for mark in chart.marks()),
        left_out=chart.left_out,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.since) / (self.until - self.since)
        return round(LEFT + share * (WIDTH - RIGHT - LEFT), 1)


def _strip(lane: Lane, y: float, scale: _Scale, exhibits: Exhibits) -> Strip:
    height = LANE_HEAD + max(len(lane.rows), 1) * ROW + LANE_FOOT
    rows, bars = list[Words](), list[Bar]()
    top = y + LANE_HEAD
    for row in lane.rows:
        rows.append(Words(LEFT - 10, top + 10, row.name))
        bars.extend(_bars(row, top, scale, exhibits))
        top += ROW
    if not lane.rows:
        rows.append(Words(LEFT - 10, top + 10, "nothing in its log"))
    resets = tuple(
        replace(_bar(mark, y + 4, scale, exhibits), label=f"{mark.label} {times.clock(mark.since)}")
        for mark in lane.resets
    )
    return Strip(y, height, Words(12, y + 17, lane.node), tuple(rows), tuple(bars), resets)


def _bars(row: Row, y: float, scale: _Scale, exhibits: Exhibits) -> list[Bar]:
    return [_bar(mark, y, scale, exhibits) for mark in row.marks]


def _bar(mark: Mark, y: float, scale: _Scale, exhibits: Exhibits) -> Bar:
    x = scale.x(mark.since)
    width = max(round(scale.x(mark.until) - x, 1), 2.0)
    label = mark.label if len(mark.label) * LETTER + 8 <= width else ""
    when = f"{times.clock(mark.since)} – {times.clock(mark.until)} UTC"
    again = "changes" if mark.tone == "mixed" else "times"
    often = f", {mark.count} {again}" if mark.count > 1 else ""
    exhibit = exhibits.name(mark.proof) if mark.proof is not None else ""
    return Bar(x, y, width, mark.tone, label, f"{mark.says}{often} ({when})", exhibit)


def _ticks(scale: _Scale) -> list[Words]:
    length = (scale.until - scale.since).total_seconds()
    step = next((one for one in _STEPS_S if length / one <= 8), None)
    if step is None:
        step = _DAY_S * max(1, round(length / _DAY_S / 8))
    start = scale.since.astimezone(UTC)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (start - midnight).total_seconds()
    at = midnight + timedelta(seconds=-(-passed // step) * step)
    ticks: list[Words] = []
    while at <= scale.until:
        text = (
            f"{at:%m-%d}" if step >= _DAY_S else f"{at:%H:%M}" if step >= 60 else f"{at:%H:%M:%S}"
        )
        ticks.append(Words(scale.x(at), TOP - 10, text))
        at += timedelta(seconds=step)
    return ticks
