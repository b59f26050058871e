"""Reads the events of `go test -json`, prints what failed with its output, and ends with `N passed, N failed`.

With --line it prints only that line. The exit status is 1 where anything failed.
"""

import collections
import json
import sys


def main(arguments):
    only_line = arguments[0] == "--line"
    output, failures, counts = collections.defaultdict(list), [], collections.Counter()
    failed_in = set()  # packages with a failed test
    with open(arguments[-1], encoding="utf-8") as events:
        for line in events:
            try:
                event = json.loads(line)
            except ValueError:  # the go command itself speaks plain text
                print(line, end="", file=sys.stderr)
                continue
            action, test = event["Action"], event.get("Test", "")
            package = event.get("Package") or event.get("ImportPath", "")
            key = (package, test)
            if action in ("output", "build-output"):
                output[key].append(event["Output"])
            elif action == "build-fail":
                failures.append(key)  # counted with the package that wanted it
            elif action == "fail" and (test or package not in failed_in):
                # A package may fail without a test: it did not build, or ended before its time.
                failures.append(key)
                failed_in.add(package)
                counts["fail"] += 1
            elif action == "pass" and test:
                counts["pass"] += 1
            elif action == "pass" and not only_line:
                print(f"ok    {package}  {event['Elapsed']} s")
            elif action == "skip" and test and not only_line:
                print(f"skip  {package} {test}: {''.join(output[key][1:]).strip()}")
    if not only_line:
        for key in failures:
            print("".join(["\n--- ", " ".join(key).strip(), "\n", *output[key]]), end="")
    print(f"{counts['pass']} passed, {counts['fail']} failed")
    return 1 if counts["fail"] else 0


sys.exit(main(sys.argv[1:]))
