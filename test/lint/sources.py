#!/usr/bin/env python3
"""Check the sources below src/ for rules that a compiler does not know.

Prints "ok - RULE" or "not ok - RULE" with what breaks it, one rule each, and
exits 1 if one is broken.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path("src")
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
MANY_LINES = 1000


def c_files():
    return [p for p in sorted(ROOT.rglob("*")) if p.suffix in (".c", ".h", ".def", ".l", ".y")]


def sql_files():
    return sorted(ROOT.rglob("*.sql"))


def blank(match):
    """Blank a comment or the inside of a string, keeping length and lines."""
    text = match.group(0)
    return re.sub(r"[^\n]", " ", text) if text[0] == "/" else text[0] + " " * (len(text) - 2) + text[-1]


def code(path):
    """The text of a C file without its comments and the insides of its strings."""
    return COMMENT_OR_STRING.sub(blank, path.read_text(encoding="utf-8"))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def calls(text, name):
    """Yield (position, arguments) of every call of a function or macro."""
    for match in re.finditer(r"\b%s\s*\(" % name, text):
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield match.start(), text[match.end():end - 1]


def version_checks():
    """only base/compat.h asks for PG_VERSION_NUM"""
    for path in c_files():
        if path != ROOT / "base/compat.h":
            text = code(path)
            for match in re.finditer(r"\bPG_VERSION_NUM\b|\bPG_MAJORVERSION_NUM\b", text):
                yield f"{path}:{line_of(text, match.start())}: {match.group(0)}"


def old_notations():
    """nothing that Postgres 18 has no more"""
    for path in c_files():
        text = code(path)
        for match in re.finditer(r"\bpg_attribute_noreturn\b", text):
            yield f"{path}:{line_of(text, match.start())}: write pg_noreturn before the type"


def jansson():
    """only base/json_read.c includes jansson.h, and cannot call json_object"""
    for path in c_files():
        # Not code(): the name may stand in quotes.
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"^[ \t]*#[ \t]*include[ \t]*[<\"]jansson", text, re.MULTILINE):
            if path != ROOT / "base/json_read.c":
                yield f"{path}:{line_of(text, match.start())}: includes jansson.h"
            elif not re.search(r"^#pragma GCC poison json_object$", text, re.MULTILINE):
                yield f"{path}: lacks #pragma GCC poison json_object"


def error_codes():
    """every ereport(ERROR) has an errcode"""
    for path in c_files():
        text = code(path)
        for position, arguments in calls(text, "ereport"):
            if re.match(r"\s*(ERROR|FATAL)\b", arguments) and not re.search(r"\berrcode(_for_(file|socket)_access)?\b", arguments):
                yield f"{path}:{line_of(text, position)}: ereport without errcode"


def hints():
    """every error of the service has a hint"""
    for path in c_files():
        text = code(path)
        for position, arguments in calls(text, "ereport"):
            if "ERRCODE_DYN_" in arguments and not re.search(r"\berrhint(_internal|_plural)?\b", arguments):
                yield f"{path}:{line_of(text, position)}: error of class YD without errhint"


def sqlstates():
    """every SQLSTATE of errors.def is there once"""
    path = ROOT / "base/errors.def"
    seen = {}
    for name, *digits in re.findall(r"^DYN_ERROR\((\w+), '(.)', '(.)', '(.)'", path.read_text(encoding="utf-8"), re.MULTILINE):
        state = "YD" + "".join(digits)
        if state in seen:
            yield f"{path}: {state} is both {seen[state]} and {name}"
        seen[state] = name
    if not seen:
        yield f"{path}: no errors found"


def documented_errors():
    """docs/errors.md has every error of errors.def, with its SQLSTATE, name and status"""
    path = pathlib.Path("docs/errors.md")
    documented = set(re.findall(r"^\| `(YD\w{3})` \| (\w+) \| (\d+) \|", path.read_text(encoding="utf-8"), re.MULTILINE))
    rows = re.findall(r"^DYN_ERROR\(\w+, '(.)', '(.)', '(.)', \"(\w+)\", \"[^\"]*\", (\d+)\)",
                      (ROOT / "base/errors.def").read_text(encoding="utf-8"), re.MULTILINE)
    defined = {("YD" + a + b + c, name, status) for a, b, c, name, status in rows}
    for error in sorted(defined - documented):
        yield f"{path}: lacks {' '.join(error)}"
    for error in sorted(documented - defined):
        yield f"{path}: {' '.join(error)} is not in errors.def"


def statements(text):
    """Yield (position, statement) of SQL, knowing comments, quotes and dollar quotes."""
    token = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(\$\w*\$).*?\1|;", re.DOTALL)
    start = 0
    for match in token.finditer(text):
        if match.group(0) == ";":
            yield start, text[start:match.start()]
            start = match.end()


def function_properties():
    """every SQL function says its volatility and parallel safety"""
    for path in sql_files():
        text = path.read_text(encoding="utf-8")
        for position, statement in statements(text):
            bare = re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|(\$\w*\$).*?\1", " ", statement, flags=re.DOTALL)
            match = re.search(r"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?FUNCTION\s+([\w.\"]+)", bare, re.IGNORECASE)
            if not match:
                continue
            where = f"{path}:{line_of(text, position + len(statement) - len(statement.lstrip()))}: {match.group(1)}"
            if not re.search(r"\b(IMMUTABLE|STABLE|VOLATILE)\b", bare, re.IGNORECASE):
                yield where + " does not say IMMUTABLE, STABLE or VOLATILE"
            if not re.search(r"\bPARALLEL\s+(SAFE|RESTRICTED|UNSAFE)\b", bare, re.IGNORECASE):
                yield where + " does not say PARALLEL"


def documented_settings():
    """docs/settings.md has every setting, and no other"""
    path = pathlib.Path("docs/settings.md")
    defined = set()
    for source in ROOT.glob("*/settings.c"):
        defined |= set(re.findall(r'"(dynamo\.\w+)"', source.read_text(encoding="utf-8")))
    documented = set(re.findall(r"^\| `(dynamo\.\w+)` \|", path.read_text(encoding="utf-8"), re.MULTILINE))
    for name in sorted(defined ^ documented):
        yield f"{path}: {name} is " + ("missing" if name in defined else "no setting")
    if not defined:
        yield "no settings found"


def links():
    """every link of the documentation leads to a file that is there"""
    for path in [pathlib.Path("README.md")] + sorted(pathlib.Path("docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if not re.match(r"[a-z]+:", match.group(1)) and not (path.parent / match.group(1)).exists():
                yield f"{path}:{line_of(text, match.start())}: there is no {match.group(1)}"


def unfinished():
    """nothing is marked as unfinished"""
    for path in c_files() + sql_files():
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"\b(TODO|FIXME|XXX)\b", text):
            yield f"{path}:{line_of(text, match.start())}: {match.group(0)}"


def main():
    broken = False
    for rule in (version_checks, old_notations, jansson, error_codes, hints, sqlstates, documented_errors, documented_settings,
                 links, function_properties, unfinished):
        found = list(rule())
        broken = broken or bool(found)
        print(("not ok" if found else "ok") + " - " + rule.__doc__)
        for fault in found:
            print("#   " + fault)
    for path in c_files() + sql_files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MANY_LINES:
            print(f"# warning: {path} has {lines} lines: does it have one subject?")
    sys.exit(1 if broken else 0)


main()
