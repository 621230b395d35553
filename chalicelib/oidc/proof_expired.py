"""The error of a missing proof, apart: routes import it when a function starts."""

from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_


class ProofExpired(ApiError):
    """The browser has no proof from a provider, or it was used or has expired."""

    STATUS_CODE = 401
    code = "proof_expired"
    message = N_("That took too long, or was already used. Start again.")
