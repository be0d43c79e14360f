"""Rules: a ruleset's file, the facts it is applied to, and what each rule finds."""
