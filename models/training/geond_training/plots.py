# SPDX-License-Identifier: MIT
"""SVG figures without a plotting library: the training curve and the reliability curve."""

import json
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 480, 300, 48
COLOURS = ("#2563eb", "#dc2626", "#059669", "#9333ea", "#d97706")


def _axes(title, x_label, y_label, x_range, y_range):
    inner_width, inner_height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{WIDTH / 2}" y="20" text-anchor="middle" font-weight="bold">{title}</text>',
             f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{x_label}</text>',
             f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{y_label}</text>',
             f'<rect x="{MARGIN}" y="{MARGIN}" width="{inner_width}" height="{inner_height}" '
             'fill="none" stroke="#888"/>']
    for index in range(5):
        share = index / 4
        x, y = MARGIN + share * inner_width, HEIGHT - MARGIN - share * inner_height
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 14}" text-anchor="middle">'
                     f'{x_range[0] + share * (x_range[1] - x_range[0]):.3g}</text>')
        parts.append(f'<text x="{MARGIN - 5}" y="{y + 4:.0f}" text-anchor="end">'
                     f'{y_range[0] + share * (y_range[1] - y_range[0]):.3g}</text>')
    return parts


def line_figure(path, title, x_label, y_label, series, x_range=None, y_range=None, diagonal=False):
    """Writes an SVG with one line for each name of `series` (name -> list of (x, y))."""
    points = [p for line in series.values() for p in line] or [(0, 0), (1, 1)]
    x_range = x_range or (min(p[0] for p in points), max(p[0] for p in points) or 1)
    y_range = y_range or (0, max(p[1] for p in points) * 1.05 or 1)

    def place(point):
        x = MARGIN + (point[0] - x_range[0]) / ((x_range[1] - x_range[0]) or 1) * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - (point[1] - y_range[0]) / ((y_range[1] - y_range[0]) or 1) * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f},{y:.1f}"

    parts = _axes(title, x_label, y_label, x_range, y_range)
    if diagonal:
        parts.append(f'<polyline points="{place((0, 0))} {place((1, 1))}" stroke="#bbb" '
                     'stroke-dasharray="4" fill="none"/>')
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path_points = " ".join(map(place, line))
        parts.append(f'<polyline points="{path_points}" stroke="{colour}" fill="none" stroke-width="1.5"/>')
        parts.append(f'<text x="{WIDTH - MARGIN - 6}" y="{MARGIN + 14 + 14 * index}" text-anchor="end" '
                     f'fill="{colour}">{name}</text>')
    Path(path).write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                          f'font-family="sans-serif" font-size="11">{"".join(parts)}</svg>\n', encoding="utf-8")


def training_curve(log_path, svg_path):
    """The losses of a run's log.jsonl over the samples seen; empty axes without a log."""
    lines = [json.loads(line) for line in Path(log_path).read_text(encoding="utf-8").splitlines()] \
        if Path(log_path).exists() else []
    series = {name: [(line["samples"] / 1000, line[name]) for line in lines] for name in ("classes", "iou", "l1")}
    line_figure(svg_path, "Training losses", "thousand samples", "loss", series)


def reliability_curve(svg_path, title, curves):
    """Accuracy over confidence; `curves` maps a name to a list of (confidence, accuracy)."""
    line_figure(svg_path, title, "confidence", "share right", curves, (0, 1), (0, 1), diagonal=True)
