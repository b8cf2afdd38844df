"""Splits the raw data into train, validation and test."""

import wine

rows = wine.read(wine.ROOT / "processing/input/raw")
for name in wine.SPLITS:
    part = [row for row in rows if wine.split_of(row) == name]
    if not part:
        raise SystemExit(f"{len(rows)} rows leave none for {name}; bring more data")
    wine.write(wine.ROOT / "processing/output" / name / f"{name}.csv", part)
    print(f"{name}: {len(part)} rows")
