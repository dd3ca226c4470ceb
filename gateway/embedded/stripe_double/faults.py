"""How the double says no: with the status, type, code and parameter that Stripe would name."""

from typing import Any

REQUEST, CARD, IDEMPOTENCY, API = "invalid_request_error", "card_error", "idempotency_error", "api_error"


class StripeFault(Exception):
    """A request that is refused; `more` are further fields of the error object, such as the payment intent of a declined card."""

    def __init__(self, message: str, *, status: int = 400, type: str = REQUEST, code: str = "", param: str = "", **more: object) -> None:
        super().__init__(message)
        self.status = status
        named = {"code": code, "param": param, **more}
        self.error: dict[str, Any] = {"type": type, "message": message} | {name: value for name, value in named.items() if value}

    @property
    def body(self) -> dict[str, Any]:
        """The answer as Stripe shapes it."""
        return {"error": self.error}


def unknown(param: str) -> StripeFault:
    """A parameter that there is not."""
    return StripeFault(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def missing(param: str) -> StripeFault:
    """A parameter that must be sent."""
    return StripeFault(f"Missing required param: {param}.", code="parameter_missing", param=param)


def not_there(kind: str, id: str, param: str = "id") -> StripeFault:
    """An object that this account does not have."""
    status = 404 if param == "id" else 400
    return StripeFault(f"No such {kind}: '{id}'", status=status, code="resource_missing", param=param)
