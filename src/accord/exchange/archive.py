"""One encrypted file: a tar of parts with a manifest of their checksums, in the age format, which other tools open too.

Everything is held in memory while it is written or read: a practice's database is tens of megabytes.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyrage

from accord.basics.faults import refuse

MANIFEST = "manifest.json"
FORMAT = 1
AGE = b"age-encryption.org/v1"
SHORTEST_PASSPHRASE = 10


@dataclass(frozen=True)
class Archive:
    """Named parts as bytes, and what the archive says about itself."""

    about: Mapping[str, Any]
    parts: Mapping[str, bytes]


def write_archive(path: Path, archive: Archive, passphrase: str, *, replace: bool = False) -> str:
    """Write the encrypted file whole or not at all, for its owner's eyes only; returns its SHA-256.

    Raises `Faults` when it is there already, or cannot be written, or the passphrase is short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise refuse(
            "passphrase", f"it has fewer than {SHORTEST_PASSPHRASE} characters.", "Take four words or more."
        )
    refuse_taken_file(path, replace=replace)
    sealed = pyrage.passphrase.encrypt(_packed(archive), passphrase)
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        waiting.replace(path)
    except OSError as failure:
        raise refuse(
            path.name, f"it cannot be written ({failure.strerror}).", "Choose another place."
        ) from None
    finally:
        waiting.unlink(missing_ok=True)
    return hashlib.sha256(sealed).hexdigest()


def refuse_taken_file(path: Path, *, replace: bool) -> None:
    """Raise `Faults` when the file must not be written there."""
    if not path.parent.is_dir():
        raise refuse(str(path), "the folder around it does not exist.", "Make it first, or choose another.")
    if path.is_dir():
        raise refuse(str(path), "this is a folder.", "Name a file in it.")
    if path.exists() and not replace:
        raise refuse(str(path), "it is there already.", "Choose another name, or --replace it.")


def _packed(archive: Archive) -> bytes:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in archive.parts.items()}
    manifest = {"format": FORMAT, **archive.about, "sha256": sums}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
        for name, data in ((MANIFEST, json.dumps(manifest, indent=1).encode()), *archive.parts.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def read_archive(path: Path, passphrase: str) -> Archive:
    """Open an encrypted file and check every part; raises `Faults` for the wrong passphrase or a damaged file."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "there is no such file.", "Check the name and the folder.") from None
    except OSError as failure:
        raise refuse(path.name, f"it cannot be read ({failure.strerror}).") from None
    if not sealed.startswith(AGE):
        raise refuse(path.name, "this is no backup of Accord.", "A backup is a file in the age format.")
    try:
        packed = pyrage.passphrase.decrypt(sealed, passphrase)
    except pyrage.DecryptError as failure:
        if "Decryption failed" in str(failure):
            raise refuse(
                path.name, "the passphrase does not fit.", "Try again; nothing was changed."
            ) from None
        raise refuse(path.name, "it is damaged or cut short.", "Take another copy.") from None
    return _unpacked(path.name, packed)


def _unpacked(name: str, packed: bytes) -> Archive:
    parts: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
            for entry in tar:
                inside = tar.extractfile(entry) if entry.isfile() else None
                if inside is None or not _stays_inside(entry.name):
                    raise refuse(name, "it holds something that no backup of Accord holds.")
                parts[entry.name] = inside.read()
        manifest = json.loads(parts.pop(MANIFEST))
    except (tarfile.TarError, OSError, EOFError, KeyError, ValueError):
        raise refuse(name, "what is inside is no backup of Accord.") from None
    if manifest.get("format") != FORMAT:
        raise refuse(name, "it was made by another version of Accord.", "Restore it with that version.")
    sums = {part: hashlib.sha256(data).hexdigest() for part, data in parts.items()}
    if sums != manifest.pop("sha256", None):
        raise refuse(
            name, "its parts do not have the checksums they were written with.", "Take another copy."
        )
    return Archive(manifest, parts)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
