"""Logs a user in to clients by Authlib, as a browser without script would, and checks what they get.

usage: oauth.py ORIGIN ADMIN_TOKEN
"""
import re
import sys
import time
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

origin, admin = sys.argv[1:]
api = origin + "/api/identity"
metadata = requests.get(origin + "/.well-known/openid-configuration", timeout=30).json()
assert metadata["issuer"] == origin, metadata


class Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, html):
        super().__init__()
        self.action, self.fields, self.buttons = None, {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag != "script", "a page has a script"
        assert not any(name.startswith("on") for name in attributes), attributes
        if tag == "form":
            self.action = attributes["action"]
        if tag == "input":
            self.fields[attributes["name"]] = attributes.get("value", "")
        if tag == "button":
            self.buttons.append(attributes["value"])


def post(path, token=None, **body):
    headers = {"authorization": "Bearer " + token} if token else {}
    response = requests.post(api + path, json=body, headers=headers, timeout=30)
    assert response.ok, response.text
    return response.json()


def register(**draft):
    return post("/clients", admin, **draft)


def browse(browser, url, redirect, buttons, email, password):
    """Opens an address and presses buttons until the client's own address comes."""
    response = browser.get(url, allow_redirects=False, timeout=30)
    for _ in range(10):
        if response.status_code == 303:
            url = urljoin(url, response.headers["location"])
            if url.startswith(redirect):
                return url
            response = browser.get(url, allow_redirects=False, timeout=30)
            continue
        assert response.status_code == 200, response.text
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        form = Form(response.text)
        button = next(button for button in buttons if button in form.buttons)
        fields = form.fields | {"action": button}
        if button == "login":
            fields |= {"email": email, "password": password}
        url = urljoin(url, form.action)
        response = browser.post(url, data=fields, allow_redirects=False, timeout=30)
    raise AssertionError("the pages do not end")


def verified(token, audience, algorithm="ES256"):
    """The claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
    assert algorithm in metadata["id_token_signing_alg_values_supported"]
    token = jwt.decode(token, keys, algorithms=[algorithm])
    claims = token.claims
    assert claims["iss"] == origin and claims["aud"] == audience and claims["exp"] > time.time() - 1, claims
    return claims


email, password = "oauth-%s@example.com" % generate_token(8).lower(), "correct horse battery"
user = post("/users", email=email, password=password, name="Ada <b>Lovelace</b>")
redirect = "https://client.example/callback"

for draft, method in [
    ({"is_confidential": True}, "client_secret_basic"),
    ({"is_confidential": True, "id_token_signed_response_alg": "RS256"}, "client_secret_post"),
    ({"is_confidential": False}, "none"),
]:
    new = register(name="Judge", grants=["authorization_code", "refresh_token"], redirect_uris=[redirect], **draft)
    session = OAuth2Session(
        new["client"]["id"], new.get("client_secret"), scope="openid profile email", redirect_uri=redirect,
        token_endpoint_auth_method=method, code_challenge_method="S256",
        revocation_endpoint_auth_method=method,
    )
    verifier, nonce = generate_token(48), generate_token(20)
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, unknown="ignored")
    browser = requests.Session()
    back = browse(browser, url, redirect, ["login", "allow"], email, password)
    assert parse_qs(urlsplit(back).query)["iss"] == [origin], back
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
    claims = verified(token["id_token"], new["client"]["id"], new["client"]["id_token_signed_response_alg"])
    assert claims["sub"] == user["id"] and claims["nonce"] == nonce and claims["email"] == email, claims
    info = session.get(metadata["userinfo_endpoint"], timeout=30).json()
    assert info["sub"] == user["id"] and info["name"] == "Ada <b>Lovelace</b>", info
    first = token["refresh_token"]
    token = session.refresh_token(metadata["token_endpoint"], first)
    assert token["refresh_token"] != first
    assert session.get(metadata["userinfo_endpoint"], timeout=30).ok
    # Another client of the same browser is asked for its consent, and no password.
    again = OAuth2Session(new["client"]["id"], redirect_uri=redirect, scope="openid", code_challenge_method="S256")
    url, _ = again.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=generate_token(48), prompt="consent")
    assert "code" in parse_qs(urlsplit(browse(browser, url, redirect, ["allow"], "", "")).query)
    assert session.revoke_token(metadata["revocation_endpoint"], token["refresh_token"]).status_code == 200
    try:
        session.refresh_token(metadata["token_endpoint"], token["refresh_token"])
        raise SystemExit("a refresh token outlives its end")
    except Exception as fault:
        assert getattr(fault, "error", "") == "invalid_grant", fault

service = register(name="Nightly", grants=["client_credentials"], scopes=["stock:read", "admin"])
session = OAuth2Session(service["client"]["id"], service["client_secret"], scope="admin")
token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
# It may call what its scopes allow, through the gateway.
assert session.get(api + "/users", timeout=30).status_code == 200
weak = OAuth2Session(service["client"]["id"], service["client_secret"], scope="stock:read")
weak.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
assert weak.get(api + "/users", timeout=30).status_code == 403
wrong = requests.post(
    metadata["token_endpoint"], auth=(service["client"]["id"], "cs_" + "A" * 43), data={"grant_type": "client_credentials"},
    timeout=30)
assert wrong.status_code == 401 and "basic" in wrong.headers["www-authenticate"].lower(), wrong.headers

# An app on another machine.
device = register(
    name="Television", grants=["urn:ietf:params:oauth:grant-type:device_code"], scopes=["openid"], is_confidential=False)
begun = requests.post(
    metadata["device_authorization_endpoint"], data={"client_id": device["client"]["id"]}, timeout=30).json()
ask = {
    "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": device["client"]["id"],
    "device_code": begun["device_code"],
}
assert requests.post(metadata["token_endpoint"], data=ask, timeout=30).json()["error"] == "authorization_pending"
browser = requests.Session()
page = browser.get(begun["verification_uri_complete"], timeout=30)
for button in ["show", "login", "allow"]:
    form = Form(page.text)
    assert button in form.buttons, page.text
    fields = form.fields | {"action": button}
    if button == "login":
        fields |= {"email": email, "password": password}
    page = browser.post(urljoin(page.url, form.action), data=fields, timeout=30)
    assert page.status_code == 200, page.text
assert re.search("Connected", page.text), page.text
token = requests.post(metadata["token_endpoint"], data=ask, timeout=30).json()
assert verified(token["id_token"], device["client"]["id"])["sub"] == user["id"]
print("passed")
