"""Argon2 at the least cost that it has. What a guess at a password costs is not what most tests are about."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2Hasher(Argon2PasswordHasher):
    """Writes hashes that the real hasher reads, so that processes started by tests accept the same passwords."""

    time_cost, memory_cost, parallelism = 1, 8, 1
