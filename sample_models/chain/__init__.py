"""One project through its four stages: scheme, preliminary design, construction, completion with its survey."""
