"""Runs in a process of its own, with the benchmark's settings: `python -m saduak.portal.crowd.child make|check …`."""

import json
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    making = import_module("saduak.portal.crowd.making")
    words = sys.argv[1:]
    found = (
        making.make(int(words[1]), int(words[2]))
        if words[0] == "make"
        else making.check(json.load(sys.stdin))
    )
    sys.stdout.write(json.dumps(found))
