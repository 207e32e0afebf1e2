"""What the workspace tells of its serving endpoints, to who may see them."""

from __future__ import annotations

from workspace.connection import ApiRequest, Refused, Reply

PATH = "/api/2.0/serving-endpoints/"


class Endpoints:
    """An ``Api`` that describes endpoints, each in a state that a test may change."""

    def __init__(self, *names: str) -> None:
        self.states = dict.fromkeys(names, "READY")
        self.asked = 0
        self.delay_s = 0.0

    def __call__(self, request: ApiRequest) -> Reply | None:
        """Answer what is asked of one endpoint; nobody's model is called for it."""
        if request.method != "GET" or not request.path.startswith(PATH):
            return None
        request.signed()
        self.asked += 1
        name = request.path.removeprefix(PATH)
        state = self.states.get(name)
        if state is None:
            raise Refused(404, "RESOURCE_DOES_NOT_EXIST", f"Endpoint with name '{name}' does not exist.")
        if state == "HIDDEN":
            raise Refused(403, "PERMISSION_DENIED", f"You do not have permission to view endpoint {name}.")
        described = {"name": name, "state": {"ready": state, "config_update": "NOT_UPDATING"}, "task": "llm/v1/chat"}
        return Reply(described, delay_s=self.delay_s)
