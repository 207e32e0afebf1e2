"""The operations page: a Dash page of its own, for those who run this one."""
