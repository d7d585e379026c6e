"""Providers' signatures and handshakes, as data.

Theory of operation. A `Recipe` (recipe.py) is a frozen value: its schemes (schemes.py), its
handshakes, its limits and what its page in the docs says. `registry.find` gives it by name;
`binding.bind` puts the options of VALIDATE into its schemes, once at CREATE or ALTER, and gives a
`Validation`; `verify.verify` judges one request by it. Nothing here waits, reads a clock or the
network: the time, the live values of the secrets and the certificates are handed in.

    registry.find -> Recipe -> bind(recipe, options) -> Validation
    verify(validation, secrets, request, now) -> Accepted | Handshake | Rejected
        unsigned handshakes -> schemes (signing, embedded, certificates) -> signed handshakes

Any scheme of a recipe may accept (a provider may be set to a token or to a signature), with any
live value of any secret. Rejected says a cause for the operator and nothing else. The facts come
from research/providers.md; each provider's traps are comments at its declaration.

How to debug it: `hookwire check` runs the same code on a captured request.
"""
