"""The bodies and parameters of the contract's requests, each checked in one place."""
