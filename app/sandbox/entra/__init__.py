"""Microsoft's sign-in (Entra ID): tenants, consent, an administrator's consent, tokens, keys."""
