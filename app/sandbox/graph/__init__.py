"""Microsoft Graph v1.0, its mail: messages, drafts, folders, categories, attachments."""
