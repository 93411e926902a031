"""Logs a user in to the platform by an outside provider, as a browser without script would.

usage: provider.py ORIGIN ADMIN_TOKEN PROVIDER_PORT
"""
import re
import sys
import warnings
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

warnings.simplefilter("ignore")

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from oidc_provider_mock import User, run_server_in_thread

origin, admin, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
redirect = "https://client.example/callback"
email = "provider-%s@example.com" % generate_token(8).lower()
user = User(sub="someone", claims={"email": email, "email_verified": True, "name": "Ada <b>"})


def attribute(html, before):
    """The value of the attribute that follows a text of a page."""
    return unescape(re.search(re.escape(before) + r'"([^"]*)"', html).group(1))


with run_server_in_thread(port=port, user_claims=[user]):
    response = requests.post(
        origin + "/api/identity/clients", headers={"authorization": "Bearer " + admin}, timeout=30,
        json={"name": "Judge", "grants": ["authorization_code"], "redirect_uris": [redirect], "is_confidential": False})
    assert response.ok, response.text
    session = OAuth2Session(
        response.json()["client"]["id"], scope="openid email", redirect_uri=redirect, code_challenge_method="S256",
        token_endpoint_auth_method="none")
    verifier = generate_token(48)
    url, state = session.create_authorization_url(origin + "/api/identity/authorize", code_verifier=verifier)
    browser = requests.Session()
    page = browser.get(url, timeout=30)
    assert "Log in with" in page.text, page.text
    link = attribute(page.text, '<p class="or"><a href=')
    # The provider asks who it is, and sends the browser back.
    page = browser.get(urljoin(url, link), timeout=30)
    assert urlsplit(page.url).port == port, page.url
    page = browser.post(page.url, data={"sub": "someone"}, timeout=30)
    assert page.ok and "You have logged in" in page.text, page.text
    url = urljoin(origin, attribute(page.text, 'http-equiv="refresh" content=').removeprefix("0; url="))
    page = browser.get(url, timeout=30)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text))
    fields = {name: unescape(value) for name, value in fields.items()}
    back = browser.post(
        urljoin(url, attribute(page.text, "action=")), data=fields | {"action": "allow"}, allow_redirects=False, timeout=30)
    assert back.status_code == 303, back.text
    token = session.fetch_token(
        origin + "/api/identity/token", authorization_response=back.headers["location"], state=state,
        code_verifier=verifier)
    claims = session.get(origin + "/api/identity/userinfo", timeout=30).json()
    assert claims["email"] == email and claims["email_verified"] is True, claims
    # Who denies it at the provider comes back to a page that says so. This provider forgets the state then (RFC 6749, section
    # 4.1.2.1), so that its answer is made here.
    page = browser.get(urljoin(origin, link), timeout=30)
    state = parse_qs(urlsplit(page.url).query)["state"][0]
    page = browser.get(
        origin + "/api/identity/provider/callback", params={"state": state, "error": "access_denied"}, timeout=30)
    assert page.status_code == 422 and "You have not logged in" in page.text, page.text
print("passed")
