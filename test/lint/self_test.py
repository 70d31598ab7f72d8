#!/usr/bin/env python3
"""Prove that each lint can fail: plant one fault at a time in a small tree.

Prints "ok - ..." or "not ok - ..." for each, and exits 1 if a lint missed a
fault, or found one in the tree without.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = [sys.executable, str(HERE / "layers.py"), "base", "item", "api"]
SOURCES = [sys.executable, str(HERE / "sources.py")]

GOOD = {
    "src/dynamo.c": '#include "api/dispatch.h"\n',
    "src/base/compat.h": "#if PG_VERSION_NUM < 150000\n#endif\n",
    "src/base/errors.def": "DYN_ERROR(VALIDATION, '0', '0', '1', \"V\", \"n\", 400)\nDYN_ERROR(INTERNAL, '9', '9', '9', \"I\", \"n\", 500)\n",
    "docs/errors.md": "| `YD001` | V | 400 | a |\n| `YD999` | I | 500 | b |\n",
    "docs/settings.md": "| `dynamo.schema` | `public` | where |\n",
    "docs/a/one.md": "[two](../errors.md#part), [out](https://example.com/x), [above](#part)\n",
    "README.md": "[settings](docs/settings.md)\n",
    "src/base/settings.c": 'f("dynamo.schema", 1);\n',
    "src/base/json_read.c": "#include <jansson.h>\n#pragma GCC poison json_object\n",
    "src/item/value.h": "\n",
    "src/item/value.c": '#include "postgres.h"\n#include "item/value.h"\n#include "base/compat.h"\n'
                        'void f(void)\n{\n\tereport(ERROR,\n\t\t\t(errcode(ERRCODE_DYN_VALIDATION), errmsg("a \\" ) b"), errhint("h")));\n}\n',
    "src/item/item.sql": "CREATE FUNCTION dynamo.f(x text DEFAULT ';') RETURNS int LANGUAGE sql\n\tIMMUTABLE PARALLEL SAFE AS $$ SELECT 1; $$;\n",
    "src/api/dispatch.h": '#include "item/value.h"\n',
}

# (lint, what the fault is, file, text, what the lint must say)
FAULTS = [
    (LAYERS, "an include to the right", "src/item/value.h", '#include "api/dispatch.h"\n', "item must not include"),
    (LAYERS, "an include to the right, spaced", "src/base/compat.h", '  #  include "item/value.h"\n', "base must not include"),
    (LAYERS, "an include in a .def", "src/base/errors.def", '#include "item/value.h"\n', "base must not include"),
    (LAYERS, "an include in angle brackets", "src/item/value.h", "#include <base/compat.h>\n", "with quotes"),
    (LAYERS, "an include relative to its file", "src/item/value.c", '#include "value.h"\n', "not a path below src/"),
    (LAYERS, "a header that is not there", "src/item/value.c", '#include "base/none.h"\n', "not a path below src/"),
    (LAYERS, "a folder outside the order", "src/other/a.c", "\n", "not in MODULES_IN_ORDER"),
    (LAYERS, "an include of dynamo.c", "src/api/a.c", '#include "dynamo.c"\n', "must not include"),
    (LAYERS, "a file beside the folders", "src/more.c", "\n", "only dynamo.c"),
    (SOURCES, "PG_VERSION_NUM elsewhere", "src/item/value.c", "#if PG_VERSION_NUM >= 160000\n#endif\n", "value.c:1: PG_VERSION_NUM"),
    (SOURCES, "pg_attribute_noreturn", "src/item/value.c", "void f(void) pg_attribute_noreturn();\n", "write pg_noreturn"),
    (SOURCES, "jansson.h elsewhere", "src/item/value.c", "#include <jansson.h>\n", "includes jansson.h"),
    (SOURCES, "jansson.h without the poison", "src/base/json_read.c", "#include <jansson.h>\n", "lacks #pragma"),
    (SOURCES, "an error without errcode", "src/item/value.c", 'void f(void)\n{\n\tereport(ERROR, (errmsg("errcode")));\n}\n', "ereport without errcode"),
    (SOURCES, "an error of the service without a hint", "src/item/value.c",
     'void f(void)\n{\n\tereport(ERROR,\n\t\t\t(errcode(ERRCODE_DYN_VALIDATION), /* errhint */\n\t\t\t errmsg("errhint")));\n}\n', "without errhint"),
    (SOURCES, "a SQLSTATE used twice", "src/base/errors.def",
     "DYN_ERROR(A, '0', '0', '1', \"A\", \"n\", 400)\nDYN_ERROR(B, '0', '0', '1', \"B\", \"n\", 400)\n", "YD001 is both A and B"),
    (SOURCES, "an error that is not documented", "docs/errors.md", "| `YD001` | V | 400 | a |\n", "lacks YD999 I 500"),
    (SOURCES, "a documented error that is not there", "docs/errors.md",
     "| `YD001` | V | 400 | a |\n| `YD002` | W | 400 | a |\n| `YD999` | I | 500 | b |\n", "YD002 W 400 is not in errors.def"),
    (SOURCES, "a setting that is not documented", "src/base/settings.c", 'f("dynamo.schema");\nf("dynamo.region");\n', "dynamo.region is missing"),
    (SOURCES, "a documented setting that is not there", "src/base/settings.c", 'f("dynamo.region");\n', "dynamo.schema is no setting"),
    (SOURCES, "a link to nothing", "docs/a/one.md", "\n[two](docs/errors.md)\n", "one.md:2: there is no docs/errors.md"),
    (SOURCES, "a function without volatility", "src/item/item.sql",
     "CREATE FUNCTION dynamo.f() RETURNS int LANGUAGE sql PARALLEL SAFE AS $$ SELECT 1 /* STABLE */; $$;\n", "does not say IMMUTABLE"),
    (SOURCES, "a function without parallel safety", "src/item/item.sql",
     "-- PARALLEL SAFE\nCREATE OR REPLACE FUNCTION dynamo.f() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';\n", "does not say PARALLEL"),
    (SOURCES, "a mark of unfinished work", "src/item/value.c", "/* TO" "DO: the rest */\n", "value.c:1: TO" "DO"),
]

failures = 0


def check(passed, name, output=""):
    global failures
    failures += not passed
    print(("ok" if passed else "not ok") + " - lint self test: " + name)
    if not passed:
        print("".join("#   " + line + "\n" for line in output.splitlines()), end="")


def run(command, folder):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return result.returncode, result.stdout


def plant(folder, path, text):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def compile_library(folder, name, text):
    plant(folder, name + ".c", text)
    subprocess.run(["gcc", "-fPIC", "-shared", "-o", name + ".so", name + ".c"], cwd=folder, check=True)
    return str(folder / (name + ".so"))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path, text in GOOD.items():
            plant(folder, path, text)
        for lint in (LAYERS, SOURCES):
            code, output = run(lint, folder)
            check(code == 0 and "not ok" not in output, os.path.basename(lint[1]) + " accepts a good tree", output)
        for lint, fault, path, text, message in FAULTS:
            plant(folder, path, text)
            code, output = run(lint, folder)
            check(code == 1 and message in output, "finds " + fault, output)
            if path in GOOD:
                plant(folder, path, GOOD[path])
            else:
                (folder / path).unlink()
                if path == "src/other/a.c":
                    (folder / path).parent.rmdir()
        plant(folder, "src/item/value.c", "\n" * 1001)
        code, output = run(SOURCES, folder)
        check(code == 0 and "warning: src/item/value.c has 1001 lines" in output, "warns of a long file", output)

        symbols = ["sh", str(HERE / "symbols.sh")]
        backend = compile_library(folder, "backend", "void hash_any(void) {}\nvoid dyn_shared(void) {}\n")
        good = compile_library(folder, "good", "void dyn_a(void) {}\nvoid dynamo_b(void) {}\nvoid pg_finfo_dynamo_b(void) {}\n"
                                               "void Pg_magic_func(void) {}\nvoid _PG_init(void) {}\nstatic void c(void) {}\nvoid *dyn_c = c;\n")
        code, output = run(symbols + [backend, good], folder)
        check(code == 0 and output == "", "symbols.sh accepts a good library", output)
        bad = compile_library(folder, "bad", "void dyn_a(void) {}\nint item_count;\n")
        code, output = run(symbols + [backend, good, bad], folder)
        check(code == 1 and "item_count has none of the prefixes" in output, "finds a symbol without prefix", output)
        subprocess.run(["gcc", "-fvisibility=hidden", "-c", "-o", "hidden.o", "bad.c"], cwd=folder, check=True)
        code, output = run(symbols + [backend, good, str(folder / "hidden.o")], folder)
        check(code == 1 and "item_count has none of the prefixes" in output, "finds a hidden symbol without prefix in an object", output)
        same = compile_library(folder, "same", "void dyn_shared(void) {}\n")
        code, output = run(symbols + [backend, same], folder)
        check(code == 1 and "dyn_shared is a symbol of the backend" in output, "finds a symbol of the backend", output)
        empty = compile_library(folder, "empty", "static int a;\n")
        code, output = run(symbols + [backend, empty], folder)
        check(code == 1, "does not accept a library without symbols", output)
    sys.exit(1 if failures else 0)


main()
