"""Writes wine.csv: made-up wines that have the columns, ranges and format of the wine quality data set of Cortez et al.
(2009), https://archive.ics.uci.edu/dataset/186/wine+quality, so that everything can be tried without a download. No row
of it is a real wine, and no model of it is worth anything. The same bytes each time, in every version of Python."""

import pathlib
import random

# name, lowest, highest, decimals, effect on the quality from lowest to highest
COLUMNS = [
    ("fixed acidity", 4.6, 15.9, 1, 0.2), ("volatile acidity", 0.12, 1.58, 2, -2.4), ("citric acid", 0.0, 1.0, 2, 0.4),
    ("residual sugar", 0.9, 15.5, 1, 0.1), ("chlorides", 0.012, 0.611, 3, -1.0), ("free sulfur dioxide", 1, 72, 0, 0.3),
    ("total sulfur dioxide", 6, 289, 0, -0.8), ("density", 0.99007, 1.00369, 5, -0.4), ("pH", 2.74, 4.01, 2, -0.3),
    ("sulphates", 0.33, 2.0, 2, 1.6), ("alcohol", 8.4, 14.9, 1, 3.2),
]

chance = random.Random(4)


def middle():
    """From 0 to 1, mostly around the middle."""
    return sum(chance.random() for _ in range(3)) / 3


lines = [";".join(f'"{name}"' for name, *_ in COLUMNS) + ';"quality"']
for number in range(400):
    if number % 20 == 19:
        lines.append(lines[-7])  # the real data set lists many wines twice, too
        continue
    places = [middle() for _ in COLUMNS]
    values = [f"{low + place * (high - low):.{decimals}f}" for place, (_, low, high, decimals, _) in zip(places, COLUMNS)]
    quality = 5.6 + 1.6 * sum(effect * (place - 0.5) for place, (*_, effect) in zip(places, COLUMNS)) + 1.2 * (middle() - 0.5)
    lines.append(";".join(values + [str(min(8, max(3, round(quality))))]))
(pathlib.Path(__file__).parent / "wine.csv").write_text("\n".join(lines) + "\n")
