"""What an installation may set, read once from the environment (prefix ``ACCORD_``) or a ``.env`` file."""

import os
import secrets
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Configuration(BaseSettings):
    """Settings of one installation; every field is the environment variable ``ACCORD_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="ACCORD_", env_file=".env", extra="ignore")

    data: Path = Path("var")
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    hosts: list[str] = Field(default_factory=lambda: ["127.0.0.1", "localhost", "[::1]"])
    tls: bool = False
    debug: bool = False
    language: str = "en"
    mail_url: str = ""  # smtp://user:password@host:port ; empty: mails are printed on the console
    mail_from: str = "accord@localhost"
    secret_keys: list[str] = Field(default_factory=list)  # newest first; empty: <data>/secret.key
    session_hours: int = 8
    articles: str = ""  # folder of the service's own articles; empty: <data>/articles
    sms_adapter: str = ""  # dotted path of a function (number, text) -> None; empty: SMS is off

    @property
    def database(self) -> str:
        """The database address; without one set, a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'accord.sqlite3').resolve()}"


@cache
def configuration() -> Configuration:
    """The configuration of this process; makes the data folder when it is not there."""
    made = Configuration()
    made.data.mkdir(parents=True, exist_ok=True)
    return made


def secret_keys() -> list[str]:
    """Keys for signing and encryption, newest first; the first start writes one that only the owner can read."""
    chosen = configuration()
    if chosen.secret_keys:
        return chosen.secret_keys
    path = chosen.data / "secret.key"
    if not path.exists():
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
    return [line for line in path.read_text().split() if line]
