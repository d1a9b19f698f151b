"""What a service starts with before it has a past, written to `signals/published.json`.

Run ``python -m accord.signals.dip.publishing`` after a change to the model's published values, the filter or the
simulation; a test makes it again and holds the file to it.
"""

import json
from importlib.resources import files
from pathlib import Path

from accord.signals.dip.drawing import pattern
from accord.signals.dip.learning import learn
from accord.signals.learnt import PUBLISHED_FILE, Learnt

VERSION = "published"


def published_learnt() -> Learnt:
    """Learnt from nothing: the published parameters on 0 to 100, with courses of eight sessions drawn from them."""
    return learn(pattern(0, 0), version=VERSION)


def main() -> None:
    """Write the file."""
    place = Path(str(files("accord.signals") / PUBLISHED_FILE))
    place.write_text(json.dumps(published_learnt().as_json(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
