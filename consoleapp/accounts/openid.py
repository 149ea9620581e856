"""Single sign-on with one OpenID Connect provider: django-allauth's code flow with PKCE, and what it leaves out.

A person is who the provider's issuer and `sub` say, never who has some mail address. The issuer is the one of the
settings, letter by letter. The ID token is checked as if it had come through the browser (signature, audience, nonce;
the library trusts what comes from the token endpoint), and nothing of it is kept but `sub` and the name. Where the
provider told groups, `groups_told` passes them on; what a group means is decided in teams/.
"""

import hashlib
import logging
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consoleapp.accounts.models import User
from consoleapp.accounts.signals import groups_told
from consoleapp.audit import services as audit
from consoleapp.gateways import openid as gateway
from consoleapp.web import sources

logger = logging.getLogger(__name__)

# Public keys alone: with a shared secret the client could sign for the provider.
ALGORITHMS: Final = frozenset({f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)} | {"EdDSA"})
CLOCK_SECONDS: Final = 60
SUBJECT_LENGTH: Final = 191
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider of the settings."""

    def get_oauth2_adapter(self, request: HttpRequest) -> "Connection":
        return Connection(request)

    def extract_email_addresses(self, data: Any) -> list[Any]:
        """Return none: the library would look for people by them."""
        return []

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        """Return the names, without the mail address: the library would hold it against those that are known."""
        return {**super().extract_common_fields(data), "email": None}

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Return what is stored of the provider's answer: nothing."""
        return {}

    def address(self, request: HttpRequest, next_url: str, again: bool) -> str:
        """Return where the browser goes; with `again` the provider is to ask for the password whatever it knows.

        Raise OAuth2Error and NoAnswer.
        """
        told = {"prompt": "login"} if again else {}
        answer = self.redirect(request, AuthProcess.LOGIN, next_url=next_url, auth_params=told)
        return str(answer.url)

    def get_pkce_params(self) -> dict[str, str]:
        made: dict[str, str] = super().get_pkce_params()
        return {**made, "nonce": nonce_of(made["code_verifier"])}


def nonce_of(code_verifier: str) -> str:
    """Return the nonce of a sign-in: made of the secret that only its session holds, so that it need not be stored."""
    return hashlib.sha256(b"nonce " + code_verifier.encode()).hexdigest()


