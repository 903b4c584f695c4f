# SPDX-License-Identifier: MIT
"""What the Markdown tables of all scores have in common."""

import math


def number(value):
    """A score to two places; a dash where there was nothing to score (NaN)."""
    return "–" if math.isnan(value) else f"{value:.2f}"
