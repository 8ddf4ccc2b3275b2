"""Mail files of every usual kind, read as a stream into a practice mailbox, and the invented mails it has else."""
