# SPDX-License-Identifier: MIT
"""Lists the models of unpacked Sweet Home 3D furniture libraries for geond-import.

    python3 -m geond_training.furniture FOLDER > LIST.tsv

FOLDER holds one folder a library (an unzipped .sh3f): PluginFurnitureCatalog.properties and its models.
A line is: path, name, category, then width, height, depth (cm), height of the carrying surface, and the
rotation (row-major). Catalogues give sizes in centimetres with y up and z to the front.
"""

import re
import sys
from pathlib import Path

IDENTITY = "1 0 0 0 1 0 0 0 1"


def entries(properties_path):
    """Property dicts of a catalogue, in order of their numbers."""
    numbered = {}
    for line in Path(properties_path).read_text(encoding="latin-1").splitlines():
        if match := re.match(r"(\w+)#(\d+)=(.*)", line.strip()):
            numbered.setdefault(int(match[2]), {})[match[1]] = match[3].strip()
    return [numbered[number] for number in sorted(numbered)]


def line_for(folder, entry):
    """The list's line of an entry, or None where its model is missing."""
    path = Path(str(folder) + entry["model"])
    if not path.exists():
        return None
    name = entry["name"].encode("ascii", "ignore").decode()
    top = float(entry.get("dropOnTopElevation", 0))
    size = [entry["width"], entry["height"], entry["depth"], str(max(top, 0.0))]
    numbers = size + entry.get("modelRotation", IDENTITY).split()
    return "\t".join([str(path), name, entry["category"], " ".join(numbers)])


def main():
    for properties in sorted(Path(sys.argv[1]).glob("*/PluginFurnitureCatalog.properties")):
        for entry in entries(properties):
            if line := line_for(properties.parent, entry):
                print(line)


if __name__ == "__main__":
    main()
