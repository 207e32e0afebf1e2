"""How a service principal signs in to the workspace: its client's id and secret for a token."""

from __future__ import annotations

from workspace.connection import ApiRequest, Reply
from workspace.identities import TOKEN

HELD_S = 3600


class SignIn:
    """The ``Api`` of the workspace's OAuth."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As at the start: everybody gets a token, at once."""
        self.open = True  # whether a service principal gets a token
        self.count = 0
        self.held = 0  # how many of the next ones are never answered

    def __call__(self, request: ApiRequest) -> Reply | None:
        oidc = f"{request.url}/oidc"
        match request.method, request.path:
            case "GET", "/.well-known/databricks-config":
                return Reply({"oidc_endpoint": oidc, "workspace_id": "1"})
            case "GET", "/oidc/.well-known/oauth-authorization-server":
                return Reply({f"{name}_endpoint": f"{oidc}/v1/{name}" for name in ("authorization", "token")})
            case "POST", "/oidc/v1/token":
                return self._token(request.body)
        return None

    def _token(self, asked: bytes) -> Reply:
        self.count += 1
        held, self.held = self.held > 0, max(0, self.held - 1)
        delay_s = HELD_S if held else 0
        if self.open and b"grant_type=client_credentials" in asked:
            return Reply({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}, delay_s=delay_s)
        told = {"error": "invalid_client", "error_description": "Client authentication failed on secret-host"}
        return Reply(told, 401, delay_s=delay_s)
