"""Accounts' profiles: where they are, who has them open, and the copies that workers use."""
