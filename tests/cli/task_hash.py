"""Checks the hash of a task list as docs/formats.md describes it."""

import hashlib
import json
import sys

tasks = json.load(open(sys.argv[1], encoding="utf-8"))
names, text = dict(tasks["classes"]), ""
for task in tasks["tasks"]:
    turns = task.get("turns", [0] * len(task["classes"]))
    for id, turn, support, query in zip(task["classes"], turns, task["support"], task["query"]):
        items = [",".join(map(str, part)) for part in (support, query)]
        text += "\t".join([names[id], str(turn), *items]) + "\n"
    text += "\n"
print("the same" if hashlib.sha256(text.encode()).hexdigest() == tasks["hash"] else "another")
