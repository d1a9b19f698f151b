"""What stands behind a sentence that advises somebody: a source, how sure we are of it, and how much it shows."""

from pydantic import BaseModel, ConfigDict

from accord.instruments.definition import Confidence


class Backing(BaseModel):
    """`source` is the key of a published source (science.md 10), or Accord; `known` says how much it shows.

    `claim` is the id of the claim in `evidence/claims.yaml` that it is part of, if it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    confidence: Confidence
    known: str
    claim: str = ""
