"""The tutorial of docs/learning.md runs as it stands, block after block, and leaves what it says."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "learning.md"


def test_the_tutorial_runs(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) >= 6
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for place, block in enumerate(blocks, start=1):
        exec(compile(block, f"docs/learning.md, block {place}", "exec"), names)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "alliance_outcome-finding.png").is_file()
    told = capsys.readouterr().out
    assert "alliance_outcome: " in told and "log_session " in told