class Connection(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What is asked of the provider, and how its answers are checked."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, settings.OIDC_ISSUER)
        self._nonce = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("accounts:sso-callback"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says of itself. Raise OAuth2Error for another issuer, NoAnswer without an answer."""
        if not hasattr(self, "_openid_config"):
            told = self._get(settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration")
            if told.get("issuer") != settings.OIDC_ISSUER:
                raise OAuth2Error("another issuer")
            secure = ("https://", "http://") if settings.OIDC_ISSUER.startswith("http://") else "https://"
            if not all(str(told.get(name)).startswith(secure) for name in ENDPOINTS):
                raise OAuth2Error("endpoints")
            self._openid_config = told
        return self._openid_config

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        self._nonce = nonce_of(pkce_code_verifier or "")
        try:
            told = super().get_access_token_data(request, app, client, pkce_code_verifier)
            return {"access_token": str(told["access_token"]), "id_token": told.get("id_token")}
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            if isinstance(err, gateway.NoAnswer):
                raise
            raise OAuth2Error("token") from err

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, response: Any = None, **kwargs: Any
    ) -> SocialLogin:
        """Return who signs in, with `claims`: what the provider says of them."""
        claims = self._checked(response.get("id_token"))
        if "userinfo_endpoint" in self.openid_config:
            told = self._get(self.profile_url, {"Authorization": f"Bearer {token.token}"})
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("somebody else")
            claims = {**told, **claims}
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.claims = claims
        return login

    def _get(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with gateway.session() as session:
            answer = session.get(url, headers=headers)
            answer.raise_for_status()
            told = answer.json()
        if not isinstance(told, dict):
            raise OAuth2Error("no object")
        return told

    def _checked(self, id_token: Any) -> dict[str, Any]:
        """Return the claims of the ID token. Raise OAuth2Error for one that is not the provider's answer to us."""
        import jwt

        keys = self._get(self.openid_config["jwks_uri"])
        try:
            header = jwt.get_unverified_header(id_token)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                _key(keys, header),
                algorithms=[header["alg"]],
                audience=settings.OIDC_CLIENT_ID,
                issuer=settings.OIDC_ISSUER,
                leeway=CLOCK_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as err:
            raise OAuth2Error("ID token") from err
        if not constant_time_compare(str(claims.get("nonce", "")), self._nonce):
            raise OAuth2Error("nonce")
        if claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
            raise OAuth2Error("made for another client")
        if not 0 < len(str(claims["sub"])) <= SUBJECT_LENGTH:
            raise OAuth2Error("sub")
        return claims


def _key(keys: dict[str, Any], header: dict[str, Any]) -> Any:
    """Return the provider's public key that the token says it is signed with. Raise KeyError for another kind."""
    import jwt

    if header["alg"] not in ALGORITHMS:
        raise KeyError(header["alg"])
    for key in keys["keys"]:
        is_for_signing = key["kty"] in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"
        if is_for_signing and key.get("kid") == header.get("kid") and key.get("alg", header["alg"]) == header["alg"]:
            return jwt.PyJWK.from_dict(key, header["alg"])
    raise KeyError(header.get("kid"))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The library's decisions, as the console wants them."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Return the one of the settings; none are stored."""
        return [
            SocialApp(
                provider="openid_connect",
                # Kept beside `sub`: another issuer's people are other people.
                provider_id=settings.OIDC_ISSUER,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_ISSUER, "uid_field": "sub", "oauth_pkce_enabled": True},
            )
        ]

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> Provider:
        return Provider(request, app=self.list_apps(request)[0])

    def get_requests_session(self) -> Any:
        return gateway.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return True: who may not was refused before."""
        return True

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say on the sign-in page what went wrong."""
        state = (extra_context or {}).get("state")
        if state is None:
            # Anybody can open this address without one; that is nothing to be kept.
            words = _("This sign-in was begun in another browser, or too long ago. Begin it here once more.")
            raise ImmediateHttpResponse(sign_in_page(request, words))
        if exception:
            raise ImmediateHttpResponse(failed(request, exception, state.get("next", "")))
        if error == AuthError.CANCELLED:
            why, words = "cancelled", _("%s was told not to sign you in here.")
        else:
            why, words = "refused", _("%s has refused to sign you in here.")
        raise ImmediateHttpResponse(refused(request, "", why, words % settings.OIDC_NAME, state.get("next", "")))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse who may not sign in, and pass on the groups of who has been here before."""
        name = _printable(sociallogin.claims.get("preferred_username"), 150)
        words = ""
        if not _is_allowed(sociallogin.claims):
            why, words = "not-allowed", _("%s knows you, but you may not use this console. Ask who looks after it.")
        elif sociallogin.is_existing and not sociallogin.user.is_active:
            why, words = "inactive", _("%s knows you, but your account here is closed. Ask who looks after it.")
        if words:
            raise ImmediateHttpResponse(refused(request, name, why, words % settings.OIDC_NAME))
        sociallogin.is_strong = _is_strong(sociallogin.claims)
        if sociallogin.is_existing:
            groups_told.send(User, user=sociallogin.user, groups=_groups(sociallogin.claims))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Name the new person as the provider does; the library makes the user name one that nobody else has."""
        user: User = sociallogin.user
        user.username = _printable(data.get("username"), 100)
        first, _blank, last = str(data.get("name") or "").partition(" ")
        user.first_name = _printable(data.get("first_name") or first, 150)
        user.last_name = _printable(data.get("last_name") or last, 150)
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Store the new person with their memberships."""
        try:
            with transaction.atomic():
                saved = super().save_user(request, sociallogin, form)
                audit.record(saved, "account.created", payload={"by": settings.OIDC_NAME})
                groups_told.send(User, user=saved, groups=_groups(sociallogin.claims))
        except IntegrityError:
            words = _("You have signed in twice at once. Once more, please.")
            raise ImmediateHttpResponse(sign_in_page(request, words)) from None
        return saved


def sign_in_page(request: HttpRequest, words: str, next_url: str = "") -> HttpResponseRedirect:
    """Lead to the sign-in page, which says this."""
    messages.error(request, words)
    where = resolve_url(settings.LOGIN_URL)
    return HttpResponseRedirect(f"{where}?{urlencode({'next': next_url})}" if next_url else where)


def refused(request: HttpRequest, name: str, why: str, words: str, next_url: str = "") -> HttpResponseRedirect:
    """Lead to the sign-in page, which says this, and record why nobody is signed in."""
    audit.record(None, "account.sign-in-refused", name, {"from": sources.source_of(request), "why": why})
    return sign_in_page(request, words, next_url)


def failed(request: HttpRequest, error: Exception, next_url: str = "") -> HttpResponseRedirect:
    """Lead to the sign-in page, which says that the provider has not answered, or not so that it can be trusted."""
    if isinstance(error, gateway.NoAnswer):
        why, words = "no-answer", _("%s does not answer as it should at the moment. Try again later.")
    else:
        why, words = "answer-refused", _("The answer of %s cannot be trusted, so nobody is signed in.")
    # The library puts what came from the provider behind a colon.
    reason = type(error).__name__ if why == "no-answer" else str(error).partition(":")[0]
    logger.warning("Single sign-on: %s (%s)", why, reason)
    return refused(request, "", why, words % settings.OIDC_NAME, next_url)


def _printable(text: Any, length: int) -> str:
    """Return what can be shown of a text that somebody else wrote; "" for what is none."""
    shown = "".join(letter for letter in text if letter.isprintable()) if isinstance(text, str) else ""
    return " ".join(shown.split())[:length].strip()


def _groups(claims: dict[str, Any]) -> set[str]:
    told = claims.get(settings.OIDC_GROUPS_CLAIM)
    return {group for group in (told if isinstance(told, list) else [told]) if isinstance(group, str)}


def _is_allowed(claims: dict[str, Any]) -> bool:
    if not settings.OIDC_ALLOWED:
        return True
    allowed = set(settings.OIDC_ALLOWED)
    mail = str(claims.get("email") or "").lower()
    domain = f"@{mail.rpartition('@')[2]}" if claims.get("email_verified") is True else ""
    return bool(_groups(claims) & allowed) or domain in {word.lower() for word in allowed if word.startswith("@")}


def _is_strong(claims: dict[str, Any]) -> bool:
    """Tell whether the provider says that this sign-in took two factors."""
    told = claims.get("amr")
    said = [claims.get("acr"), *(told if isinstance(told, list) else [told])]
    return any(word in settings.OIDC_STRONG for word in said)
