"""Digests from the modules of their own: `hashlib` loads OpenSSL, which outlasts a whole answer."""

try:
    from _blake2 import blake2b
    from _sha1 import sha1  # type: ignore[import-not-found]  # no stub, and no fixed home
except ImportError:  # as they are named elsewhere
    from hashlib import blake2b, sha1

__all__ = ["blake2b", "sha1"]
