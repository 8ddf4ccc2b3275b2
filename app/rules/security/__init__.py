from app.rules.security.judging import opens_accounts

__all__ = ["opens_accounts"]
