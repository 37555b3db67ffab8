"""Writes the tasks of a task file as folders of pictures, for `anole adapt` and `anole predict`:

    tasks_to_folders.py TASKS.json OMNIGLOT_FOLDER OUT

OUT/<task>/support/<label>/<shot>.png and OUT/<task>/ask/<label>/<query>.png, the files of the archives as
they are. Labels are numbers of two digits, so that their order is that of the task.
"""
import json
import pathlib
import sys
import zipfile

tasks_file, omniglot, out = sys.argv[1:]
files = {}
for path in sorted(pathlib.Path(omniglot).glob("images_*.zip")):
    archive = zipfile.ZipFile(path)
    for name in sorted(archive.namelist()):
        if name.endswith(".png"):
            _, alphabet, character, _ = name.split("/")
            files.setdefault(f"{alphabet}/{character}", []).append((archive, name))

description = json.loads(pathlib.Path(tasks_file).read_text())
names = {index: name for index, name in description["classes"]}
for number, task in enumerate(description["tasks"]):
    assert "turns" not in task
    for label, index in enumerate(task["classes"]):
        for part, drawn in ("support", task["support"]), ("ask", task["query"]):
            folder = pathlib.Path(out, str(number), part, f"{label:02}")
            folder.mkdir(parents=True)
            for place, item in enumerate(drawn[label]):
                archive, name = files[names[index]][item]
                (folder / f"{place}.png").write_bytes(archive.read(name))
