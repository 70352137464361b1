"""The decision checklist: questions, rules, verdict, break-even, decision record."""
