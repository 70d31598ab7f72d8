#!/usr/bin/env python3
"""Check the layering: layers.py MODULE... (left to right, as in the Makefile).

A folder of src/ includes headers of its own folder and of folders to its left
only; src/dynamo.c sees all.  Prints each include that does not, and exits 1;
prints nothing where all is well.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.MULTILINE)
NOT_LAYERS = {"upgrade"}


def faults(modules, root=pathlib.Path("src")):
    """Yield a sentence for every include, file or folder that breaks the layering."""
    order = {module: position for position, module in enumerate(modules)}
    for path in sorted(root.rglob("*")):
        folder = path.relative_to(root).parts[0]
        if path.is_dir():
            if path.parent == root and folder not in order and folder not in NOT_LAYERS:
                yield f"{path}: the folder is not in MODULES_IN_ORDER"
            continue
        if path.suffix not in (".c", ".h", ".def", ".l", ".y"):
            continue
        sees_all = path.parent == root
        if sees_all and path.name != "dynamo.c":
            yield f"{path}: only dynamo.c lies beside the folders"
            continue
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            header = match.group(2)
            line = text.count("\n", 0, match.start()) + 1
            where = f"{path}:{line}: "
            included = header.split("/")[0]
            ours = (root / header).exists()
            if match.group(1) == "<":
                if ours and included in order:
                    yield where + f"<{header}> is ours: include it with quotes"
                continue
            if not ours:
                if included in order or (path.parent / header).exists():
                    yield where + f'"{header}" is not a path below src/'
                continue
            if not sees_all and (included not in order or order[included] > order.get(folder, -1)):
                yield where + f'{folder} must not include "{header}": {included} is not to its left'


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    found = list(faults(sys.argv[1:]))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


main()
