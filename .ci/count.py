"""Reads the events of `go test -json`, prints what failed with its output, and ends with `N passed, N failed`.

With --line it prints only that line. The exit status is 1 where anything failed.
"""

import collections
import json
import sys


def main(arguments):
    only_line = arguments[0] == "--line"
    output, failures, counts = collections.defaultdict(list), [], collections.Counter()
    with open(arguments[-1], encoding="utf-8") as events:
        for line in events:
            try:
                event = json.loads(line)
            except ValueError:  # the go command itself speaks plain text
                print(line, end="", file=sys.stderr)
                continue
            action, package = event["Action"], event.get("Package") or event.get("ImportPath", "")
            key = (package, event.get("Test", ""))
            if action in ("output", "build-output"):
                output[key].append(event["Output"])
            elif action == "build-fail":
                failures.append(key)
            elif action in ("pass", "fail", "skip"):
                if key[1]:
                    counts[action] += 1
                elif action == "pass" and not only_line:
                    print(f"ok    {package}  {event['Elapsed']} s")
                if action == "fail":
                    failures.append(key)
                elif action == "skip" and key[1] and not only_line:
                    print(f"skip  {package} {key[1]}: {output[key][0].strip()}")
    # A package that failed without a failing test (a build, a panic in TestMain) counts as one failure.
    if not counts["fail"]:
        counts["fail"] = len(failures)
    if not only_line:
        for key in failures:
            print("".join(["\n--- ", " ".join(key).strip(), "\n", *output[key]]), end="")
    print(f"{counts['pass']} passed, {counts['fail']} failed")
    return 1 if counts["fail"] else 0


sys.exit(main(sys.argv[1:]))
