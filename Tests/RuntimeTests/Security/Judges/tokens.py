"""Judges tokens by PyJWT, joserfc and Authlib: prints a line of three verdicts for each, such as 'yes no yes'.

Arguments: a file with a set of keys, a file with a token a line, the issuer, the audience, and the time in seconds.
"""

import json
import sys
import warnings

import jwt
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt

warnings.filterwarnings("ignore")
from authlib.jose import JsonWebKey, JsonWebToken  # noqa: E402

keys_file, tokens_file, issuer, audience, now = sys.argv[1:6]
now = int(now)
keys = json.load(open(keys_file))
pyjwt_keys = {key["kid"]: jwt.PyJWK(key).key for key in keys["keys"]}
joserfc_keys = joserfc_jwk.KeySet.import_key_set(keys)
authlib_keys = JsonWebKey.import_key_set(keys)
algorithms = ["ES256", "RS256"]


def claims_hold(claims):
    """What all of them are asked to check; two of them take the time from the system only."""
    if claims.get("iss") != issuer or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        return False
    audiences = claims.get("aud")
    audiences = [audiences] if isinstance(audiences, str) else audiences
    if not isinstance(audiences, list) or audience not in audiences:
        return False
    if not isinstance(claims.get("exp"), (int, float)) or claims["exp"] <= now - 60:
        return False
    return all(name not in claims or isinstance(claims[name], (int, float)) and claims[name] <= now + 60 for name in ("nbf", "iat"))


def pyjwt(token):
    header = jwt.get_unverified_header(token)
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    return jwt.decode(
        token, pyjwt_keys[header["kid"]], algorithms=algorithms, audience=audience, issuer=issuer, options=options)


def joserfc(token):
    return joserfc_jwt.decode(token, joserfc_keys, algorithms=algorithms).claims


def authlib(token):
    return JsonWebToken(algorithms).decode(token, authlib_keys)


def verdict(judge, token):
    try:
        return "yes" if claims_hold(judge(token)) else "no"
    except Exception:
        return "no"


for line in open(tokens_file, encoding="utf-8", newline="\n"):
    token = line.rstrip("\n")
    print(verdict(pyjwt, token), verdict(joserfc, token), verdict(authlib, token))
