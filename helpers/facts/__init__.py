"""Dated facts about models, prices and providers, read from `data/`, each with its source."""
