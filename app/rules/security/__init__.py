from app.rules.security.judging import may_open_accounts, opens_accounts

__all__ = ["may_open_accounts", "opens_accounts"]
