"""Makes `web/demo/learnt.json` again: a fresh demo in a folder of its own, and what its 250 present clients teach.

python tools/demo_learnt.py        # half a minute; therapists are kept by name, since a demo's keys are its own
"""

import json
import os
import tempfile
from dataclasses import replace

with tempfile.TemporaryDirectory(prefix="accord-demo-") as folder:
    os.environ["ACCORD_DATA"] = folder
    from accord.web import standalone

    standalone.start()
    standalone.prepare()

    from accord.web.attention.learning import refit
    from accord.web.demo import HARBOUR, judged, make_demo, past
    from accord.web.people.models import Service, Staff

    past.bring = lambda *_: None  # the earlier clients come in after the fit was made
    make_demo()
    service = Service.objects.get(slug=HARBOUR)
    names = dict(Staff.objects.filter(service=service).values_list("key", "name"))
    found = refit(service)
    therapists = tuple((names[key], shift, error) for key, shift, error in found.therapists)
    kept = replace(found, version="demo", made_on="", therapists=therapists).as_json()
    judged.FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    standalone.release()
