#!/usr/bin/env python3
"""Print random items as rows of COPY items (item): random_items.py COUNT

Each has the key attributes p (S, few values, some of them digested) and
s (N, all different), some the index attributes g (S) and n (N).
SEED=n repeats a run; the seed goes to standard error.
"""
import contextlib
import decimal
import sys

import item_model as model


def main():
    with contextlib.redirect_stdout(sys.stderr):
        random = model.seeded("items")
    partitions = [model.string(random, 20)[:500] + "p" for _ in range(50)] + ["x" * n for n in (126, 127, 2048)]
    for number in range(int(sys.argv[1])):
        item = {name: value for name, value in model.item(random).items() if name not in ("g", "n")}
        item["p"] = ("S", random.choice(partitions))
        item["s"] = ("N", decimal.Decimal(number) * random.choice([1, -1]))
        if random.random() < 0.7:
            item["g"] = ("S", random.choice(["x", "y", "é", "g" * 200]))
        if random.random() < 0.7:
            item["n"] = ("N", model.number(random))
        text = model.item_text(item)
        sys.stdout.write(text.replace("\\", "\\\\") + "\n")


if __name__ == "__main__":
    main()
