#!/usr/bin/env python3
"""Run a command of make check, show its progress, and count its tests.

    tally.py FILE STAGE COMMAND...      run, and add a line to FILE
    tally.py --sum FILE                 print "N passed, N failed"; exit 1 if any failed

Tests are the lines that pg_regress, prove -v and the scripts of test/ print:
"ok 1 - name", "not ok 1 - name", "ok - name", and pg_regress' older
"test name ... ok   12 ms" and "name ... FAILED   12 ms".  A command without
such lines is one test; a command that fails without a failed test is a failed
test more.  Skipped tests are not counted, and said.
"""
import re
import subprocess
import sys
import time

TAP = re.compile(r"^(not )?ok(?: +\d+| +-)(.*)$")
REGRESS = re.compile(r"^(?:test|    ) ?(\S+) +\.\.\. (ok|FAILED|failed)\b")
COMPILE = re.compile(r"^\S*(?:gcc|clang\S*|cc) .* -c .*?(\S+\.c)\b")
COMMAND = re.compile(r"^(?:\S*gcc|\S*clang\S*|cc|rm|ar|ranlib|make(\[\d+\])?:) ?")


def kind_of(line):
    """Return passed, failed or skipped for the line of a test, else None."""
    match = TAP.match(line)
    if match:
        if re.search(r"# *skip", match.group(2), re.IGNORECASE):
            return "skipped"
        if re.search(r"# *todo", match.group(2), re.IGNORECASE):
            return "skipped"
        return "failed" if match.group(1) else "passed"
    match = REGRESS.match(line)
    if match:
        return "passed" if match.group(2) == "ok" else "failed"
    return None


def run(stage, command):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    started = time.monotonic()
    print(f"== {stage}", flush=True)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace")
    for line in process.stdout:
        line = line.rstrip("\n")
        kind = kind_of(line)
        if kind:
            counts[kind] += 1
        compiled = COMPILE.match(line)
        if compiled:
            print("  compiling " + compiled.group(1), flush=True)
        elif not COMMAND.match(line):
            print("  " + line, flush=True)
    status = process.wait()
    if status and not counts["failed"]:
        counts["failed"] = 1
        print(f"  not ok - {stage}: exit status {status}")
    elif not status and not sum(counts.values()):
        counts["passed"] = 1
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"   {stage}: {counts['passed']} passed, {counts['failed']} failed{skipped}"
          f" in {time.monotonic() - started:.0f} s", flush=True)
    return counts


def total(path):
    passed = failed = 0
    with open(path, encoding="utf-8") as tallies:
        for line in tallies:
            stage_passed, stage_failed, stage = line.rstrip("\n").split(" ", 2)
            passed += int(stage_passed)
            failed += int(stage_failed)
            if int(stage_failed):
                print(f"failed: {stage} ({stage_failed})")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--sum":
        sys.exit(total(sys.argv[2]))
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    path, stage, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    counts = run(stage, command)
    with open(path, "a", encoding="utf-8") as tallies:
        tallies.write(f"{counts['passed']} {counts['failed']} {stage}\n")
    sys.exit(1 if counts["failed"] else 0)


main()
