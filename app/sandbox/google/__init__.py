"""Google's accounts: consent, tokens, keys and who somebody is."""
